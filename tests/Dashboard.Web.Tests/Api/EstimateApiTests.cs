using System.Net;
using System.Text;
using System.Text.Json;
using Dashboard.Web.Tests.Kit;

namespace Dashboard.Web.Tests.Api;

/// <summary>From an import to an estimate to the realised figure, over HTTP.</summary>
public sealed class EstimateApiTests
{
    [Fact]
    public async Task An_imported_model_with_a_labelled_sample_is_estimated_before_labels_arrive()
    {
        await using var host = await TestHost.StartAsync();
        var refused = await ImportAsync(host, "delay");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal(("target", "delay"), (problem.GetProperty("field").GetString(), problem.GetProperty("value").GetString()));
        await OkAsync(await ImportAsync(host, "late"));

        // Probabilities that the tree does give, below and above its split.
        var lines = string.Join('\n', Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($$"""{"id":"p{{i}}","time":"2001-02-03T06:00:{{i % 60:D2}}Z","features":{"x":{{i % 6}},"y":1},"prediction":{{(i % 6 < 3 ? 0.26894143 : 0.7310586)}}}""")));
        await OkAsync(await host.Client.PostAsync(new Uri("/api/v1/models/tiny/observations", UriKind.Relative), new StringContent(lines, Encoding.UTF8, "application/x-ndjson")));

        var total = (await MetricsAsync(host)).GetProperty("total");
        Assert.Equal("estimated", total.GetProperty("source").GetString());
        var figure = total.GetProperty("estimated").GetProperty("figures").GetProperty("roc_auc");
        var (low, value, high) = (figure.GetProperty("low").GetDouble(), figure.GetProperty("value").GetDouble(), figure.GetProperty("high").GetDouble());
        Assert.True(low < value && value < high, figure.ToString());
        Assert.Equal("fewReferenceRows", total.GetProperty("estimated").GetProperty("caveats").GetString());
        Assert.True((await MetricsAsync(host)).GetProperty("estimatedChange").TryGetProperty("roc_auc", out _));

        // What happened goes as in the sample.
        var labels = string.Join('\n', Enumerable.Range(0, 300).Select(i => $$"""{"id":"p{{i}}","value":{{Outcome(i)}}}"""));
        await OkAsync(await host.Client.PostAsync(new Uri("/api/v1/models/tiny/ground-truth", UriKind.Relative), new StringContent(labels, Encoding.UTF8, "application/x-ndjson")));

        total = (await MetricsAsync(host)).GetProperty("total");
        Assert.Equal("realised", total.GetProperty("source").GetString());
        Assert.InRange(total.GetProperty("metrics").GetProperty("roc_auc").GetDouble(), low, high);
    }

    /// <summary>One in four below the split, three in four above.</summary>
    private static int Outcome(int row) => row % 6 < 3 ? (row / 6 % 4 == 0 ? 1 : 0) : (row / 6 % 4 == 0 ? 0 : 1);

    private static async Task<HttpResponseMessage> ImportAsync(TestHost host, string target)
    {
        var sample = "x,y,late\n" + string.Concat(Enumerable.Range(0, 240).Select(row => $"{row % 6},1,{Outcome(row)}\n"));
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(ModelApiTests.Tiny(-1)), "file", "model.json" }, { new StringContent("true"), "promote" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(sample)), "reference", "sample.csv" }, { new StringContent(target), "target" },
        };
        return await host.Client.PostAsync(new Uri("/api/v1/models/tiny/versions/xgboost", UriKind.Relative), form);
    }

    private static async Task<JsonElement> MetricsAsync(TestHost host) => await OkAsync(await host.Client.GetAsync(new Uri("/api/v1/models/tiny/metrics", UriKind.Relative)));

    private static async Task<JsonElement> OkAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {body}");
        return JsonElement.Parse(body);
    }
}
