using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dashboard.Core.Monitoring.Segments;

namespace Dashboard.Web.Tests.Api;

/// <summary>Data quality, worst segments, fairness and everything by segment over HTTP, on the real host with an imported model.</summary>
public sealed class QualityApiTests(QualityApiTests.ImportedModel fixture) : IClassFixture<QualityApiTests.ImportedModel>
{
    private const string Range = "from=2001-02-03Z&to=2001-02-06Z";

    [Fact]
    public async Task The_report_on_quality_counts_what_was_sent_and_what_was_not_taken()
    {
        var report = await OkAsync($"quality?{Range}&arrivedFrom=2000-01-01Z&arrivedTo=2100-01-01Z");

        Assert.Equal((1, ImportedModel.Rows), (report.GetProperty("compared").GetInt32(), report.GetProperty("rows").GetInt32()));
        Assert.False(report.TryGetProperty("segment", out _));
        var x = report.GetProperty("inputs").EnumerateArray().Single(input => input.GetProperty("check").GetProperty("name").GetString() == "x");
        var now = x.GetProperty("features")[0].GetProperty("now");
        Assert.Equal((ImportedModel.Rows / 10, ImportedModel.Rows / 10), (now.GetProperty("missing").GetInt32(), now.GetProperty("aboveRange").GetInt32()));
        Assert.Equal(["refused", "outOfRange", "missing"], x.GetProperty("check").GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("issue").GetString()).OrderDescending());
        Assert.StartsWith("x needs a look: 10 % of x ", report.GetProperty("summary").GetString());
        var faults = report.GetProperty("faults").GetProperty("fields").EnumerateArray().Select(fault => (fault.GetProperty("field").GetString(), fault.GetProperty("kind").GetString(), fault.GetProperty("count").GetInt32())).ToList();
        Assert.Contains(("x", "observationRejected", 2), faults);
        Assert.Contains(("x", "wrongType", 1), faults);
        Assert.Equal((1, 3), (report.GetProperty("faults").GetProperty("refused").GetInt32(), report.GetProperty("faults").GetProperty("duplicates").GetInt32()));
    }

    [Fact]
    public async Task Everything_that_is_said_of_a_model_is_said_of_a_segment()
    {
        var all = await OkAsync($"metrics?{Range}");
        var part = await OkAsync($"metrics?{Range}&segment=High%20x");
        Assert.True(part.GetProperty("total").GetProperty("rows").GetInt32() < all.GetProperty("total").GetProperty("rows").GetInt32());
        Assert.True(part.GetProperty("total").GetProperty("metrics").TryGetProperty("accuracy", out _));
        Assert.True(part.GetProperty("total").GetProperty("estimated").GetProperty("figures").TryGetProperty("accuracy", out _));
        Assert.True(part.GetProperty("baseline").TryGetProperty("accuracy", out _));

        var rows = part.GetProperty("total").GetProperty("rows").GetInt32();
        Assert.Equal(("High x", rows), ((await OkAsync($"quality?{Range}&segment=High%20x")).GetProperty("segment").GetString(), (await OkAsync($"quality?{Range}&segment=High%20x")).GetProperty("rows").GetInt32()));
        foreach (var feature in new[] { "x", "prediction" })
            Assert.Equal(rows, (await OkAsync($"distributions/{feature}?{Range}&segment=High%20x")).GetProperty("currentRows").GetInt32());

        var drift = await OkAsync($"drift?{Range}&segment=High%20x");
        Assert.Equal(("High x", true), (drift.GetProperty("segment").GetString(), drift.GetProperty("hasReference").GetBoolean()));
        Assert.Equal(rows, drift.GetProperty("blocks").EnumerateArray().Sum(block => block.GetProperty("rows").GetInt32()));
        Assert.Contains("x", drift.GetProperty("blocks")[0].GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("name").GetString()));
        // The host judges blocks in its own time: what came in while it looked is judged with the next look.
        var judged = 0;
        for (var i = 0; i < 1200 && judged <= rows / 2; i++)
        {
            judged = (await OkAsync($"drift?{Range}")).GetProperty("blocks")[0].GetProperty("rows").GetInt32();
            await Task.Delay(100);
        }

        Assert.True(judged > rows / 2, $"{judged} rows of the first block are judged, of a model with {rows} in a segment.");
    }

    [Fact]
    public async Task A_segment_that_the_reference_hardly_knows_says_why_it_is_not_judged()
    {
        var drift = await OkAsync($"drift?{Range}&segment=Few");

        Assert.False(drift.GetProperty("hasReference").GetBoolean());
        Assert.EndsWith($"{SegmentReference.FewestRows} are needed, so there is nothing to compare with.", drift.GetProperty("whyNot").GetString());
        Assert.Equal(drift.GetProperty("whyNot").GetString(), (await OkAsync($"quality?{Range}&segment=Few")).GetProperty("whyNoReference").GetString());
    }

    [Fact]
    public async Task Worst_segments_and_figures_of_fairness_are_read()
    {
        var worst = await OkAsync($"slices?{Range}");
        Assert.Equal(ImportedModel.Rows, worst.GetProperty("ranking").GetProperty("labelled").GetInt32());
        var first = worst.GetProperty("segments")[0].GetProperty("found");
        Assert.Matches("^y ", first.GetProperty("group").GetProperty("text").GetString());
        // A group is found as an expression that the log can be searched with, and that a segment can be made of.
        var found = await OkAsync($"predictions?take=1&expression={Uri.EscapeDataString(first.GetProperty("group").GetProperty("expression").GetString()!)}");
        Assert.Equal(1, found.GetProperty("predictions").GetArrayLength());

        var fairness = await OkAsync($"fairness?{Range}&feature=y&class=1");
        Assert.Equal(["demographic_parity_difference", "demographic_parity_ratio", "equal_opportunity_difference", "equalized_odds_difference"], fairness.GetProperty("report").GetProperty("gaps").EnumerateArray().Select(gap => gap.GetProperty("key").GetString()));
        Assert.Equal(ImportedModel.Rows, fairness.GetProperty("report").GetProperty("groups").EnumerateArray().Sum(group => group.GetProperty("rows").GetInt32()));
        Assert.Contains("not why", fairness.GetProperty("caveat").GetString());
    }

    [Theory]
    [InlineData("quality?segment=nowhere", 404, null, null)]
    [InlineData("drift?segment=nowhere", 404, null, null)]
    [InlineData("metrics?segment=nowhere", 404, null, null)]
    [InlineData("distributions/x?segment=nowhere", 404, null, null)]
    [InlineData("quality?version=9", 404, null, null)]
    [InlineData("slices?version=9", 404, null, null)]
    [InlineData("quality?from=2002-01-01Z&to=2001-01-01Z", 400, "from", "a time before to (2001-01-01T00:00:00.0000000+00:00)")]
    [InlineData("quality?arrivedFrom=2002-01-01Z&arrivedTo=2001-01-01Z", 400, "arrivedFrom", "a time before arrivedTo (2001-01-01T00:00:00.0000000+00:00)")]
    [InlineData("slices?from=2002-01-01Z&to=2001-01-01Z", 400, "from", "a time before to (2001-01-01T00:00:00.0000000+00:00)")]
    [InlineData("fairness", 400, "feature", "the name of a feature whose values are compared")]
    [InlineData("fairness?feature=sex", 400, "feature", "a feature of version 1: x, y")]
    [InlineData("fairness?feature=y&class=late", 400, "class", "one of 0, 1")]
    public async Task What_cannot_be_answered_is_a_problem(string path, int status, string? field, string? expected)
    {
        var response = await fixture.Host.Client.GetAsync("/api/v1/models/tiny/" + path);

        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(field, problem.TryGetProperty("field", out var name) ? name.GetString() : null);
        Assert.Equal(expected, problem.TryGetProperty("expected", out var wanted) ? wanted.GetString() : null);
        Assert.Equal(404, (int)(await fixture.Host.Client.GetAsync("/api/v1/models/nobody/" + path.Split('?')[0] + "?feature=x")).StatusCode);
    }

    private async Task<JsonElement> OkAsync(string path)
    {
        var response = await fixture.Host.Client.GetAsync("/api/v1/models/tiny/" + path);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {body}");
        return JsonElement.Parse(body);
    }

    /// <summary>A model imported with a sample of its training rows; three days of observations, some of them odd, with their ground truth; and what was not taken.</summary>
    public sealed class ImportedModel : IAsyncLifetime
    {
        public const int Rows = 1200;

        internal TestHost Host { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Host = await TestHost.StartAsync();
            var sample = "x,y,late\n" + string.Concat(Enumerable.Range(0, 1200).Select(row => $"{row % 6},{row / 6 % 2},{(row % 6 < 3 ? 0 : 1)}\n"));
            using var form = new MultipartFormDataContent
            {
                { new ByteArrayContent(ModelApiTests.Tiny(-1)), "file", "model.json" }, { new StringContent("true"), "promote" },
                { new ByteArrayContent(Encoding.UTF8.GetBytes(sample)), "reference", "sample.csv" }, { new StringContent("late"), "target" },
            };
            await SendAsync(Host.Client.PostAsync("/api/v1/models/tiny/versions/xgboost", form));
            foreach (var (name, expression) in new[] { ("High x", "x >= 3"), ("Few", "x > 1 and x < 1.5") })
                await SendAsync(Host.Client.PostAsJsonAsync("/api/v1/models/tiny/segments", new { name, expression }));

            var lines = new StringBuilder();
            for (var i = 0; i < Rows; i++)
                lines.Append(CultureInfo.InvariantCulture, $$"""{"id":"p{{i}}","time":"{{new DateTime(2001, 2, 3).AddMinutes(i * 3):s}}Z","features":{"x":{{(i % 10 == 0 ? "null" : i % 10 == 1 ? "99" : (i % 6).ToString(CultureInfo.InvariantCulture))}},"y":{{i / 6 % 2}}},"prediction":{{(i % 6 < 3 ? 0.26894143 : 0.7310586)}}}""").Append('\n');
            await LinesAsync("observations", lines.ToString());
            // What the scores say is right of one group of y and no better than a coin in the other.
            await LinesAsync("ground-truth", string.Join('\n', Enumerable.Range(0, Rows).Select(i => $$"""{"id":"p{{i}}","value":{{(i / 6 % 2 == 0 ? (i % 6 < 3 ? 0 : 1) : i / 12 % 2)}}}""")));

            await LinesAsync("observations", string.Concat(Enumerable.Range(0, 3).Select(i => $$"""{"id":"p{{i}}","time":"2001-02-03T00:00:00Z","features":{"x":1,"y":1},"prediction":0.5}""" + "\n"))
                + string.Concat(Enumerable.Range(0, 2).Select(i => $$"""{"id":"bad{{i}}","time":"2001-02-03T00:00:00Z","features":{"x":"far","y":1},"prediction":0.5}""" + "\n")));
            await Host.Client.PostAsJsonAsync("/v2/models/tiny/infer", new { inputs = new object[] { new { name = "x", shape = new[] { 1 }, datatype = "BYTES", data = new[] { "far" } }, new { name = "y", shape = new[] { 1 }, datatype = "FP64", data = new[] { 1.0 } } } });
            // Faults of requests are handed over with the next batch, or the next second.
            await Eventually(async () => JsonElement.Parse(await Host.Client.GetStringAsync("/api/v1/models/tiny/quality?arrivedFrom=2000-01-01Z&arrivedTo=2100-01-01Z")).GetProperty("faults").GetProperty("refused").GetInt32() == 1);
        }

        public async Task DisposeAsync() => await Host.DisposeAsync();

        private Task LinesAsync(string path, string lines) => SendAsync(Host.Client.PostAsync($"/api/v1/models/tiny/{path}", new StringContent(lines, Encoding.UTF8, "application/x-ndjson")));

        private static async Task SendAsync(Task<HttpResponseMessage> sent)
        {
            using var response = await sent;
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }

        private static async Task Eventually(Func<Task<bool>> isSo)
        {
            for (var tries = 0; tries < 1800; tries++)
            {
                if (await isSo())
                    return;
                await Task.Delay(100);
            }

            Assert.Fail("It did not come to be within three minutes.");
        }
    }
}
