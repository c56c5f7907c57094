using System.Globalization;
using Dashboard.Browser.Tests.Load;
using Dashboard.Browser.Tests.Product;

namespace Dashboard.Benchmarks.Live;

/// <summary>
/// From a prediction to a changed pixel: 1,000 predictions a second, 200 SignalR clients in node that follow the model's pulse, ten walls in Chromium, all on this machine.
/// Goal: under 300 ms at the 95th percentile. Also what each connection costs the host in memory.
/// dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- live HOST
/// </summary>
internal static class LivePath
{
    private const int PerSecond = 1000;
    private const int Clients = 200;
    private const int Walls = 10;
    private const string Address = "/wall?show=models&models=" + LiveHost.Model;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(string executable)
    {
        using var host = await LiveHost.StartAsync(executable);
        await host.ImportAsync();
        await using var chromium = await Chromium.LaunchAsync();
        // The first of each costs what is made once; it is not what one more costs.
        (await HubCrowd.ConnectAsync(host.Address, LiveHost.Model, 2)).Dispose();
        await using (await WallWatch.OpenAsync(chromium, host.Address, Address, 1))
            await PacedLoad.RunAsync(host.Address, LiveHost.Model, PerSecond, TimeSpan.FromSeconds(3));

        Console.WriteLine("clients  walls   GC heap   working set");
        var alone = await MemoryAsync(host, 0, 0);
        using (await HubCrowd.ConnectAsync(host.Address, LiveHost.Model, 50))
            await MemoryAsync(host, 50, 0);
        using var crowd = await HubCrowd.ConnectAsync(host.Address, LiveHost.Model, Clients);
        var crowded = await MemoryAsync(host, Clients, 0);
        await using var walls = await WallWatch.OpenAsync(chromium, host.Address, Address, Walls);
        var full = await MemoryAsync(host, Clients, Walls);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A client of the hub costs {(crowded.HeapBytes - alone.HeapBytes) / 1024.0 / Clients:0} KiB of heap, a wall {(full.HeapBytes - crowded.HeapBytes) / 1024.0 / Walls:0} KiB."));

        var before = (await walls.CountsAsync()).Max();
        await PacedLoad.RunAsync(host.Address, LiveHost.Model, PerSecond, TimeSpan.FromSeconds(3));
        await Task.Delay(Settle);
        var start = (await walls.CountsAsync()).Max();
        var heard = (await crowd.ReportAsync()).Messages;
        await walls.StartAsync();
        var cpu = host.Process.CpuMicroseconds();
        var sent = await PacedLoad.RunAsync(host.Address, LiveHost.Model, PerSecond, Duration);
        cpu = host.Process.CpuMicroseconds() - cpu;
        await Task.Delay(Settle);

        var painted = await walls.PaintedAsync();
        var report = await crowd.ReportAsync();
        var seconds = (sent.SentAt[^1] - sent.SentAt[0]) / 1000;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sent.SentAt.Length} predictions in {seconds:0.0} s ({sent.SentAt.Length / seconds:0} a second), {sent.Failed} failed; the host used {cpu / 1e6 / seconds:P0} of a processor"));
        Print($"prediction to pixel, {Walls} walls", [.. painted.SelectMany(seen => LatencyOf.Each(sent.SentAt, start, seen)).Order()]);
        Print("prediction to client in node", [.. LatencyOf.Each(sent.SentAt, start, report.First).Order()]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A wall painted {painted.Average(seen => seen.Length) / seconds:0.0} numbers a second, a client heard {(report.Messages - heard) / seconds / Clients:0.0} pulses a second."));
        var wrong = (await walls.CountsAsync()).Count(count => count != start + sent.SentAt.Length) + report.Lasts.Count(last => last != start + sent.SentAt.Length);
        Console.WriteLine(wrong == 0 ? $"Every wall and every client ends at {start + sent.SentAt.Length}." : $"{wrong} walls and clients end at another count than {start + sent.SentAt.Length}, which began at {before}.");
    }

    private static async Task<ServerMemory> MemoryAsync(LiveHost host, int clients, int walls)
    {
        await Task.Delay(Settle);
        var memory = await ServerMemory.ReadAsync(host.Process.Id);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clients,7}  {walls,5}   {memory.HeapBytes / 1048576.0,6:0.0}   {memory.WorkingSetBytes / 1048576.0,9:0} MiB"));
        return memory;
    }

    private static void Print(string what, double[] ascending) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what,-32} p50 {LatencyOf.Quantile(ascending, 0.5):0} ms   p95 {LatencyOf.Quantile(ascending, 0.95):0} ms   p99 {LatencyOf.Quantile(ascending, 0.99):0} ms   ({ascending.Length} predictions seen; goal: p95 under 300 ms)"));
}
