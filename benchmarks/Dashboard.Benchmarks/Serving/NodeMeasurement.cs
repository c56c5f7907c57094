using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Dashboard.Benchmarks.Serving;

/// <summary>
/// What a serving node costs and how soon it obeys: the published host as control room and as node, the same model and row, over loopback. Interleaved rounds compare a request to the node (its CPU, and what its
/// report costs the control room, which logs and profiles it) with one to the control room; then versions are taken back under traffic.
/// </summary>
internal static class NodeMeasurement
{
    private const int Connections = 8;
    private const int Rounds = 3;
    private const int Rollbacks = 15;
    private const double PerSecond = 1000;

    /// <summary>As many as are logged without loss, so that both ways do the same work.</summary>
    private const double LoggedPerSecond = 10_000;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(string executable)
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-bench-").FullName;
        try
        {
            using var room = await HiggsHost.StartAsync(executable, folder);
            for (var version = 1; version <= 2; version++)
            {
                using var booster = HiggsLike.Train(40_000 + (5_000 * version));
                await room.ImportAsync(booster.SaveJson(), promote: version == 1);
            }

            using var node = await HiggsHost.StartAsync(executable, folder, $"--Dashboard:Node:ControlRoom={room.Address}", "--Dashboard:Node:Name=bench");
            CompareRequests(room, node);
            await RollBackAsync(room, node);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CompareRequests(HiggsHost room, HiggsHost node)
    {
        foreach (var host in (HiggsHost[])[room, node])
            LoadGenerator.Run(host.Port, HiggsHost.Path, HiggsHost.Body, Connections, 2 * Duration);
        List<double> ratios = [];
        for (var round = 0; round < Rounds; round++)
        {
            var (direct, _) = Measure("asked of the control room", room, room, node);
            var (serving, reporting) = Measure("asked of the node", node, room, node);
            ratios.Add((serving + reporting) / direct);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"CPU of both processes for a request to the node : to the control room = {Median(ratios):0.00} (median of {Rounds} rounds)"));
    }

    /// <returns>Microseconds of CPU a request: of the host that was asked, and of the other.</returns>
    private static (double Asked, double Other) Measure(string name, HiggsHost asked, HiggsHost room, HiggsHost node)
    {
        var other = asked == room ? node : room;
        var (own, others) = (asked.Process.CpuMicroseconds(), other.Process.CpuMicroseconds());
        var load = LoadGenerator.Run(asked.Port, HiggsHost.Path, HiggsHost.Body, Connections, Duration, LoggedPerSecond);
        // What was answered last is reported and logged by then.
        Thread.Sleep(TimeSpan.FromSeconds(3));
        own = (asked.Process.CpuMicroseconds() - own) / load.Milliseconds.Length;
        others = (other.Process.CpuMicroseconds() - others) / load.Milliseconds.Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-28} {load.PerSecond,8:0} req/s   p50 {load.Quantile(0.5):0.00} ms   p99 {load.Quantile(0.99):0.00} ms   CPU {own:0} µs a request, {others:0} µs in the other process   {load.Failed} failed"));
        return (own, others);
    }

    private static async Task RollBackAsync(HiggsHost room, HiggsHost node)
    {
        List<double> here = [], there = [];
        var failed = 0;
        for (var turn = 0; turn < Rollbacks; turn++)
        {
            await room.PromoteAsync(2);
            foreach (var host in (HiggsHost[])[room, node])
                while (await host.AnsweringAsync() != "2")
                    await Task.Delay(20);
            var loads = ((HiggsHost[])[room, node]).Select(host => Task.Factory.StartNew(() => LastOfTwo(host), TaskCreationOptions.LongRunning)).ToArray();
            await Task.Delay(TimeSpan.FromSeconds(0.5));
            var asked = Stopwatch.GetTimestamp();
            await room.RollBackAsync();
            var (atRoom, atNode) = (await loads[0], await loads[1]);
            failed += atRoom.Failed + atNode.Failed;
            // Where the last one came before the question had arrived, there was nothing left to wait for.
            here.Add(Math.Max(0, Stopwatch.GetElapsedTime(asked, atRoom.Last).TotalMilliseconds));
            there.Add(Math.Max(0, Stopwatch.GetElapsedTime(asked, atNode.Last).TotalMilliseconds));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"From asking for a rollback to the last answer of what was taken back, {PerSecond:0} requests a second on each, {Rollbacks} times: control room median {Median(here):0.0} ms, longest {here.Max():0.0} ms; node median {Median(there):0.0} ms, longest {there.Max():0.0} ms; {failed} requests failed"));
    }

    /// <summary>When the last answer of version 2 came.</summary>
    private static (long Last, int Failed) LastOfTwo(HiggsHost host)
    {
        var last = new ConcurrentBag<long>();
        var load = LoadGenerator.Run(host.Port, HiggsHost.Path, HiggsHost.Body, Connections / 2, TimeSpan.FromSeconds(1.5), PerSecond, (_, answer) =>
        {
            if (answer.IndexOf("\"model_version\":\"2\""u8) >= 0)
                last.Add(Stopwatch.GetTimestamp());
        });
        return (last.Max(), load.Failed);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
