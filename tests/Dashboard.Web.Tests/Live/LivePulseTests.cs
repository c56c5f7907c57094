using System.Collections.Concurrent;
using Dashboard.Core.Monitoring;
using Dashboard.Web.Live;
using Dashboard.Web.Tests.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Web.Tests.Live;

public sealed class LivePulseTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTime time = new(Noon);
    private readonly ServiceCounters counters = new();
    private readonly LivePulse pulse;

    public LivePulseTests() => pulse = new(counters, new PredictionQueue(), time, NullLogger<LivePulse>.Instance);

    public void Dispose() => pulse.Dispose();

    [Fact]
    public async Task A_viewer_gets_the_standing_figures_at_once_and_each_change_within_a_tick()
    {
        Answer(3);
        var heard = new ConcurrentQueue<ModelPulse>();
        using var watching = pulse.Watch(["flights"], pulses => { heard.Enqueue(pulses["flights"]); return Task.CompletedTask; });
        await Eventually(() => heard.Any(one => one.Predictions == 3));

        Answer(2);
        counters.Take(time.GetUtcNow());
        Answer(1);
        time.Advance(LivePulse.Interval);

        await Eventually(() => heard.Any(one => one.Predictions == 6));
        Assert.Equal(time.GetUtcNow(), heard.Last().LastPrediction);
    }

    [Fact]
    public async Task Rates_are_those_of_the_last_ten_seconds_and_fall_to_nothing_when_the_traffic_ends()
    {
        ModelPulse? last = null;
        using var watching = pulse.Watch(["flights"], pulses => { last = pulses["flights"]; return Task.CompletedTask; });
        for (var tick = 0; tick < 150; tick++)
        {
            Answer(5, rows: 2);
            time.Advance(LivePulse.Interval);
        }

        await Eventually(() => last is { Predictions: 1500 });
        Assert.Equal(50, last!.RequestsPerSecond, 0.6);
        Assert.Equal(100, last.PredictionsPerSecond, 1.2);
        time.Advance(TimeSpan.FromSeconds(11));
        await Eventually(() => last.RequestsPerSecond == 0);
        Assert.Equal(1500, last.Predictions);
    }

    [Fact]
    public async Task Errors_are_shares_of_the_last_minute_and_latency_is_its_95th_percentile()
    {
        for (var i = 0; i < 90; i++)
            counters.Answered(ServedModels.Flights, time.GetUtcNow(), i < 80 ? 100 : 1000);
        for (var i = 0; i < 10; i++)
            counters.Failed("flights", time.GetUtcNow(), i < 4 ? 503 : 400);
        ModelPulse? last = null;
        using var watching = pulse.Watch(["flights"], pulses => { last = pulses["flights"]; return Task.CompletedTask; });

        await Eventually(() => last is not null);
        Assert.Equal((0.1, 0.04), (last!.ErrorRate, last.ServerErrorRate));
        Assert.Equal(1000, last.P95!.Value, 50.0);
        time.Advance(TimeSpan.FromSeconds(70));
        await Eventually(() => last.ErrorRate is null && last.P95 is null);
    }

    [Fact]
    public async Task Nothing_is_measured_when_nobody_watches()
    {
        Assert.Equal(0, time.Timers);
        var first = pulse.Watch(["flights"], _ => Task.CompletedTask);
        var second = pulse.Watch(["flights", "other"], _ => Task.CompletedTask);
        Assert.Equal((1, 2), (time.Timers, pulse.Viewers));
        first.Dispose();
        first.Dispose();
        Assert.Equal((1, 1), (time.Timers, pulse.Viewers));
        second.Dispose();
        Assert.Equal((0, 0), (time.Timers, pulse.Viewers));

        var heard = 0;
        using var again = pulse.Watch(["flights"], _ => { Interlocked.Increment(ref heard); return Task.CompletedTask; });
        await Eventually(() => heard == 1);
    }

    [Fact]
    public async Task A_slow_viewer_gets_the_newest_when_it_is_ready_and_holds_up_nobody()
    {
        var release = new TaskCompletionSource();
        var slow = new ConcurrentQueue<long>();
        var quick = new ConcurrentQueue<long>();
        using var one = pulse.Watch(["flights"], async pulses => { slow.Enqueue(pulses["flights"].Predictions); await release.Task; });
        using var two = pulse.Watch(["flights"], pulses => { quick.Enqueue(pulses["flights"].Predictions); return Task.CompletedTask; });
        await Eventually(() => slow.Count == 1 && quick.Count == 1);
        for (var i = 1; i <= 5; i++)
        {
            Answer(1);
            time.Advance(LivePulse.Interval);
            await Eventually(() => quick.Last() == i);
        }

        Assert.Single(slow);
        release.SetResult();
        await Eventually(() => slow.Last() == 5);
        Assert.Equal(2, slow.Count);
    }

    [Fact]
    public async Task A_viewer_that_throws_goes_on_with_the_next_change()
    {
        var heard = new ConcurrentQueue<long>();
        using var watching = pulse.Watch(["flights"], pulses =>
        {
            heard.Enqueue(pulses["flights"].Predictions);
            return heard.Count == 1 ? throw new InvalidOperationException("once") : Task.CompletedTask;
        });
        await Eventually(() => heard.Count == 1);
        Answer(1);
        time.Advance(LivePulse.Interval);
        await Eventually(() => heard.Count == 2);
    }

    private void Answer(int requests, int rows = 1)
    {
        for (var i = 0; i < requests; i++)
            counters.Answered(ServedModels.Flights, time.GetUtcNow(), 100, rows);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow.AddMinutes(2);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "It did not happen within two minutes.");
            await Task.Delay(10);
        }
    }
}
