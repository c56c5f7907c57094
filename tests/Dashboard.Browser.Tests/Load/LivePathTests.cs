using Dashboard.Browser.Tests.Product;

namespace Dashboard.Browser.Tests.Load;

/// <summary>The load of <c>make bench</c>'s live path, small: every wall and every client of the hub ends at the right count.</summary>
public sealed class LivePathTests
{
    private const int Clients = 30;
    private const int Walls = 3;
    private const int PerSecond = 200;
    private const int Painted = 5;

    [Fact]
    public async Task Every_wall_shows_and_every_client_hears_the_count_of_what_was_sent()
    {
        await using var product = await ProductProcess.StartAsync();
        await FourModel.ImportAsync(product, "four", promote: true);
        await using var chromium = await Chromium.LaunchAsync();
        using var crowd = await HubCrowd.ConnectAsync(product.Address, "four", Clients);
        await using var walls = await WallWatch.OpenAsync(chromium, product.Address, "/wall?show=models&models=four", Walls);
        await walls.StartAsync();

        var sent = await PacedLoad.RunAsync(product.Address, "four", PerSecond, TimeSpan.FromSeconds(5));
        // How many numbers a busy machine paints in so many seconds is its own affair: it goes on until each wall has painted some on the way.
        for (var more = 0; more < 60 && (await walls.PaintedAsync()).Any(painted => painted.Length < Painted); more++)
            sent += await PacedLoad.RunAsync(product.Address, "four", PerSecond, TimeSpan.FromSeconds(1));

        Assert.Equal(0, sent.Failed);
        await Eventually.TrueAsync(async () => (await walls.CountsAsync()).All(count => count == sent.SentAt.Length), TimeSpan.FromMinutes(2), $"every wall shows {sent.SentAt.Length}");
        await Eventually.TrueAsync(async () => (await crowd.ReportAsync()).Lasts.All(last => last == sent.SentAt.Length), TimeSpan.FromMinutes(2), $"every client heard of {sent.SentAt.Length}");
        Assert.Equal(Clients, (await crowd.ReportAsync()).Lasts.Count);
        // A number stands in the page a frame before it is painted.
        await Eventually.TrueAsync(async () => (await walls.PaintedAsync()).All(painted => painted is [.., var last] && (int)last[0] == sent.SentAt.Length), TimeSpan.FromMinutes(2), $"every wall has painted {sent.SentAt.Length}");
        foreach (var painted in await walls.PaintedAsync())
        {
            // Many numbers on the way, each larger than the one before, and none before its last prediction was sent.
            Assert.True(painted.Length >= Painted, $"{painted.Length} numbers were painted.");
            Assert.Equal(painted.Select(seen => seen[0]).Order(), painted.Select(seen => seen[0]));
            Assert.Equal(sent.SentAt.Length, LatencyOf.Each(sent.SentAt, 0, painted).Count());
        }
    }

    [Fact]
    public async Task A_pulse_of_no_model_is_refused_by_name()
    {
        await using var product = await ProductProcess.StartAsync();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => HubCrowd.ConnectAsync(product.Address, "nobody", 1));
        Assert.Contains("did not connect", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hosts_heap_can_be_read_from_outside()
    {
        await using var product = await ProductProcess.StartAsync();
        var memory = await ServerMemory.ReadAsync(product.Id);
        Assert.InRange(memory.HeapBytes, 1L << 20, 1L << 30);
        Assert.InRange(memory.WorkingSetBytes, memory.HeapBytes, 1L << 32);
    }
}
