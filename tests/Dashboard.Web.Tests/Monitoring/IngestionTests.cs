using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Dashboard.Storage;
using Dashboard.Web.Tests.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Web.Tests.Monitoring;

public sealed class IngestionTests(ServingHostFixture fixture) : IClassFixture<ServingHostFixture>
{
    private const string Observations = "/api/v1/models/flights/observations";
    private const string GroundTruth = "/api/v1/models/flights/ground-truth";

    [Fact]
    public async Task A_json_array_of_observations_is_taken_and_repeated_ids_are_duplicates()
    {
        var body = $"[{Item("array 1")}, {Item("array 2")}]";

        var (status, answer) = await fixture.PostAsync(Observations, body);
        var (_, again) = await fixture.PostAsync(Observations, body);

        Assert.Equal(200, status);
        Assert.Equal((2, 0, 0), Counts(answer));
        Assert.Equal((0, 2, 0), Counts(again));
    }

    [Fact]
    public async Task Ndjson_is_taken_line_by_line_plain_and_gzip_and_in_an_object()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 9000).Select(i => Item($"line {i}")));
        var zipped = string.Join('\n', Enumerable.Range(0, 9000).Select(i => Item($"zip {i}")));

        Assert.Equal((9000, 0, 0), Counts((await fixture.PostAsync(Observations, lines)).Body));
        Assert.Equal((9000, 0, 0), Counts((await SendAsync(Gzip(zipped), "gzip")).Body));
        Assert.Equal((1, 0, 0), Counts((await fixture.PostAsync(Observations, $$"""{"items":[{{Item("wrapped")}}]}""")).Body));
    }

    [Theory]
    [InlineData("""{"id":"x","features":{"distance":"far"},"prediction":0.5}""", "distance", "far", "a number or null")]
    [InlineData("""{"id":"x","features":{"speed":1},"prediction":0.5}""", "speed", null, "a feature of the model: distance, carrier, departure, weekend")]
    [InlineData("""{"id":"x","features":{},"prediction":1.5}""", "prediction", "1.5", "the positive class's probability from 0 to 1, or a class")]
    [InlineData("""{"id":"x","features":{}}""", "prediction", null, "the positive class's probability from 0 to 1, or a class")]
    [InlineData("""{"features":{},"prediction":0.5}""", "id", null, "text of 1 to 200 characters")]
    [InlineData("""{"id":"x","features":{},"prediction":0.5,"time":"yesterday"}""", "time", "yesterday", "an ISO 8601 time that is not in the future, such as 2001-02-03T06:00:00Z")]
    [InlineData("""{"id":"x","features":{},"prediction":0.5,"version":9}""", "version", "9", "one of the loaded versions: 1")]
    [InlineData("""{"id":"x","features":{},"prediction":0.5,"ground_truth":"maybe"}""", "ground_truth", "maybe", "true, false, 1, 0, \"on time\" or \"late\"")]
    [InlineData("""{"id":"x","features":{},"prediction":0.5,"latency_ms":-1}""", "latency_ms", "-1", "milliseconds, 0 or more")]
    [InlineData("""{"id":"\ud800","features":{},"prediction":0.5}""", "item", null, "text that is valid Unicode")]
    [InlineData("3", "item", "3", "an object with id, features and prediction")]
    public async Task An_item_that_does_not_fit_is_described_and_the_others_are_taken(string wrong, string field, string? value, string expected)
    {
        var (status, answer) = await fixture.PostAsync(Observations, $"[{wrong}, {Item(Guid.NewGuid().ToString())}]");

        Assert.Equal(200, status);
        Assert.Equal((1, 0, 1), Counts(answer));
        var rejected = answer.GetProperty("rejected")[0];
        Assert.Equal(0, rejected.GetProperty("index").GetInt32());
        Assert.Equal(field, rejected.GetProperty("field").GetString());
        Assert.Equal(value, rejected.TryGetProperty("value", out var given) ? given.GetString() : null);
        Assert.Equal(expected, rejected.GetProperty("expected").GetString());
        Assert.Equal(400, (await fixture.PostAsync(Observations, wrong)).Status);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("hello", 400)]
    [InlineData("[{\"id\":", 400)]
    [InlineData("[]", 200)]
    public async Task A_body_that_is_no_list_of_items_is_a_problem(string body, int status) =>
        Assert.Equal(status, (await fixture.PostAsync(Observations, body)).Status);

    [Fact]
    public async Task A_model_that_is_not_there_or_not_in_service_says_so()
    {
        Assert.Equal(404, (await fixture.PostAsync("/api/v1/models/nobody/observations", "[]")).Status);
        Assert.Equal(409, (await fixture.PostAsync("/api/v1/models/waiting/ground-truth", "[]")).Status);
        Assert.Equal(400, (await SendAsync("[]"u8.ToArray(), "br")).Status);
    }

    [Fact]
    public async Task Ground_truth_is_read_as_people_write_it()
    {
        await fixture.PostAsync(Observations, string.Join('\n', Enumerable.Range(0, 6).Select(i => Item($"truth {i}"))));

        var (status, answer) = await fixture.PostAsync(GroundTruth, """
            {"id":"truth 0","value":true}
            {"id":"truth 1","value":0}
            {"id":"truth 2","value":"late","time":"2001-02-04T00:00:00Z"}
            this is no JSON
            {"id":"truth 0","value":false}
            {"id":"not yet","value":1}
            {"id":"truth 3","value":"perhaps"}
            """);

        Assert.Equal(200, status);
        Assert.Equal((3, 1, 1, 2), (Number(answer, "accepted"), Number(answer, "replaced"), Number(answer, "waiting"), Number(answer, "rejectedCount")));
        Assert.Equal([3, 6], answer.GetProperty("rejected").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()));
    }

    [Fact]
    public async Task A_served_prediction_is_logged_and_counted_on_both_clocks()
    {
        await using (var db = await fixture.Host.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
        {
            db.Models.Add(new() { Id = 3, Name = "doubles", CreatedAt = DateTimeOffset.UnixEpoch });
            await db.SaveChangesAsync();
        }

        var from = DateTimeOffset.UtcNow.AddMinutes(-5);
        await fixture.PostAsync("/v2/models/doubles/infer", """{"id":"logged","parameters":{"event_time":"2001-02-03T06:00:00Z"},"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[21]}]}""");
        await fixture.PostAsync("/api/v1/models/doubles/ground-truth", """[{"id":"logged","value":40}]""");

        var deadline = DateTime.UtcNow.AddMinutes(2);
        JsonElement metrics, service;
        do
        {
            await Task.Delay(50);
            metrics = (await fixture.GetAsync("/api/v1/models/doubles/metrics")).Body;
            service = (await fixture.GetAsync($"/api/v1/models/doubles/service?from={from:yyyy-MM-ddTHH:mm:ssZ}")).Body;
        }
        while (DateTime.UtcNow < deadline && (Number(metrics.GetProperty("total"), "labelled") == 0 || Number(service.GetProperty("total"), "requests") == 0));

        Assert.Equal(2, metrics.GetProperty("total").GetProperty("metrics").GetProperty("mae").GetDouble(), 1e-9);
        Assert.Equal("2001-02-03T06:00:00+00:00", metrics.GetProperty("windows")[0].GetProperty("start").GetString());
        Assert.Equal(1, Number(service.GetProperty("total"), "requests"));
        Assert.True(service.GetProperty("total").GetProperty("p99").GetDouble() > 0);
    }

    private static string Item(string id) =>
        $$"""{"id":"{{id}}","time":"2001-02-03T06:00:00Z","features":{"distance":1000,"carrier":"DL","departure":"2001-02-03T06:00","weekend":true},"prediction":0.7,"latency_ms":1.5}""";

    private static (long Accepted, long Duplicates, long Rejected) Counts(JsonElement answer) => (Number(answer, "accepted"), Number(answer, "duplicates"), Number(answer, "rejectedCount"));

    private static long Number(JsonElement answer, string name) => answer.GetProperty(name).GetInt64();

    private static byte[] Gzip(string text)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return zipped.ToArray();
    }

    private async Task<(int Status, JsonElement Body)> SendAsync(byte[] body, string encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentEncoding.Add(encoding);
        using var response = await fixture.Host.Client.PostAsync(Observations, content);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return ((int)response.StatusCode, document.RootElement.Clone());
    }
}
