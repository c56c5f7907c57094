using Dashboard.Core.Monitoring;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class RetentionTests
{
    [Fact]
    public async Task What_is_past_its_retention_goes_and_hours_and_days_stay()
    {
        var clock = new ShiftedTime();
        await using var telemetry = await TelemetryFixture.StartAsync(services: services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton(new TelemetryOptions(LogRetentionDays: 10, WindowRetentionDays: 2));
        });
        var segment = (await telemetry.Get<SegmentStore>().AddAsync("flights", "all", "distance > 1", "me", default)).Value.Id;
        // One prediction an hour for fifteen days, all labelled.
        await telemetry.Store.AppendAsync([.. Enumerable.Range(0, 360).Select(hour => telemetry.Record($"p{hour}", hour * 60))], default);
        await telemetry.LabelAsync([.. Enumerable.Range(0, 360).Select(hour => new LabelItem($"p{hour}", 1, null))]);
        var counters = telemetry.Get<ServiceCounters>();
        counters.Answered(telemetry.Model, clock.GetUtcNow(), 50);
        telemetry.Get<QualityCounters>().Count(telemetry.Model.ModelId, clock.GetUtcNow(), QualityKind.WrongType, "distance");
        await Until(() => telemetry.Scalar("SELECT COUNT(*) FROM service_windows WHERE resolution = 0") is 1L && telemetry.Scalar("SELECT COUNT(*) FROM quality") is 1L);

        clock.Ahead = TimeSpan.FromMinutes(2);
        var newest = TelemetryFixture.Start.AddHours(359);
        await Until(() => telemetry.Scalar("SELECT COUNT(*) FROM predictions") is long left && left < 360);
        foreach (var of in (int[])[0, segment])
        {
            Assert.Equal(2 * 24 + 1, Count($"SELECT COUNT(*) FROM windows WHERE resolution = 0 AND segment = {of}"));
            Assert.Equal(360, Count($"SELECT COUNT(*) FROM windows WHERE resolution = 1 AND segment = {of}"));
            Assert.Equal(16, Count($"SELECT COUNT(*) FROM windows WHERE resolution = 2 AND segment = {of}"));
        }

        Assert.Equal(10 * 24 + 1, Count("SELECT COUNT(*) FROM predictions"));
        Assert.Equal(10 * 24 + 1, Count("SELECT COUNT(*) FROM labels"));
        Assert.Equal(UtcMicroseconds.Of(newest.AddDays(-10)), Count("SELECT MIN(event_time) FROM predictions"));
        Assert.Equal(360, (await telemetry.Queries.SeriesAsync("flights", null, TelemetryFixture.Start.AddDays(-1), TelemetryFixture.Start.AddDays(20), 30, default))!.Total.Labelled);
        // Two minutes later nothing of the service is old; a day later its slots are, and after the log's retention its faults.
        Assert.Equal((1, 1), (Count("SELECT COUNT(*) FROM service_windows WHERE resolution = 0"), Count("SELECT COUNT(*) FROM quality")));
        clock.Ahead = TimeSpan.FromDays(1.1);
        await Until(() => telemetry.Scalar("SELECT COUNT(*) FROM service_windows WHERE resolution = 0") is 0L);
        Assert.Equal((1, 1), (Count("SELECT COUNT(*) FROM service_windows WHERE resolution = 1"), Count("SELECT COUNT(*) FROM quality")));
        clock.Ahead = TimeSpan.FromDays(11);
        await Until(() => telemetry.Scalar("SELECT COUNT(*) FROM quality") is 0L);
        Assert.Equal((0, 1), (Count("SELECT COUNT(*) FROM service_windows WHERE resolution = 1"), Count("SELECT COUNT(*) FROM service_windows WHERE resolution = 3")));

        long Count(string sql) => (long)telemetry.Scalar(sql)!;
    }

    [Fact]
    public async Task Ground_truth_waits_for_its_prediction_only_so_long_and_only_so_much_of_it()
    {
        var clock = new ShiftedTime();
        await using var telemetry = await TelemetryFixture.StartAsync(services: services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton(new TelemetryOptions { PendingFor = TimeSpan.FromDays(3), MostPending = 2 });
        });
        Assert.Equal(new LabelResult(0, 0, 2, 1), await telemetry.LabelAsync(new LabelItem("early", 1, null), new LabelItem("never", 1, null), new LabelItem("one too many", 1, null)));

        clock.Ahead = TimeSpan.FromDays(2);
        await telemetry.Store.AppendAsync([telemetry.Record("early"), telemetry.Record("one too many")], default);
        Assert.Equal(1, (await telemetry.SeriesAsync()).Total.Labelled);
        Assert.Equal(1L, telemetry.Scalar("SELECT COUNT(*) FROM pending_labels"));

        clock.Ahead = TimeSpan.FromDays(3.1);
        await Until(() => telemetry.Scalar("SELECT COUNT(*) FROM pending_labels") is 0L);
        await telemetry.Store.AppendAsync([telemetry.Record("never")], default);
        Assert.Equal(1, (await telemetry.SeriesAsync()).Total.Labelled);
        Assert.Equal(2L, telemetry.Scalar($"SELECT value FROM counters WHERE name = '{TelemetryCounters.UnknownLabels}'"));
    }

    private static async Task Until(Func<bool> holds)
    {
        for (var tries = 0; tries < 3000 && !holds(); tries++)
            await Task.Delay(20);
        Assert.True(holds());
    }

    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
