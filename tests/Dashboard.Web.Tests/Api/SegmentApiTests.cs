using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Dashboard.Web.Tests.Api;

public sealed class SegmentApiTests
{
    [Fact]
    public async Task A_segment_is_defined_listed_and_removed()
    {
        await using var host = await StartAsync();

        var created = await host.Client.PostAsJsonAsync("/api/v1/models/tiny/segments", new { name = "High x", expression = "x>=3  AND y is missing" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var listed = Assert.Single((await JsonAsync(await host.Client.GetAsync("/api/v1/models/tiny/segments"))).EnumerateArray());
        Assert.Equal(("High x", "x >= 3 and y is missing", "api"), (Text(listed, "name"), Text(listed, "expression"), Text(listed, "createdBy")));

        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.DeleteAsync(created.Headers.Location)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.DeleteAsync(created.Headers.Location)).StatusCode);
        Assert.Empty((await JsonAsync(await host.Client.GetAsync("/api/v1/models/tiny/segments"))).EnumerateArray());
        Assert.Equal(["segment.removed", "segment.added"], (await JsonAsync(await host.Client.GetAsync("/api/v1/models/tiny/activity"))).EnumerateArray().Take(2).Select(entry => Text(entry, "action")));
    }

    [Theory]
    [InlineData("""{"name":"a","expression":"x = 'far'"}""", 400, "expression", 5)]
    [InlineData("""{"name":"a","expression":"speed > 1"}""", 400, "expression", 1)]
    [InlineData("""{"name":"a","expression":"x >"}""", 400, "expression", 4)]
    [InlineData("""{"name":"a"}""", 400, "expression", null)]
    [InlineData("""{"expression":"x > 1"}""", 400, "name", null)]
    public async Task What_is_no_segment_is_a_problem_with_its_place(string body, int status, string field, int? position)
    {
        await using var host = await StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var response = await host.Client.PostAsync("/api/v1/models/tiny/segments", content);

        var problem = await JsonAsync(response);
        Assert.Equal((status, field), ((int)response.StatusCode, Text(problem, "field")));
        Assert.NotNull(Text(problem, "expected"));
        Assert.Equal(position, problem.TryGetProperty("position", out var place) ? place.GetInt32() : null);
    }

    [Fact]
    public async Task Sensitive_inputs_are_marked()
    {
        await using var host = await StartAsync();

        Assert.Equal(["y"], (await JsonAsync(await host.Client.PutAsJsonAsync("/api/v1/models/tiny/sensitive", new { features = new[] { "y" } }))).EnumerateArray().Select(feature => feature.GetString()));
        Assert.Equal("y", (await JsonAsync(await host.Client.GetAsync("/api/v1/models/tiny/sensitive")))[0].GetString());

        var refused = await host.Client.PutAsJsonAsync("/api/v1/models/tiny/sensitive", new { features = new[] { "sex" } });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("inputs of tiny: x, y", Text(await JsonAsync(refused), "expected"));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync("/api/v1/models/nobody/sensitive")).StatusCode);
    }

    private static async Task<TestHost> StartAsync()
    {
        var host = await TestHost.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(ModelApiTests.Tiny(-1)), "file", "model.json" } };
        (await host.Client.PostAsync("/api/v1/models/tiny/versions/xgboost", form)).EnsureSuccessStatusCode();
        return host;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => JsonElement.Parse(await response.Content.ReadAsStringAsync());

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
