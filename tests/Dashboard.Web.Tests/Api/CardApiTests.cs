using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Dashboard.Web.Tests.Api;

public sealed class CardApiTests
{
    private const string Card = "/api/v1/models/tiny/versions/1/card";

    [Fact]
    public async Task A_card_comes_as_data_and_as_two_documents_with_type_and_name()
    {
        await using var host = await StartAsync();

        var card = await JsonAsync(await host.Client.GetAsync(Card));
        Assert.Equal(("tiny", 1), (Text(card, "model"), card.GetProperty("version").GetInt32()));
        Assert.Equal("details", Text(card.GetProperty("sections")[0], "key"));
        Assert.Contains(card.GetProperty("sections")[0].GetProperty("blocks").EnumerateArray(), block => Text(block, "kind") == "table");
        foreach (var (path, type, name, start) in new[]
        {
            (Card + "?format=markdown", "text/markdown", "tiny-v1-card.md", "# Model card: tiny"), (Card + ".md", "text/markdown", "tiny-v1-card.md", "# Model card: tiny"),
            (Card + "?format=html", "text/html", "tiny-v1-card.html", "<!DOCTYPE html>"), ("/api/v1/models/tiny/versions/latest/card.html", "text/html", "tiny-v1-card.html", "<!DOCTYPE html>"),
        })
        {
            var response = await host.Client.GetAsync(path);
            Assert.Equal((type, "utf-8", "attachment", name), (response.Content.Headers.ContentType!.MediaType, response.Content.Headers.ContentType.CharSet, response.Content.Headers.ContentDisposition!.DispositionType, response.Content.Headers.ContentDisposition.FileName));
            Assert.StartsWith(start, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Parts_are_written_read_back_and_a_stale_one_is_refused()
    {
        await using var host = await StartAsync();

        var written = await JsonAsync(await host.Client.PutAsJsonAsync(Card + "/notes", new { intendedUse = new { text = "<b>Warn</b>", revision = 0 }, licence = new { text = "MIT", revision = 0 } }));
        Assert.Equal((1, "api"), (written.GetProperty("intendedUse").GetProperty("revision").GetInt32(), Text(written.GetProperty("licence"), "by")));
        var stale = await host.Client.PutAsJsonAsync(Card + "/notes", new { licence = new { text = "GPL", revision = 0 } });

        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        var problem = await JsonAsync(stale);
        Assert.Equal(("licence.revision", "0", "1"), (Text(problem, "field"), Text(problem, "value"), Text(problem, "expected")));
        Assert.Equal("MIT", Text((await JsonAsync(await host.Client.GetAsync(Card + "/notes"))).GetProperty("licence"), "text"));
        Assert.Contains("&lt;b&gt;Warn&lt;/b&gt;", await host.Client.GetStringAsync(Card + ".html"), StringComparison.Ordinal);
        Assert.Contains("MIT", await host.Client.GetStringAsync(Card + ".md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"intendeduses":{"text":"a","revision":0}}""", "intendeduses")]
    [InlineData("""{"intendedUse":{"text":"a","revision":0,"by":"me"}}""", "intendedUse.by")]
    [InlineData("""{"intendedUse":{"text":5,"revision":0}}""", "intendedUse.text")]
    [InlineData("""{"intendedUse":{"revision":0}}""", "intendedUse.text")]
    [InlineData("""{"intendedUse":{"text":"a"}}""", "intendedUse.revision")]
    [InlineData("""{"intendedUse":{"text":"a","revision":-1}}""", "intendedUse.revision")]
    [InlineData("""{"intendedUse":"a"}""", "intendedUse")]
    [InlineData("""{"limits":{"text":"a\u0007","revision":0}}""", "limits.text")]
    [InlineData("{}", "body")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    public async Task What_is_no_edit_is_a_problem_with_its_field(string body, string field)
    {
        await using var host = await StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var response = await host.Client.PutAsync(Card + "/notes", content);

        var problem = await JsonAsync(response);
        Assert.Equal((400, field), ((int)response.StatusCode, Text(problem, "field")));
        Assert.NotNull(Text(problem, "expected"));
        Assert.Empty((await JsonAsync(await host.Client.GetAsync(Card + "/notes"))).EnumerateObject());
    }

    [Fact]
    public async Task Lengths_types_formats_and_names_are_checked()
    {
        await using var host = await StartAsync();

        var tooLong = await host.Client.PutAsJsonAsync(Card + "/notes", new { contact = new { text = new string('x', 501), revision = 0 } });
        Assert.Equal((HttpStatusCode.BadRequest, "at most 500 characters"), (tooLong.StatusCode, Text(await JsonAsync(tooLong), "expected")));
        using var plain = new StringContent("{}", Encoding.UTF8, "text/plain");
        Assert.Equal("Content-Type", Text(await JsonAsync(await host.Client.PutAsync(Card + "/notes", plain)), "field"));
        var format = await host.Client.GetAsync(Card + "?format=pdf");
        Assert.Equal((HttpStatusCode.BadRequest, "json, markdown or html"), (format.StatusCode, Text(await JsonAsync(format), "expected")));
        foreach (var path in new[] { "/api/v1/models/tiny/versions/7/card", "/api/v1/models/tiny/versions/7/card.md", "/api/v1/models/nobody/versions/1/card.html", "/api/v1/models/nobody/versions/1/card/notes" })
            Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.PutAsJsonAsync("/api/v1/models/tiny/versions/7/card/notes", new { licence = new { text = "MIT", revision = 0 } })).StatusCode);
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
