using System.IO.Compression;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>The file was written by the version before segments: 60 predictions in three minutes, 15 observed with their truth, 30 labelled later, one repeated.</summary>
public sealed class TelemetryUpgradeTests
{
    [Fact]
    public async Task An_older_file_is_upgraded_in_place_and_goes_on()
    {
        await using var telemetry = await TelemetryFixture.StartAsync(prepare: Unpack);
        var before = (await telemetry.SeriesAsync(2)).Total;
        Assert.Equal((60, 45), (before.Rows, before.Labelled));
        Assert.Equal(1, (await telemetry.Queries.CountsAsync("flights", default)).Duplicates);
        Assert.Equal(Enumerable.Range(0, 60).Average(i => (double)((i % 10 / 10f) + 0.03f)), before.MeanOutput!.Value, 1e-9);

        // Truth about predictions of then, new predictions, and one that is there already.
        Assert.Equal(new LabelResult(1, 1, 0, 0), await telemetry.LabelAsync(new LabelItem("p1", 1, null), new LabelItem("p2", 1, null)));
        Assert.Equal(new ObservationResult(1, 1), await telemetry.Store.AppendAsync([telemetry.Record("p3"), telemetry.Record("new", 0, 0.7f, 1)], default));

        var after = (await telemetry.SeriesAsync(2)).Total;
        Assert.Equal((61, 47), (after.Rows, after.Labelled));
        Assert.Equal(0L, telemetry.Scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = 'windows_without_segments'"));
        Assert.Equal(61L, telemetry.Scalar("SELECT COUNT(*) FROM predictions WHERE entity IS NULL AND stage IS NULL"));
        Assert.Equal("ok", telemetry.Scalar("PRAGMA integrity_check"));
        var distribution = (await telemetry.Queries.DistributionAsync("flights", null, "distance", TelemetryFixture.Start, TelemetryFixture.Start.AddHours(2), default))!;
        Assert.Equal(1234.5, distribution.CurrentMean);
        Assert.Empty(distribution.CurrentFigures!.Quantiles);
        telemetry.Restart();
        Assert.Equal(61, (await telemetry.SeriesAsync(2)).Total.Rows);
    }

    [Fact]
    public async Task Segments_reach_back_into_an_older_log()
    {
        await using var telemetry = await TelemetryFixture.StartAsync(prepare: Unpack);
        var segment = (await telemetry.Get<SegmentStore>().AddAsync("flights", "all", "distance > 1", "me", default)).Value.Id;
        await telemetry.FilledAsync(segment);
        await telemetry.LabelAsync(new LabelItem("p1", 1, null), new LabelItem("p2", 1, null));

        var (all, part) = ((await telemetry.SeriesAsync(2)).Total, (await telemetry.Queries.SeriesAsync("flights", null, segment, TelemetryFixture.Start, TelemetryFixture.Start.AddHours(2), 400, default))!.Total);
        Assert.Equal((all.Rows, all.Labelled), (part.Rows, part.Labelled));
        Assert.Equal(all.Metrics.Keys, part.Metrics.Keys);
        foreach (var (key, value) in all.Metrics)
            Assert.Equal(value, part.Metric(key)!.Value, 1e-9);
    }

    private static void Unpack(DataDirectory directory)
    {
        using var packed = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Monitoring", "Files", "telemetry-v1.db.gz")), CompressionMode.Decompress);
        using var file = File.Create(directory.TelemetryFile);
        packed.CopyTo(file);
    }
}
