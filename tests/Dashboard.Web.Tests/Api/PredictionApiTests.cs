using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Dashboard.Web.Tests.Api;

/// <summary>The search of the prediction log over HTTP, on the real host.</summary>
public sealed class PredictionApiTests(PredictionApiTests.LoggedPredictions fixture) : IClassFixture<PredictionApiTests.LoggedPredictions>
{
    private TestHost Host => fixture.Host;

    [Fact]
    public async Task The_log_is_searched_page_by_page_and_taken_away_as_csv()
    {
        var first = await OkAsync("predictions?take=20");
        Assert.Equal(Enumerable.Range(10, 20).Reverse().Select(i => $"p{i}"), Ids(first));
        Assert.Equal((20, "2001-02-03T06:10:00+00:00"), (first.GetProperty("lookedThrough").GetInt64(), first.GetProperty("downTo").GetString()));
        var second = await OkAsync($"predictions?take=20&cursor={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}");
        Assert.Equal(Enumerable.Range(0, 10).Reverse().Select(i => $"p{i}"), Ids(second));
        Assert.False(second.TryGetProperty("next", out _));

        Assert.Equal(["p29"], Ids(await OkAsync("predictions?truth=right")));
        Assert.Equal(["p28"], Ids(await OkAsync("predictions?truth=wrong&class=0")));
        Assert.Equal(["p5", "p3"], Ids(await OkAsync($"predictions?min=0.5&expression={Uri.EscapeDataString("x between 3 and 5")}")));
        Assert.Equal(["p2", "p1"], Ids(await OkAsync("predictions?from=2001-02-03T06:01:00Z&to=2001-02-03T06:03:00Z")));
        (await Host.Client.PostAsJsonAsync("/api/v1/models/tiny/segments", new { name = "High x", expression = "x > 27" })).EnsureSuccessStatusCode();
        Assert.Equal(["p29", "p28"], Ids(await OkAsync("predictions?segment=High%20x")));

        using var download = await Host.Client.GetAsync("/api/v1/models/tiny/predictions.csv?truth=known");
        Assert.Equal(("true", "30"), (Assert.Single(download.Headers.GetValues("X-Complete")), Assert.Single(download.Headers.GetValues("X-Looked-Through"))));
        var lines = (await download.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.EndsWith(",x,y", lines[0]);
        Assert.StartsWith("p29,1,2001-02-03T06:29:00Z,", lines[1]);
        Assert.EndsWith(",29,", lines[1]);
    }

    [Theory]
    [InlineData("predictions?truth=maybe", 400, "truth", "known, unknown, right or wrong")]
    [InlineData("predictions?truth=1", 400, "truth", "known, unknown, right or wrong")]
    [InlineData("predictions?class=late", 400, "class", "one of 0, 1")]
    [InlineData("predictions?take=0", 400, "take", "1 to 500")]
    [InlineData("predictions?cursor=abc", 400, "cursor", "the cursor of the page before")]
    [InlineData("predictions?min=2&max=1", 400, "min", "a number up to max (1)")]
    [InlineData("predictions?expression=speed%20%3E%201", 400, "expression", "one of x, y")]
    [InlineData("predictions.csv?from=2002-01-01Z&to=2001-01-01Z", 400, "from", "a time before to (2001-01-01T00:00:00.0000000+00:00)")]
    [InlineData("predictions?segment=nowhere", 404, null, null)]
    [InlineData("predictions/nobody", 404, null, null)]
    public async Task What_cannot_be_looked_for_is_a_problem(string path, int status, string? field, string? expected)
    {
        var response = await Host.Client.GetAsync("/api/v1/models/tiny/" + path);

        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(field, problem.TryGetProperty("field", out var name) ? name.GetString() : null);
        Assert.Equal(expected, problem.TryGetProperty("expected", out var wanted) ? wanted.GetString() : null);
    }

    [Fact]
    public async Task A_prediction_is_found_by_an_id_with_slashes_and_signs()
    {
        await fixture.PostAsync("other", new { id = "a/b ü%2F#?", time = "2001-02-03T06:00:00Z", features = new { x = 5.0 }, prediction = 0.7 });

        var found = await OkAsync("predictions/a/b%20%C3%BC%252F%23%3F", "other");

        Assert.Equal("a/b ü%2F#?", found.GetProperty("prediction").GetProperty("id").GetString());
        Assert.Equal(5, found.GetProperty("prediction").GetProperty("inputs").GetProperty("x").GetDouble());
        Assert.Equal(HttpStatusCode.NotFound, (await Host.Client.GetAsync("/api/v1/models/nobody/predictions/a")).StatusCode);
    }

    private static IEnumerable<string?> Ids(JsonElement page) => page.GetProperty("predictions").EnumerateArray().Select(prediction => prediction.GetProperty("id").GetString());

    private async Task<JsonElement> OkAsync(string path, string model = "tiny")
    {
        var response = await Host.Client.GetAsync($"/api/v1/models/{model}/{path}");
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {body}");
        return JsonElement.Parse(body);
    }

    /// <summary>A host with two models and thirty predictions of one, a minute apart; odd ones are predicted positive, two are labelled.</summary>
    public sealed class LoggedPredictions : IAsyncLifetime
    {
        public TestHost Host { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Host = await TestHost.StartAsync();
            foreach (var model in (string[])["tiny", "other"])
            {
                using var form = new MultipartFormDataContent { { new ByteArrayContent(ModelApiTests.Tiny(-1)), "file", "model.json" }, { new StringContent("true"), "promote" } };
                (await Host.Client.PostAsync($"/api/v1/models/{model}/versions/xgboost", form)).EnsureSuccessStatusCode();
            }

            await PostAsync("tiny", [.. Enumerable.Range(0, 30).Select(i => new { id = $"p{i}", time = $"2001-02-03T06:{i:D2}:00Z", features = new { x = (double)i }, prediction = i % 2 == 0 ? 0.25 : 0.75 })]);
            var truth = await Host.Client.PostAsJsonAsync("/api/v1/models/tiny/ground-truth", new[] { new { id = "p29", value = 1 }, new { id = "p28", value = 1 } });
            Assert.True(truth.IsSuccessStatusCode, await truth.Content.ReadAsStringAsync());
        }

        public async Task PostAsync(string model, params object[] items)
        {
            var response = await Host.Client.PostAsJsonAsync($"/api/v1/models/{model}/observations", items);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode && JsonElement.Parse(text).GetProperty("accepted").GetInt32() == items.Length, text);
        }

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}
