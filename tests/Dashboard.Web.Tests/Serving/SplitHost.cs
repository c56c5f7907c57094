using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Counting;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Web.Tests.Serving;

/// <summary>An answer, whatever the protocol.</summary>
/// <param name="Version">Of the header that says who answered; null without one.</param>
/// <param name="Value">The first prediction; NaN without one.</param>
internal sealed record SplitAnswer(int Status, string? Version, double Value, JsonElement Body)
{
    public string? Message => Body.TryGetProperty("error", out var error) ? error.GetString() : Body.TryGetProperty("message", out var message) ? message.GetString() : null;
}

/// <summary>The real host with a model of two versions, of which the first answers x + 1 and the second x + 2, and a rollout between them.</summary>
internal sealed class SplitHost : IAsyncDisposable
{
    public static readonly ServedModel Champion = Version(1, features => features[0] + 1);

    public static readonly ServedModel Challenger = Version(2, features => features[0] + 2);

    public static readonly RolloutPlan Plan = StandardPlans.Of(RolloutStrategy.Canary) with
    {
        Metrics = [StandardMetrics.Errors, StandardMetrics.Latency, StandardMetrics.Predictions, StandardMetrics.EstimatedLoss(1), StandardMetrics.RealisedLoss(1)],
    };

    private static readonly Guid Rollout = new("6e1e2f0c-53a1-4b5e-9f57-1d3c8f0a7b11");

    private SplitHost(TestHost host) => Host = host;

    public TestHost Host { get; }

    public Router Router => Host.Get<Router>();

    public RouteSplit Split { get; private set; } = null!;

    public static async Task<SplitHost> StartAsync(int percent, ServedModel? challenger = null, int mirrored = 0, params string[] settings)
    {
        var host = new SplitHost(await TestHost.StartAsync(settings));
        host.Set(percent, challenger: challenger, mirrored: mirrored);
        return host;
    }

    public static ServedModel Version(int number, Func<float[], float> score, params FeatureInput[] more) =>
        ServedModels.Make(7, "m", ModelTask.Regression, [], [new("x", InputType.Number, []), .. more], features => [score(features)], number);

    /// <summary>The rollout at a weight; each is a stage of its own.</summary>
    public void Set(int percent, ServedModel? champion = null, ServedModel? challenger = null, int mirrored = 0)
    {
        champion ??= Split?.Champion ?? Champion;
        challenger ??= Split?.Challenger ?? Challenger;
        Split = new(Rollout, (Split?.Stage ?? 0) + 1, champion, challenger, TrafficSplit.Of(TrafficSplit.SaltOf(Rollout), TrafficWeight.OfPieces(percent, 100)).Value, TrafficWeight.OfPieces(mirrored, 100),
            DateTimeOffset.UtcNow, PredictionBins.OfEdges([10, 20]), new SplitTally(StageEvidence.Fresh(Plan), 3));
        Router.Set(new("m", champion, new Dictionary<int, ServedModel> { [1] = champion, [2] = challenger }.ToFrozenDictionary()) { Split = Split });
    }

    /// <summary>The same stage with another tally, as after a restart.</summary>
    public void Begin(SplitTally tally)
    {
        Split = Split with { Tally = tally };
        Router.Change(table => table.With(table.Models["m"] with { Split = Split }));
    }

    public void End() => Router.Change(table => table.With(table.Models["m"] with { Split = null }));

    public StageLook Look() => Split.Tally.Look(Plan, Split.Stage, DateTimeOffset.UtcNow);

    public MetricReading Read(string metric) => Look().Metrics.Single(reading => reading.Metric == metric);

    /// <summary>The version that a key's bucket gives at the present weight.</summary>
    public string VersionOf(string key) => Split.VersionOf(Split.Traffic.For(key).Arm).NumberText;

    /// <summary>A key that goes to a version at the present weight.</summary>
    public string KeyOf(int version) => Enumerable.Range(0, 10_000).Select(i => $"key {i}").First(key => VersionOf(key) == $"{version}");

    public Task<SplitAnswer> InferAsync(string entity, double x = 1, params (string Name, string Value)[] headers) =>
        SendAsync("/v2/models/m/infer", Body(x), [("X-Entity-Key", entity), .. headers]);

    /// <summary>An inference request for some rows.</summary>
    /// <param name="more">Properties before the inputs, each with a comma behind it.</param>
    public static string Body(double x, int rows = 1, string more = "") =>
        FormattableString.Invariant($$"""{{{more}}"inputs":[{"name":"x","shape":[{{rows}}],"datatype":"FP64","data":[{{string.Join(',', Enumerable.Repeat(x, rows))}}]}]}""");

    public async Task<SplitAnswer> SendAsync(string path, string body, params (string Name, string Value)[] headers) => await SendAsync(path, Encoding.UTF8.GetBytes(body), headers);

    public async Task<SplitAnswer> SendAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Host.Client.SendAsync(request);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        var root = document.RootElement.Clone();
        var value0 = root.TryGetProperty("outputs", out var outputs) ? outputs[0].GetProperty("data")[0].GetDouble() : root.TryGetProperty("predictions", out var predictions) ? predictions[0].GetDouble() : double.NaN;
        return new((int)response.StatusCode, response.Headers.TryGetValues("X-Model-Version", out var version) ? Assert.Single(version) : null, value0, root);
    }

    /// <summary>What was logged, a row a line, once there are so many.</summary>
    public async Task<List<string>> LoggedAsync(int rows, string columns)
    {
        for (var tries = 0; ; tries++)
        {
            using var connection = Host.Get<TelemetryDatabase>().OpenReader();
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT {columns} FROM predictions ORDER BY seq";
            using var reader = command.ExecuteReader();
            var logged = new List<string>();
            while (reader.Read())
                logged.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "-" : reader.GetValue(i).ToString())));
            if (logged.Count >= rows || tries == 6000)
                return logged;
            await Task.Delay(20);
        }
    }

    public static async Task UntilAsync(Func<bool> holds, Func<string> otherwise)
    {
        for (var tries = 0; tries < 6000 && !holds(); tries++)
            await Task.Delay(20);
        Assert.True(holds(), otherwise());
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
