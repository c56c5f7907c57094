using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Counting;
using Microsoft.Extensions.Logging;

namespace Dashboard.Web.Tests.Serving;

/// <summary>What a rollout counts of live traffic, and what a challenger that fails costs.</summary>
public sealed class SplitTallyTests
{
    [Fact]
    public async Task The_tally_is_what_the_callers_saw()
    {
        await using var host = await SplitHost.StartAsync(30);
        var random = new Random(3);
        Dictionary<string, (long Requests, long Errors, long[] Bins)> seen = new() { ["1"] = (0, 0, new long[3]), ["2"] = (0, 0, new long[3]) };
        var entities = new HashSet<string>();
        for (var i = 0; i < 300; i++)
        {
            var key = $"entity {random.Next(120)}";
            entities.Add(key);
            double x = random.Next(30);
            var isBad = random.Next(10) == 0;
            var answer = random.Next(2) == 0
                ? await host.SendAsync("/v2/models/m/infer", isBad ? "{}" : SplitHost.Body(x), ("X-Entity-Key", key))
                : await host.SendAsync("/invocations?model=m", isBad ? "{\"instances\":[" : $$"""{"instances":[[{{x}}]]}""", ("X-Entity-Key", key));
            Assert.Equal(isBad ? 400 : 200, answer.Status);
            var (requests, errors, bins) = seen[host.VersionOf(key)];
            if (!isBad)
                bins[answer.Value < 10 ? 0 : answer.Value < 20 ? 1 : 2]++;
            seen[host.VersionOf(key)] = (requests + 1, errors + (isBad ? 1 : 0), bins);
        }

        var report = StageAnalysis.Of(SplitHost.Plan, new(host.Split.Stage, host.Split.Since, host.Split.Traffic.Weight), StageEvidence.Fresh(SplitHost.Plan), host.Look());
        Assert.True(report.IsSuccess, report.Error?.Message);
        foreach (var (version, (requests, errors, bins)) in seen)
        {
            ArmReading Of(string metric) => version == "1" ? host.Read(metric).Champion : host.Read(metric).Challenger;
            Assert.Equal(ArmReading.OfRate(requests, errors), Of("errors"));
            Assert.Equal(bins, Of("predictions").Bins!);
            Assert.Equal(requests - errors, Of("latency").Count);
            Assert.InRange(Math.Exp(Of("latency").Sum / Of("latency").Count), 1e-6, 60);
        }

        Assert.Equal(new AssignedCounts(entities.Count(key => host.VersionOf(key) == "1"), entities.Count(key => host.VersionOf(key) == "2")), host.Look().Assigned);
        Assert.True(seen["2"].Errors > 0 && seen["2"].Requests < seen["1"].Requests);
    }

    [Fact]
    public async Task After_a_restart_counting_goes_on_from_what_was_stored()
    {
        await using var host = await SplitHost.StartAsync(50);
        var frame = new StageFrame(host.Split.Stage, host.Split.Since, host.Split.Traffic.Weight);
        var evidence = StageEvidence.Fresh(SplitHost.Plan);
        for (var life = 1; life <= 3; life++)
        {
            for (var i = 0; i < 20; i++)
                await host.InferAsync($"entity {i}");
            var report = StageAnalysis.Of(SplitHost.Plan, frame, evidence, host.Look());
            Assert.True(report.IsSuccess, report.Error?.Message);
            evidence = CanonicalJson.Deserialize<StageEvidence>(CanonicalJson.Serialize(report.Value.Evidence));
            Assert.Equal(20 * life, evidence.Metrics[0].Champion.Count + evidence.Metrics[0].Challenger.Count);
            await host.InferAsync("after the last look");
            host.Begin(new SplitTally(evidence, 3));
        }
    }

    [Fact]
    public async Task A_challenger_that_throws_costs_no_caller_and_is_reported_once()
    {
        var broken = SplitHost.Version(2, _ => throw new InvalidOperationException("The challenger is broken."));
        await using var host = await SplitHost.StartAsync(100, broken, 0, "--Logging:LogLevel:Default=Error");
        using var log = new Lines();
        host.Host.Get<ILoggerFactory>().AddProvider(log);
        for (var i = 0; i < 20; i++)
        {
            var answer = i % 2 == 0 ? await host.InferAsync($"{i}", 5) : await host.SendAsync("/invocations?model=m", """{"entity":"e","instances":[[5]]}""");
            Assert.Equal((200, "1", 6), (answer.Status, answer.Version, answer.Value));
        }

        Assert.Equal((ArmReading.OfRate(20, 20), ArmReading.OfRate(0, 0)), (host.Read("errors").Challenger, host.Read("errors").Champion));
        Assert.Equal((0, 0), (host.Read("latency").Challenger.Count, host.Read("latency").Champion.Count));
        Assert.Equal("1", (await host.InferAsync("forced", 5, ("X-Rollout-Version", "challenger"))).Version);
        Assert.Equal(20, host.Read("errors").Challenger.Count);
        Assert.Contains("Version 2 of m", Assert.Single(log.Written), StringComparison.Ordinal);
        Assert.All(await host.LoggedAsync(21, "version, stage"), row => Assert.Equal("701 -", row));
    }

    [Fact]
    public async Task A_challenger_whose_inputs_live_traffic_lacks_is_found_and_the_champion_answers()
    {
        var wider = SplitHost.Version(2, features => features[1], new FeatureInput("y", InputType.Number, []));
        await using var host = await SplitHost.StartAsync(100, wider);

        var missing = await host.InferAsync("a", 5);
        var spare = await host.SendAsync("/v2/models/m/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[5]},{"name":"y","shape":[1],"datatype":"FP64","data":[9]}]}""");
        var neither = await host.SendAsync("/invocations?model=m", """{"instances":[["soon"]]}""");

        Assert.Equal(("1", 6), (missing.Version, missing.Value));
        Assert.Equal(("2", 9), (spare.Version, spare.Value));
        Assert.Equal((400, "'x[0]' is 'soon'; expected a number, or null where it is missing."), (neither.Status, neither.Message));
        Assert.Equal(ArmReading.OfRate(3, 2), host.Read("errors").Challenger);
    }

    [Fact]
    public async Task A_champion_that_throws_is_an_error_of_its_arm()
    {
        await using var host = await SplitHost.StartAsync(0, mirrored: 0, settings: "--Logging:LogLevel:Default=None");
        host.Set(0, champion: SplitHost.Version(1, _ => throw new InvalidOperationException("The champion is broken.")));

        Assert.Equal(500, (await host.InferAsync("a")).Status);
        Assert.Equal(ArmReading.OfRate(1, 1), host.Read("errors").Champion);
    }

    [Fact]
    public async Task A_rollback_holds_for_a_request_whose_body_is_still_coming()
    {
        await using var host = await SplitHost.StartAsync(100);
        using var content = new LateContent(SplitHost.Body(1));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer") { Content = content };
        var sending = host.Host.Client.SendAsync(request);
        await content.Begun;
        host.End();
        content.Finish();

        using var response = await sending;

        Assert.Equal("1", Assert.Single(response.Headers.GetValues("X-Model-Version")));
        Assert.Equal(0, host.Look().Assigned!.Challenger);
    }

    /// <summary>Sends its first bytes, and the rest when it is told to.</summary>
    private sealed class LateContent(string body) : HttpContent
    {
        private readonly TaskCompletionSource begun = new(), finish = new();

        public Task Begun => begun.Task;

        public void Finish() => finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body[..10]));
            await stream.FlushAsync();
            begun.SetResult();
            await finish.Task;
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body[10..]));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly List<string> written = [];

        public IReadOnlyList<string> Written
        {
            get
            {
                lock (written)
                    return [.. written];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (written)
                written.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
