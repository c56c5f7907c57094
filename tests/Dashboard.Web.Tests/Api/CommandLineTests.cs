using System.CommandLine;
using System.Text.Json;
using Dashboard.Cli.Commands;

namespace Dashboard.Web.Tests.Api;

/// <summary>The command line against a running host.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task A_model_is_imported_promoted_exported_and_rolled_back_over_HTTP()
    {
        await using var host = await TestHost.StartAsync();
        var folder = Directory.CreateTempSubdirectory("dashboard-cli-").FullName;
        var (first, second, zip) = (Path.Combine(folder, "1.json"), Path.Combine(folder, "2.json"), Path.Combine(folder, "v.zip"));
        await File.WriteAllBytesAsync(first, ModelApiTests.Tiny(-1));
        await File.WriteAllBytesAsync(second, ModelApiTests.Tiny(-2));
        try
        {
            await RunAsync(host, 0, "models", "import", "--name", "tiny", "--file", first, "--promote");
            var imported = await RunAsync(host, 0, "models", "import", "--name", "tiny", "--file", second, "--features", "a,b");
            await RunAsync(host, 0, "models", "promote", "--name", "tiny", "--version", "2", "--reason", "better");
            var exported = await RunAsync(host, 0, "models", "export", "--name", "tiny", "--version", "2", "--out", zip);
            var copied = await RunAsync(host, 0, "models", "import", "--name", "copy", "--file", zip);
            var back = await RunAsync(host, 0, "models", "rollback", "--name", "tiny");
            var refused = await RunAsync(host, 1, "models", "rollback", "--name", "tiny");
            var listed = await RunAsync(host, 0, "models", "list");
            var card = await RunAsync(host, 0, "models", "card", "--name", "tiny", "--version", "2");
            var noCard = await RunAsync(host, 1, "models", "card", "--name", "tiny", "--version", "7", "--format", "html");

            Assert.Equal(2, imported.GetProperty("number").GetInt32());
            Assert.Equal(exported.GetProperty("digest").GetString(), copied.GetProperty("digest").GetString());
            Assert.Equal((2, 1), (back.GetProperty("from").GetInt32(), back.GetProperty("to").GetInt32()));
            Assert.Equal("conflict", refused.GetProperty("error").GetProperty("kind").GetString());
            Assert.StartsWith("# Model card: tiny, version 2\n", card.GetProperty("text").GetString(), StringComparison.Ordinal);
            Assert.Equal("notFound", noCard.GetProperty("error").GetProperty("kind").GetString());
            Assert.Equal(["copy", "tiny"], listed.EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_publisher_is_trusted_listed_and_revoked_over_HTTP_and_its_private_key_stays_here()
    {
        await using var host = await TestHost.StartAsync();
        var folder = Directory.CreateTempSubdirectory("dashboard-cli-").FullName;
        var file = Path.Combine(folder, "team.pem");
        try
        {
            var made = await RunAsync(host, 0, "key", "create", "--out", file);
            var trusted = await RunAsync(host, 0, "publisher", "trust", "Team A", "--key", file);
            var again = await RunAsync(host, 1, "publisher", "trust", "Team B", "--key", Path.Combine(folder, "team.pub.pem"));
            var noKey = await RunAsync(host, 1, "publisher", "trust", "Team B", "--key", Path.Combine(folder, "none.pem"));
            var revoked = await RunAsync(host, 0, "publisher", "revoke", "Team A", "--reason", "the laptop was stolen");
            var gone = await RunAsync(host, 1, "publisher", "revoke", "Team A", "--reason", "once more");
            var listed = await RunAsync(host, 0, "publisher", "list");

            Assert.Equal(made.GetProperty("key").GetString(), trusted.GetProperty("key").GetString());
            Assert.Equal(("conflict", "publicKey"), (again.GetProperty("error").GetProperty("kind").GetString(), again.GetProperty("error").GetProperty("field").GetString()));
            Assert.Equal("--key", noKey.GetProperty("error").GetProperty("field").GetString());
            Assert.Equal("the laptop was stolen", revoked.GetProperty("revokedReason").GetString());
            Assert.Equal("notFound", gone.GetProperty("error").GetProperty("kind").GetString());
            Assert.Equal(["This installation", "Team A"], listed.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
            using var text = new StringWriter();
            Assert.Equal(0, await CommandLine.RunAsync(["publisher", "list", "--url", host.BaseAddress.ToString()], new InvocationConfiguration { Output = text, Error = text }));
            Assert.Contains(": the laptop was stolen", text.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<JsonElement> RunAsync(TestHost host, int code, params string[] args)
    {
        using var output = new StringWriter();
        var ended = await CommandLine.RunAsync([.. args, "--url", host.BaseAddress.ToString(), "--json"], new InvocationConfiguration { Output = output, Error = output });
        Assert.True(ended == code, $"{string.Join(' ', args)} ended with {ended}: {output}");
        return JsonElement.Parse(output.ToString());
    }
}
