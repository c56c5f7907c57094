using Dashboard.Core.Monitoring;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class TelemetryStoreTests
{
    [Fact]
    public async Task Ground_truth_lands_in_the_window_of_its_prediction()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("a", 0, 0.9f), telemetry.Record("b", 5, 0.2f)], default);

        var result = await telemetry.LabelAsync(new LabelItem("b", 0, TelemetryFixture.Start.AddDays(2)), new LabelItem("a", 1, TelemetryFixture.Start.AddHours(1)));

        Assert.Equal(new LabelResult(2, 0, 0, 0), result);
        var series = await telemetry.SeriesAsync();
        Assert.Equal([TelemetryFixture.Start, TelemetryFixture.Start.AddMinutes(5)], series.Windows.Select(window => window.Start));
        Assert.All(series.Windows, window => Assert.Equal((1, 1), (window.Rows, window.Labelled)));
        Assert.Equal(1, series.Total.Metric("accuracy"));
        Assert.Equal(1, series.Total.Metric("roc_auc"));
        Assert.Equal(3600, series.Windows[0].MeanLagSeconds!.Value, 1e-6);
    }

    [Fact]
    public async Task The_last_of_repeated_ground_truth_wins()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("a", 0, 0.9f)], default);
        await telemetry.LabelAsync(new LabelItem("a", 0, null));

        var result = await telemetry.LabelAsync(new LabelItem("a", 1, null));

        Assert.Equal(new LabelResult(0, 1, 0, 0), result);
        var total = (await telemetry.SeriesAsync()).Total;
        Assert.Equal((1, 1, 1.0), (total.Rows, total.Labelled, total.Metric("accuracy")));
    }

    [Fact]
    public async Task Ground_truth_before_its_prediction_waits_for_it()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();

        var early = await telemetry.LabelAsync(new LabelItem("a", 1, null), new LabelItem("never", 1, null));
        await telemetry.Store.AppendAsync([telemetry.Record("a", 0, 0.9f)], default);

        Assert.Equal(new LabelResult(0, 0, 2, 0), early);
        Assert.Equal((1, 1), ((await telemetry.SeriesAsync()).Total.Labelled, (await telemetry.Queries.CountsAsync("flights", default)).WaitingLabels));
    }

    [Fact]
    public async Task Counts_in_memory_go_on_after_a_restart_and_a_log_from_before_they_were_kept_is_counted()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var counters = telemetry.Get<ServiceCounters>();
        await telemetry.Store.AppendAsync([telemetry.Record("a"), telemetry.Record("b"), telemetry.Record("a")], default);
        Assert.Equal(3, Predictions());

        counters.Forget("flights");
        telemetry.Get<LoggedCounts>().Resume();
        Assert.Equal(3, Predictions());
        Assert.InRange(counters.Read("flights", DateTimeOffset.UtcNow).LastPrediction!.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);

        using (var connection = telemetry.Get<TelemetryDatabase>().OpenWriter())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM counters; DELETE FROM settings WHERE name = 'predictions_are_counted'";
            command.ExecuteNonQuery();
        }

        telemetry.Get<LoggedCounts>().Resume();
        Assert.Equal(2, Predictions());
        Assert.NotNull(counters.Read("flights", DateTimeOffset.UtcNow).LastPrediction);
        await telemetry.Store.ForgetAsync(telemetry.Model.ModelId, "flights", default);
        telemetry.Get<LoggedCounts>().Resume();
        Assert.Equal(0, Predictions());

        long Predictions() => counters.Read("flights", DateTimeOffset.UtcNow).Predictions;
    }

    [Fact]
    public async Task The_first_prediction_of_an_id_counts_and_repeats_are_counted_as_duplicates()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("a", 0, 0.9f), telemetry.Record("a", 0, 0.1f)], default);

        var again = await telemetry.Store.AppendAsync([telemetry.Record("a", 3, 0.1f), telemetry.Record("b", 3)], default);

        Assert.Equal(new ObservationResult(1, 1), again);
        var total = (await telemetry.SeriesAsync()).Total;
        Assert.Equal(2, total.Rows);
        Assert.Equal(0.65, total.MeanOutput!.Value, 1e-6);
        Assert.Equal(2, (await telemetry.Queries.CountsAsync("flights", default)).Duplicates);
    }

    [Fact]
    public async Task A_label_that_does_not_fit_the_model_is_refused_and_counted()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("a")], default);

        Assert.Equal(new LabelResult(0, 0, 0, 1), await telemetry.LabelAsync(new LabelItem("a", 7, null)));
        Assert.Equal(1, (await telemetry.Queries.CountsAsync("flights", default)).UnknownLabels);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(3600)]
    public async Task Hours_and_days_are_merges_of_the_finest_windows_in_any_order_of_arrival(int windowSeconds)
    {
        await using var telemetry = await TelemetryFixture.StartAsync(windowSeconds);
        var random = new Random(2);
        var records = Enumerable.Range(0, 3000).Select(i => telemetry.Record($"p{i}", random.Next(3 * 24 * 60), random.NextSingle(), random.Next(2))).ToArray();
        random.Shuffle(records);
        foreach (var part in records.Chunk(700))
            await telemetry.Store.AppendAsync(part, default);

        var byHour = await telemetry.Queries.SeriesAsync("flights", 1, TelemetryFixture.Start, TelemetryFixture.Start.AddDays(3), 400, default);
        var byDay = await telemetry.Queries.SeriesAsync("flights", 1, TelemetryFixture.Start.AddHours(-6), TelemetryFixture.Start.AddDays(4), 5, default);

        Assert.Equal(3000, byHour!.Total.Rows);
        Assert.Equal(TimeSpan.FromDays(1), byDay!.Step);
        Assert.Equal(3000, byDay.Total.Labelled);
        Assert.Equal(byHour.Total.Metric("roc_auc")!.Value, byDay.Total.Metric("roc_auc")!.Value, 1e-12);
        Assert.Equal(records.Where(record => record.EventTime.Day == 4).LongCount(), byDay.Windows.Single(window => window.Start.Day == 4).Rows);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_when_the_writer_starts_again()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([.. Enumerable.Range(0, 500).Select(i => telemetry.Record($"p{i}", i % 60))], default);
        var copy = Path.Combine(telemetry.Get<DataDirectory>().Root, "crash");
        Directory.CreateDirectory(copy);
        // What a kill leaves behind: the files as they are while the writer holds them open.
        foreach (var suffix in (string[])["", "-wal"])
            File.Copy(telemetry.Get<DataDirectory>().TelemetryFile + suffix, Path.Combine(copy, "telemetry.db" + suffix));

        using var connection = new TelemetryDatabase(new DataDirectory(copy)).OpenWriter();
        Assert.Equal("ok", Scalar(connection, "PRAGMA integrity_check"));
        Assert.Equal(500L, Scalar(connection, "SELECT COUNT(*) FROM predictions"));
        using var log = new PredictionLog(connection, new IdHash((ulong)(long)Scalar(connection, "SELECT value FROM settings WHERE name = 'id_hash_seed'")));
        Assert.NotNull(log.Find(telemetry.Model.ModelId, "p499"));
        Assert.False(log.TryAppend(telemetry.Record("p0")));
    }

    [Fact]
    public async Task What_waits_in_the_queue_is_written_before_the_writer_stops()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var queue = telemetry.Get<PredictionQueue>();
        for (var i = 0; i < 2000; i++)
            Assert.True(queue.TryWrite(telemetry.Record($"served {i}")));

        telemetry.Stop();

        Assert.Equal(0, queue.Count);
        Assert.Equal(2000, (await telemetry.SeriesAsync()).Total.Rows);
    }

    [Fact]
    public void A_full_queue_counts_what_it_does_not_take()
    {
        var queue = new PredictionQueue(capacity: 1);
        var record = new PredictionRecord { Model = null!, Id = "", ArrivedAt = default, EventTime = default, Inputs = [], Features = [], Outputs = [], LatencyMicroseconds = 0 };

        Assert.True(queue.TryWrite(record));
        Assert.False(queue.TryWrite(record));
        Assert.Equal(1, queue.NotLogged);
        Assert.True(queue.TryRead(out _));
        Assert.True(queue.TryWrite(record));
    }

    [Fact]
    public async Task A_model_that_is_forgotten_leaves_nothing()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("a", label: 1)], default);
        await telemetry.LabelAsync(new LabelItem("b", 1, null));

        await telemetry.Store.ForgetAsync(telemetry.Model.ModelId, "flights", default);

        using var connection = telemetry.Get<TelemetryDatabase>().OpenReader();
        Assert.Equal(0L, Scalar(connection, "SELECT (SELECT COUNT(*) FROM predictions) + (SELECT COUNT(*) FROM windows) + (SELECT COUNT(*) FROM pending_labels) + (SELECT COUNT(*) FROM labels)"));
        Assert.Equal(new ObservationResult(1, 0), await telemetry.Store.AppendAsync([telemetry.Record("a")], default));
    }

    [Fact]
    public async Task Labelled_predictions_are_exported_as_they_came()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("b", 2, label: 0), telemetry.Record("a", 1), telemetry.Record("unlabelled", 3)], default);
        await telemetry.LabelAsync(new LabelItem("a", 1, null), new LabelItem("b", 1, null));
        using var csv = new MemoryStream();

        var rows = await telemetry.Get<LabelledExport>().WriteAsync("flights", TelemetryFixture.Start, TelemetryFixture.Start.AddDays(1), csv, default);

        Assert.Equal(2, rows.Rows);
        Assert.Equal("distance,carrier,event_time,label\n1234.5,B6,2001-02-03T06:01:00,true\n1234.5,B6,2001-02-03T06:02:00,true\n", System.Text.Encoding.UTF8.GetString(csv.ToArray()));
    }

    [Fact]
    public async Task Without_a_reference_drift_says_so()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("a")], default);

        var drift = await telemetry.Queries.DriftAsync("flights", null, TelemetryFixture.Start, TelemetryFixture.Start.AddHours(1), default);

        Assert.False(drift!.HasReference);
        Assert.Empty(drift.Blocks);
    }

    private static object Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!;
    }
}
