using System.CommandLine;
using System.Text.Json;
using Dashboard.Cli.Commands;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Registry;
using Dashboard.Web.Tests.Api;

namespace Dashboard.Web.Tests.Requests;

/// <summary><c>dashboard request …</c> against a running host.</summary>
public sealed class RequestCommandTests
{
    [Fact]
    public async Task A_request_is_proposed_shown_listed_and_rejected_and_nobody_without_an_account_approves()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Null((await host.Get<XGBoostImport>().RunAsync(new("tiny", ModelApiTests.Tiny(-1), "ada"), default)).Error);
        await host.Get<PolicyStore>().SetAsync(null, "", PromotionPolicy.Default(true), "ada", default);

        var refused = await RunAsync(host, 1, "models", "promote", "--name", "tiny", "--version", "1");
        Assert.Contains("propose it", refused.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        var made = await RunAsync(host, 0, "request", "propose", "--name", "tiny", "--version", "1", "--strategy", "allAtOnce", "--reason", "the first");
        var id = made.GetProperty("summary").GetProperty("id").GetInt32().ToString();
        for (var tries = 0; (await host.Get<RequestStore>().AwaitingEvidenceAsync(default)).Count > 0; tries++)
        {
            Assert.True(tries < 2_000, "The evidence did not come.");
            await Task.Delay(50);
        }

        var shown = await RunAsync(host, 0, "request", "show", id);
        Assert.Equal(CheckNames.All.Count, shown.GetProperty("checks").GetArrayLength());
        var approved = await RunAsync(host, 1, "request", "approve", id, "--digest", shown.GetProperty("digest").GetString()!);
        Assert.Contains("no person’s account", approved.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        await RunAsync(host, 0, "request", "reject", id, "--reason", "not yet");
        Assert.Equal("rejected", (await RunAsync(host, 0, "request", "list", "--state", "rejected"))[0].GetProperty("state").GetString());
        Assert.Equal(0, (await RunAsync(host, 0, "request", "list", "--waiting")).GetArrayLength());
        Assert.Equal("state", (await RunAsync(host, 1, "request", "list", "--state", "maybe")).GetProperty("error").GetProperty("field").GetString());
        using var text = new StringWriter();
        Assert.Equal(0, await CommandLine.RunAsync(["request", "show", id, "--url", host.BaseAddress.ToString()], new InvocationConfiguration { Output = text, Error = text }));
        Assert.Contains("Package digest and signature", text.ToString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> RunAsync(TestHost host, int code, params string[] args)
    {
        using var output = new StringWriter();
        var ended = await CommandLine.RunAsync([.. args, "--url", host.BaseAddress.ToString(), "--json"], new InvocationConfiguration { Output = output, Error = output });
        Assert.True(ended == code, $"{string.Join(' ', args)} ended with {ended}: {output}");
        return JsonElement.Parse(output.ToString());
    }
}
