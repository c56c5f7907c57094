using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class SegmentWindowTests
{
    private const string Expression = "distance > 1000 or carrier = 'B6'";

    [Fact]
    public async Task A_past_that_is_made_up_for_is_the_same_as_one_that_was_counted_live()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var live = await DefineAsync(telemetry, "live");
        await telemetry.Store.AppendAsync([telemetry.Record("first", 0, 0.9f)], default);
        foreach (var part in Records(telemetry, 0, 13_000).Chunk(2000))
            await telemetry.Store.AppendAsync(part, default);
        await telemetry.LabelAsync(Labels(0, 6000, 3, 1));

        var late = await DefineAsync(telemetry, "late");
        // While the past is made up for: new predictions, and truth that is new or replaces other, about rows that are counted already and rows that are not.
        await telemetry.LabelAsync(Labels(0, 13_000, 7, 0));
        await telemetry.Store.AppendAsync([.. Records(telemetry, 13_000, 13_500)], default);
        await telemetry.LabelAsync(Labels(11_000, 13_500, 2, 1));
        await telemetry.FilledAsync(late);
        await telemetry.LabelAsync(Labels(100, 12_000, 5, 1));
        await telemetry.Store.AppendAsync([.. Records(telemetry, 13_500, 14_000)], default);

        var expected = Windows(telemetry, live);
        Assert.Equal(expected, Windows(telemetry, late));
        Assert.Equal((0, 1, 2), (expected.Min(window => window.Resolution), expected.Count(window => window.Resolution == 1 && window.Start == UtcMicroseconds.Of(TelemetryFixture.Start)), expected.Max(window => window.Resolution)));
        var series = (await telemetry.Queries.SeriesAsync("flights", null, late, TelemetryFixture.Start, TelemetryFixture.Start.AddDays(2), 48, default))!;
        Assert.Equal(281, series.Total.Rows);
        Assert.InRange(series.Total.Labelled, 100, 281);
        Assert.Equal(series.Total.MeanLagSeconds, (await telemetry.Queries.SeriesAsync("flights", null, live, TelemetryFixture.Start, TelemetryFixture.Start.AddDays(2), 48, default))!.Total.MeanLagSeconds);
        Assert.Equal(14_001, (await telemetry.SeriesAsync(48)).Total.Rows);
        var carrier = (await telemetry.Queries.DistributionAsync("flights", null, late, "carrier", TelemetryFixture.Start, TelemetryFixture.Start.AddDays(2), default))!;
        Assert.Equal("B6", Assert.Single(carrier.CurrentFigures!.UnknownValues).Value);
    }

    [Fact]
    public async Task Nothing_is_counted_twice_however_often_the_writer_dies()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var live = await DefineAsync(telemetry, "live");
        foreach (var part in Records(telemetry, 0, 14_000).Chunk(4000))
            await telemetry.Store.AppendAsync(part, default);
        await telemetry.LabelAsync(Labels(0, 14_000, 3, 1));
        telemetry.Stop();
        var late = await DefineAsync(telemetry, "late");
        using (var connection = telemetry.Get<TelemetryDatabase>().OpenWriter())
        {
            var next = long.MaxValue;
            for (var step = 0; step < 40 && next > 0; step++)
            {
                // Each step by a writer of its own; of three one dies before its commit.
                using var batch = new TelemetryBatch(connection, telemetry.Get<VersionCatalog>(), telemetry.Get<SegmentCatalog>(), telemetry.Get<Router>(), new());
                batch.Begin();
                batch.WorkOnSegments();
                if (step % 3 == 1)
                    continue;
                batch.Commit();
                var reached = (long)telemetry.Scalar($"SELECT next FROM segments WHERE segment = {late}")!;
                Assert.True(reached < next && (next == long.MaxValue || next - reached <= 4096), $"from {next} to {reached}");
                next = reached;
            }

            Assert.Equal(0, next);
        }

        Assert.Equal(Windows(telemetry, live), Windows(telemetry, late));
        telemetry.Restart();
        await telemetry.Store.AppendAsync([.. Records(telemetry, 14_000, 14_500)], default);
        Assert.Equal(Windows(telemetry, live), Windows(telemetry, late));
    }

    [Fact]
    public async Task A_removed_segment_takes_its_windows_along()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var (one, other) = (await DefineAsync(telemetry, "one"), await DefineAsync(telemetry, "other"));
        await telemetry.Store.AppendAsync([.. Records(telemetry, 0, 9000)], default);
        Assert.NotEmpty(Windows(telemetry, one));

        await telemetry.Get<SegmentStore>().RemoveAsync("flights", one, "me", default);
        for (var tries = 0; tries < 3000 && telemetry.Scalar($"SELECT 1 FROM segments WHERE segment = {one}") is not null; tries++)
            await Task.Delay(20);

        Assert.Empty(Windows(telemetry, one));
        Assert.NotEmpty(Windows(telemetry, other));
        await telemetry.Store.AppendAsync([.. Records(telemetry, 9000, 9500)], default);
        Assert.Empty(Windows(telemetry, one));
        Assert.Equal([other], (await telemetry.Queries.SegmentFillsAsync("flights", default))!.Select(fill => fill.Segment));
    }

    [Fact]
    public async Task Numbers_of_predictions_are_never_given_again()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([.. Records(telemetry, 0, 1000)], default);
        var segment = await DefineAsync(telemetry, "late");
        await telemetry.FilledAsync(segment);
        telemetry.Stop();
        using (var connection = telemetry.Get<TelemetryDatabase>().OpenWriter())
            TelemetryDatabase.Execute(connection, "DELETE FROM predictions WHERE seq > 500");

        telemetry.Restart();
        await telemetry.Store.AppendAsync([.. Records(telemetry, 1000, 1100)], default);

        // Had they been numbered from 501 on, the segment would have taken them for counted.
        Assert.Equal(1001L, telemetry.Scalar("SELECT MIN(seq) FROM predictions WHERE seq > 500"));
        Assert.Equal(22, (await telemetry.Queries.SeriesAsync("flights", null, segment, TelemetryFixture.Start, TelemetryFixture.Start.AddDays(2), 48, default))!.Total.Rows);
    }

    [Fact]
    public async Task A_model_that_is_forgotten_leaves_no_windows_of_segments()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await DefineAsync(telemetry, "one");
        await telemetry.Store.AppendAsync([.. Records(telemetry, 0, 200)], default);
        await telemetry.Store.ForgetAsync(telemetry.Model.ModelId, "flights", default);

        Assert.Equal(0L, telemetry.Scalar("SELECT COUNT(*) FROM windows"));
    }

    private static async Task<int> DefineAsync(TelemetryFixture telemetry, string name) =>
        (await telemetry.Get<SegmentStore>().AddAsync("flights", name, Expression, "me", default)).Value.Id;

    /// <summary>Predictions of two days; one in fifty belongs to the segment, so few that sketches hold every value.</summary>
    private static IEnumerable<PredictionRecord> Records(TelemetryFixture telemetry, int from, int to)
    {
        for (var i = from; i < to; i++)
            yield return telemetry.Record($"p{i}", i * 37 % 2880, (i * 13 % 100) / 100f, i % 11 == 0 ? i % 2 : double.NaN, i % 100 == 0 ? 1001 + i : i % 997, i % 100 == 50 ? "B6" : "AA");
    }

    private static LabelItem[] Labels(int from, int to, int every, int value) =>
        [.. Enumerable.Range(from, to - from).Where(i => i % every == 0).Select(i => new LabelItem($"p{i}", value, TelemetryFixture.Start.AddDays(3)))];

    private static List<(int Resolution, long Start, int Version, int Seconds, string Profile)> Windows(TelemetryFixture telemetry, int segment)
    {
        using var connection = telemetry.Get<TelemetryDatabase>().OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT resolution, start, version, seconds, profile FROM windows WHERE segment = $segment ORDER BY resolution, start";
        command.Parameters.AddWithValue("$segment", segment);
        using var reader = command.ExecuteReader();
        var windows = new List<(int, long, int, int, string)>();
        while (reader.Read())
            windows.Add((reader.GetInt32(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetInt32(3), Convert.ToHexString(reader.GetFieldValue<byte[]>(4))));
        return windows;
    }
}
