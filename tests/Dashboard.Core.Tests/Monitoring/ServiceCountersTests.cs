using Dashboard.Core.Monitoring;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class ServiceCountersTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Percentiles_are_within_a_twentieth_of_the_exact_ones()
    {
        var random = new Random(1);
        var window = new ServiceWindow();
        var latencies = Enumerable.Range(0, 20_000).Select(_ => Math.Exp(4 + (random.NextDouble() * 6))).Order().ToArray();
        foreach (var latency in latencies)
            window.AddAnswered(ServiceWindow.BinOf(latency), 1);

        foreach (var share in (double[])[0.5, 0.95, 0.99])
            Assert.Equal(1, window.Percentile(share)!.Value / latencies[(int)(share * 20_000)], 0.05);
    }

    [Fact]
    public void Every_latency_lies_within_the_edges_of_its_bin()
    {
        for (var latency = 1.0; latency < 6e7; latency *= 1.013)
        {
            var bin = ServiceWindow.BinOf(latency);
            Assert.InRange(latency, ServiceWindow.LowerEdge(bin) * 0.999999, ServiceWindow.LowerEdge(bin + 1) * 1.000001);
        }

        Assert.Equal(0, ServiceWindow.BinOf(double.NaN));
        Assert.Equal(ServiceWindow.LatencyBins - 1, ServiceWindow.BinOf(1e12));
    }

    [Fact]
    public void Failures_are_counted_by_status_and_taken_once()
    {
        var counters = new ServiceCounters();
        counters.Failed("flights", Noon, 400);
        counters.Failed("flights", Noon.AddSeconds(1), 400);
        counters.Failed("flights", Noon.AddSeconds(6), 503);

        var taken = counters.Take(Noon.AddSeconds(7)).OrderBy(count => count.Start).ToList();

        Assert.Equal([Noon, Noon.AddSeconds(5)], taken.Select(count => count.Start));
        Assert.Equal(2, taken[0].Window.Failures[400]);
        Assert.Equal(1, taken[1].Window.ServerErrors);
        Assert.Empty(counters.Take(Noon.AddSeconds(8)));
    }

    [Fact]
    public void Nothing_is_lost_while_threads_count_and_the_writer_takes()
    {
        var counters = new ServiceCounters();
        long taken = 0;
        Parallel.Invoke(
            () => Parallel.For(0, 200_000, i => counters.Failed("flights", Noon.AddMilliseconds(i), 500)),
            () =>
            {
                for (var i = 0; i < 50; i++)
                    taken += counters.Take(Noon).Sum(count => count.Window.Failed);
            });
        taken += counters.Take(Noon).Sum(count => count.Window.Failed);
        Assert.Equal(200_000, taken);
    }

    [Fact]
    public void What_is_read_has_everything_taken_or_not_and_never_goes_back()
    {
        var counters = new ServiceCounters();
        counters.Resume("flights", 1000, Noon.AddDays(-1));
        var writing = true;
        long before = 0;
        Parallel.Invoke(
            () =>
            {
                Parallel.For(0, 100_000, i => counters.Failed("flights", Noon.AddMilliseconds(i), 500));
                counters.Observed("flights", Noon.AddSeconds(100), 50_000);
                Volatile.Write(ref writing, false);
            },
            () =>
            {
                while (Volatile.Read(ref writing))
                    counters.Take(Noon.AddMinutes(1));
            },
            () =>
            {
                while (Volatile.Read(ref writing))
                {
                    var now = counters.Read("flights", Noon.AddMinutes(1)).Requests;
                    Assert.True(now >= before, $"{now} after {before}");
                    before = now;
                }
            });
        // Long after, the slots are forgotten; what they counted is not.
        counters.Take(Noon.AddHours(1));
        var reading = counters.Read("flights", Noon.AddHours(1));
        Assert.Equal((51_000, 100_000, 0), (reading.Predictions, reading.Requests, reading.Recent.Requests));
        Assert.Equal(Noon.AddSeconds(100), reading.LastPrediction);
    }

    [Fact]
    public void A_deleted_model_starts_from_nothing()
    {
        var counters = new ServiceCounters();
        counters.Observed("flights", Noon, 5);
        counters.Forget("flights");
        Assert.Equal((0, null), (counters.Read("flights", Noon).Predictions, counters.Read("flights", Noon).LastPrediction));
    }

    [Fact]
    public void Names_of_models_that_do_not_exist_cannot_fill_the_memory()
    {
        var counters = new ServiceCounters();
        for (var i = 0; i < 5000; i++)
            counters.Failed($"model {i}", Noon, 404);

        var taken = counters.Take(Noon);

        Assert.InRange(taken.Count, 1, 1002);
        Assert.Equal(5000, taken.Sum(count => count.Window.Failed));
        Assert.Contains(taken, count => count.Model == ServiceCounters.OtherModels);
    }

    [Fact]
    public void A_window_survives_being_stored()
    {
        var window = new ServiceWindow();
        window.AddAnswered(17, 3);
        window.AddAnswered(200, 40_000);
        window.AddFailed(400, 2);

        var read = ServiceWindow.Deserialize(window.Serialize());

        Assert.True(read.IsSuccess);
        Assert.Equal((40_005, 2), (read.Value.Requests, read.Value.Failed));
        Assert.Equal(window.Latencies, read.Value.Latencies);
        Assert.False(ServiceWindow.Deserialize(window.Serialize().AsSpan(1)).IsSuccess);
    }
}
