using System.CommandLine;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dashboard.Cli.Commands;
using Dashboard.Web.Tests.Serving;

namespace Dashboard.Web.Tests.Api;

/// <summary>Whom predictions are about: named, shown, and removed.</summary>
public sealed class EntityApiTests
{
    private const string Key = "ada/b%2F c#?&+ü";

    [Fact]
    public async Task What_is_logged_of_an_entity_is_shown_and_removed_by_its_key()
    {
        await using var host = await TestHost.StartAsync();
        await ConstantModels.RegisterAsync(host, "constant", 1);
        await ConstantModels.PromoteAsync(host, "constant", 1);
        await InferAsync(host, "served", Key);
        await InferAsync(host, "other", "bob");
        var observed = await host.Client.PostAsJsonAsync("/api/v1/models/constant/observations", new[] { new { id = "observed", features = new { x = 1 }, prediction = 3, ground_truth = 4, entity = Key } });
        Assert.True(observed.IsSuccessStatusCode, await observed.Content.ReadAsStringAsync());
        Assert.Equal(Key, (await EventuallyAsync(host, "served")).GetProperty("entity").GetString());
        Assert.Equal(Key, (await EventuallyAsync(host, "observed")).GetProperty("entity").GetString());

        using var response = await host.Client.DeleteAsync($"/api/v1/models/constant/entities/{Uri.EscapeDataString(Key)}");
        var erased = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(("constant", 2, 1, 0), (erased.GetProperty("model").GetString(), erased.GetProperty("predictions").GetInt32(), erased.GetProperty("labels").GetInt32(), erased.GetProperty("waitingLabels").GetInt32()));
        Assert.True(erased.GetProperty("remains").GetArrayLength() > 0);
        Assert.Equal(404, (int)(await host.Client.GetAsync("/api/v1/models/constant/predictions/served")).StatusCode);
        Assert.Equal("other", Assert.Single((await host.Client.GetFromJsonAsync<JsonElement>("/api/v1/models/constant/predictions")).GetProperty("predictions").EnumerateArray()).GetProperty("id").GetString());
        var audit = await host.Client.GetStringAsync("/api/v1/audit");
        Assert.Contains(erased.GetProperty("keyMark").GetString()!, audit, StringComparison.Ordinal);
        // Hashes may spell it by chance.
        Assert.DoesNotMatch(@"(?<![0-9a-f])ada(?![0-9a-f])", audit);
        var found = await host.Client.GetFromJsonAsync<JsonElement>($"/api/v1/models/constant/entities/{Uri.EscapeDataString(Key)}");
        Assert.Equal("Removed the logged rows of one entity of constant: 2 predictions, 1 labels, 0 waiting labels.", Assert.Single(found.EnumerateArray()).GetProperty("summary").GetString());
        Assert.Equal("[]", await host.Client.GetStringAsync("/api/v1/models/constant/entities/bob"));
    }

    [Fact]
    public async Task What_cannot_be_removed_is_refused()
    {
        await using var host = await TestHost.StartAsync();
        await ConstantModels.RegisterAsync(host, "constant", 1);
        await ConstantModels.PromoteAsync(host, "constant", 1);

        Assert.Equal((404, "There is no model 'nobody'."), await RefusedAsync(host, "nobody/entities/ada"));
        Assert.Equal((400, "'key' is '201 characters'; expected a text of 1 to 200 characters without control characters."), await RefusedAsync(host, $"constant/entities/{new string('a', 201)}"));
        Assert.Equal((400, "'key' is 'a text with the control character U+000A'; expected a text of 1 to 200 characters without control characters."), await RefusedAsync(host, "constant/entities/a%0Ab"));
        var observed = await host.Client.PostAsJsonAsync("/api/v1/models/constant/observations", new[] { new { id = "a", features = new { x = 1 }, prediction = 3, entity = "" } });
        Assert.Contains("\"field\":\"entity\"", await observed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_removes_it_over_the_api()
    {
        await using var host = await TestHost.StartAsync();
        await ConstantModels.RegisterAsync(host, "constant", 1);
        await ConstantModels.PromoteAsync(host, "constant", 1);
        await InferAsync(host, "served", Key);
        await EventuallyAsync(host, "served");
        using var output = new StringWriter();

        var ended = await CommandLine.RunAsync(["entities", "delete", "--model", "constant", Key, "--url", host.BaseAddress.ToString()], new InvocationConfiguration { Output = output, Error = output });

        Assert.Equal(0, ended);
        Assert.StartsWith("constant: removed 1 predictions, 0 labels and 0 waiting labels.\nWhat remains:\n- ", output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(404, (int)(await host.Client.GetAsync("/api/v1/models/constant/predictions/served")).StatusCode);
    }

    private static async Task<(int, string?)> RefusedAsync(TestHost host, string path)
    {
        using var response = await host.Client.DeleteAsync("/api/v1/models/" + path);
        return ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
    }

    private static async Task InferAsync(TestHost host, string id, string entity)
    {
        var body = JsonSerializer.Serialize(new { id, parameters = new { entity }, inputs = new[] { new { name = "x", shape = new[] { 1 }, datatype = "FP64", data = new[] { 1 } } } });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("/v2/models/constant/infer", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> EventuallyAsync(TestHost host, string id)
    {
        for (var tries = 0; tries < 6000; tries++)
        {
            var listed = (await host.Client.GetFromJsonAsync<JsonElement>("/api/v1/models/constant/predictions")).GetProperty("predictions");
            foreach (var prediction in listed.EnumerateArray())
                if (prediction.GetProperty("id").GetString() == id)
                    return prediction;
            await Task.Delay(20);
        }

        throw new InvalidOperationException($"'{id}' was not logged within two minutes.");
    }
}
