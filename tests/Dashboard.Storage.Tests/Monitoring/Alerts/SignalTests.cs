using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Monitoring.Alerts;

/// <summary>Signals as they are read from real telemetry, now and over the past.</summary>
public sealed class SignalTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly DateTimeOffset Noon = new(2001, 2, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_metric_is_read_over_the_window_that_ends_at_the_newest_event_and_against_its_baseline()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using (var db = await telemetry.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
        {
            db.ModelAliases.Add(new() { ModelId = telemetry.Model.ModelId, Alias = ModelAlias.Champion, VersionId = telemetry.Model.VersionId });
            await db.SaveChangesAsync();
        }

        // One hour in which half the pairs are in order, then one in which all are.
        var records = Enumerable.Range(0, 120).Select(i => telemetry.Record($"{i}", i, i % 2 == 0 ? 0.9f : 0.1f, label: i < 60 ? i / 2 % 2 : 1 - (i % 2))).ToList();
        await telemetry.Store.AppendAsync(records, default);

        Assert.Equal((1.0, 60L), await ReadAsync(telemetry, new(SignalKind.Metric, "roc_auc"), TimeSpan.FromMinutes(59)));
        Assert.Equal((0.75, 120L), await ReadAsync(telemetry, new(SignalKind.Metric), 2 * Hour));
        var (loss, _) = await ReadAsync(telemetry, new(SignalKind.MetricLoss), 2 * Hour);
        Assert.Equal((0.7 - 0.75) / 0.7, loss!.Value, 1e-12);
        Assert.Equal((null, 120L), await ReadAsync(telemetry, new(SignalKind.MetricLoss, "accuracy"), 2 * Hour));
        Assert.Equal((1.0, 120L), await ReadAsync(telemetry, new(SignalKind.LabelCoverage), 2 * Hour));
    }

    [Fact]
    public async Task An_estimated_metric_is_read_before_there_is_any_label()
    {
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.BinaryClassification, ["no", "yes"], new Dictionary<string, double> { ["roc_auc"] = 0.8 }, EstimateQueryTests.BinaryEstimator());
        await fixture.AppendAsync(0, Enumerable.Range(0, 900).Select(i => (i / 30.0, 0f, new[] { 0.45f + (i % 10 * 0.01f) })));
        await using (var db = await fixture.Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
        {
            db.ModelAliases.Add(new() { ModelId = fixture.Versions[0].ModelId, Alias = ModelAlias.Champion, VersionId = fixture.Versions[0].VersionId });
            await db.SaveChangesAsync();
        }

        var (reader, model) = (fixture.Get<SignalReader>(), (await fixture.Get<ModelRegistry>().FindAsync("m", default))!);
        var now = await reader.NowAsync("m", DateTimeOffset.UtcNow, default);
        var expected = (await fixture.SeriesAsync(1)).Total.Estimated!["roc_auc"]!.Value.Value;
        var metric = await reader.ReadAsync(model, new(SignalKind.EstimatedMetric), Hour, now, default);
        Assert.Equal((expected, 900L), (metric.Value, metric.Sample));
        Assert.Equal((0.8 - expected) / 0.8, (await reader.ReadAsync(model, new(SignalKind.EstimatedLoss), Hour, now, default)).Value!.Value, 1e-12);
        Assert.Null((await reader.ReadAsync(model, new(SignalKind.Metric), Hour, now, default)).Value);
    }

    [Fact]
    public async Task The_quality_of_inputs_is_read_for_one_or_for_the_worst()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        // The reference's distances go from 0 to 1000.
        var records = Enumerable.Range(0, 100).Select(i => telemetry.Record($"{i}", i % 50, distance: i < 10 ? double.NaN : i < 15 ? -1 : i < 20 ? 1001 : 500, carrier: i % 4 == 0 ? "B6" : "AA")).ToList();
        await telemetry.Store.AppendAsync(records, default);

        Assert.Equal((0.1, 100L), await ReadAsync(telemetry, new(SignalKind.MissingRate), Hour));
        Assert.Equal((0.0, 100L), await ReadAsync(telemetry, new(SignalKind.MissingRate, "carrier"), Hour));
        Assert.Equal((0.1, 100L), await ReadAsync(telemetry, new(SignalKind.OutOfRange, "distance"), Hour));
        Assert.Equal((0.25, 100L), await ReadAsync(telemetry, new(SignalKind.UnknownCategories), Hour));
        Assert.Equal((null, 0L), await ReadAsync(telemetry, new(SignalKind.UnknownCategories, "distance"), Hour));
    }

    [Fact]
    public async Task Drift_is_what_the_newest_block_was_judged_to_be_now_and_over_the_past()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        for (var day = 0; day < 3; day++)
            await DriftJudgeTests.SendAsync(telemetry, day, seed: day);
        await DriftJudgeTests.JudgeAsync(telemetry);
        Assert.Equal(0.0, (await ReadAsync(telemetry, new(SignalKind.DriftedInputs), TimeSpan.Zero)).Value);
        for (var day = 3; day < 6; day++)
            await DriftJudgeTests.SendAsync(telemetry, day, seed: day, farther: 600);
        await DriftJudgeTests.SendAsync(telemetry, day: 6, seed: 6, farther: 600, rows: 5);
        await DriftJudgeTests.JudgeAsync(telemetry);

        Assert.Equal((1.0, 360L), await ReadAsync(telemetry, new(SignalKind.DriftedInputs), TimeSpan.Zero));
        Assert.Equal(0.5, (await ReadAsync(telemetry, new(SignalKind.DriftedImportance), TimeSpan.Zero)).Value);
        Assert.Equal(1.0, (await ReadAsync(telemetry, new(SignalKind.InputDrift, "distance"), TimeSpan.Zero)).Value);
        Assert.Equal(0.0, (await ReadAsync(telemetry, new(SignalKind.InputDrift, "carrier"), TimeSpan.Zero)).Value);
        Assert.Null((await ReadAsync(telemetry, new(SignalKind.InputDrift, "altitude"), TimeSpan.Zero)).Value);
        Assert.Equal(0.0, (await ReadAsync(telemetry, new(SignalKind.PredictionDrift), TimeSpan.Zero)).Value);
        var past = await telemetry.Get<SignalHistory>().LastAsync(await ModelAsync(telemetry), new(SignalKind.InputDrift, "distance"), TimeSpan.Zero, TimeSpan.FromDays(30), Noon, default);
        Assert.Equal([0, 0, 0, 1, 1, 1], past.Readings.Select(reading => reading.Value));
        var rule = new AlertRule("r", new(SignalKind.InputDrift, "distance"), AlertComparison.AtLeast, 1, null, TimeSpan.Zero, TimeSpan.FromDays(1), TimeSpan.FromDays(1), AlertSeverity.Info);
        Assert.Equal([new(new DateTimeOffset(TelemetryFixture.Start.Date.AddDays(5), TimeSpan.Zero), null)], AlertReplay.Run(rule, past.Readings));
    }

    [Fact]
    public async Task A_loss_that_has_become_harmful_is_a_signal_of_its_own()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        for (var day = 0; day < 15; day++)
            await DriftJudgeTests.SendAsync(telemetry, day, seed: day, wrong: day < 4 ? 0.22 : 0.6);
        await DriftJudgeTests.JudgeAsync(telemetry);
        Assert.Equal((1.0, 360L), await ReadAsync(telemetry, new(SignalKind.ConceptDrift), TimeSpan.Zero));
        var past = await telemetry.Get<SignalHistory>().LastAsync(await ModelAsync(telemetry), new(SignalKind.ConceptDrift), TimeSpan.Zero, TimeSpan.FromDays(30), Noon, default);
        Assert.Equal([0, 1], past.Readings.Select(reading => reading.Value!.Value).Changes());
    }

    [Fact]
    public async Task Without_a_reference_nothing_is_out_of_range_and_nothing_drifts()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("1")], default);
        Assert.Equal((null, 0L), await ReadAsync(telemetry, new(SignalKind.OutOfRange), Hour));
        foreach (var kind in (SignalKind[])[SignalKind.DriftedImportance, SignalKind.ModelDrift, SignalKind.PredictionDrift, SignalKind.ConceptDrift, SignalKind.EstimatedMetric])
            Assert.Null((await ReadAsync(telemetry, new(kind), kind == SignalKind.EstimatedMetric ? Hour : TimeSpan.Zero)).Value);
    }

    [Fact]
    public async Task What_came_twice_and_what_was_not_taken_are_shares_of_what_was_sent()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        telemetry.Get<QualityCounters>().Count(telemetry.Model.ModelId, DateTimeOffset.UtcNow, QualityKind.ObservationRejected, "distance", 3);
        telemetry.Get<QualityCounters>().Count(telemetry.Model.ModelId, DateTimeOffset.UtcNow, QualityKind.ObservationRejected, "id", 2);
        await telemetry.Store.AppendAsync([telemetry.Record("1"), telemetry.Record("2"), telemetry.Record("2")], default);
        await WaitAsync(async () => (await ReadAsync(telemetry, new(SignalKind.RejectedItems), Hour)).Sample == 7);
        Assert.Equal((5.0 / 7, 7L), await ReadAsync(telemetry, new(SignalKind.RejectedItems), Hour));
        Assert.Equal((1.0 / 3, 3L), await ReadAsync(telemetry, new(SignalKind.Duplicates), Hour));
        var (age, _) = await ReadAsync(telemetry, new(SignalKind.PredictionAge), TimeSpan.Zero);
        Assert.InRange(age!.Value, 0, 300);
        var (events, _) = await ReadAsync(telemetry, new(SignalKind.EventAge), TimeSpan.Zero);
        Assert.Equal((DateTimeOffset.UtcNow - TelemetryFixture.Start).TotalSeconds, events!.Value, 600.0);
        var past = await telemetry.Get<SignalHistory>().BetweenAsync(await ModelAsync(telemetry), new(SignalKind.Duplicates), 2 * Hour, DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddHours(2), default);
        Assert.Contains(past.Readings, reading => reading is { Value: 1.0 / 3, Sample: 3 });

        await telemetry.Store.ForgetAsync(telemetry.Model.ModelId, "flights", default);
        telemetry.Get<Core.Notifications>().Publish(new(Core.Topics.Registry, "flights"));
        Assert.Equal((null, 0L), await ReadAsync(telemetry, new(SignalKind.Duplicates), Hour));
        Assert.Equal((null, 0L), await ReadAsync(telemetry, new(SignalKind.PredictionAge), TimeSpan.Zero));
    }

    [Fact]
    public async Task The_services_figures_are_read_by_arrival_and_the_past_slides_by_the_same_rules()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var now = DateTimeOffset.UtcNow;
        var counters = telemetry.Get<ServiceCounters>();
        for (var i = 0; i < 90; i++)
            counters.Answered(telemetry.Model, now, 2000);
        for (var i = 0; i < 10; i++)
            counters.Failed("flights", now, i < 4 ? 503 : 400);
        await WaitAsync(async () => (await ReadAsync(telemetry, new(SignalKind.ErrorRate), Hour, now.AddSeconds(1))).Sample == 100);

        Assert.Equal((0.1, 100L), await ReadAsync(telemetry, new(SignalKind.ErrorRate), Hour, now.AddSeconds(1)));
        Assert.Equal((0.04, 100L), await ReadAsync(telemetry, new(SignalKind.ServerErrorRate), Hour, now.AddSeconds(1)));
        var (p95, answered) = await ReadAsync(telemetry, new(SignalKind.LatencyP95), Hour, now.AddSeconds(1));
        Assert.Equal((2.0, 90L), (Math.Round(p95!.Value, 0), answered));
        Assert.Equal((null, 0L), await ReadAsync(telemetry, new(SignalKind.ErrorRate), Hour, now.AddHours(-3)));

        var model = await ModelAsync(telemetry);
        var past = await telemetry.Get<SignalHistory>().BetweenAsync(model, new(SignalKind.ErrorRate), TimeSpan.FromMinutes(10), now.AddHours(-1), now.AddHours(1), default);
        var rule = new AlertRule("r", new(SignalKind.ErrorRate), AlertComparison.AtLeast, 0.1, null, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(2), TimeSpan.Zero, AlertSeverity.Info, 50);
        var firing = Assert.Single(AlertReplay.Run(rule, past.Readings));
        // It is seen in the minute after, holds for two, and has left the window after ten.
        Assert.InRange((firing.From - now).TotalMinutes, 2, 5);
        Assert.InRange((firing.To!.Value - now).TotalMinutes, 9, 13);
        Assert.All(past.Readings.Where(reading => reading.Value is not null), reading => Assert.Equal((0.1, 100L), (reading.Value!.Value, reading.Sample)));
    }

    [Fact]
    public async Task Failed_trainings_count_since_the_last_that_succeeded()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var store = telemetry.Get<JobStore>();
        foreach (var status in (JobStatus[])[JobStatus.Failed, JobStatus.Succeeded, JobStatus.Failed, JobStatus.Cancelled, JobStatus.Failed])
        {
            var job = await store.EnqueueAsync(new(new TrainingSpec("flights", "flights", new string('a', 64), "late", ["distance"], new(SplitKind.Random), new()), "ada", "by hand"), default);
            Assert.True(await store.TryStartAsync(job, default));
            await store.EndAsync(job, status, "no reason", null, "ada", default);
        }

        Assert.Equal((2.0, 0L), await ReadAsync(telemetry, new(SignalKind.FailedJobs), Hour, DateTimeOffset.UtcNow.AddMinutes(1)));
        Assert.Equal((0.0, 0L), await ReadAsync(telemetry, new(SignalKind.FailedJobs), Hour, DateTimeOffset.UtcNow.AddHours(2)));
        var past = await telemetry.Get<SignalHistory>().LastAsync(await ModelAsync(telemetry), new(SignalKind.FailedJobs), Hour, TimeSpan.FromDays(1), DateTimeOffset.UtcNow.AddMinutes(1), default);
        Assert.Equal([1, 0, 1, 2], past.Readings.Select(reading => reading.Value!.Value).SkipWhile(value => value == 0).Changes());
    }

    [Fact]
    public async Task The_past_on_the_models_clock_is_read_as_the_present_was()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        // Six hours; in the third the carrier is unknown.
        var records = Enumerable.Range(0, 360).Select(i => telemetry.Record($"{i}", i, carrier: i / 60 == 2 ? "B6" : "AA")).ToList();
        await telemetry.Store.AppendAsync(records, default);
        var (model, signal) = (await ModelAsync(telemetry), new AlertSignal(SignalKind.UnknownCategories));

        var past = await telemetry.Get<SignalHistory>().LastAsync(model, signal, Hour, TimeSpan.FromDays(30), Noon, default);

        Assert.InRange(past.Readings.Count, 20, 121);
        Assert.Equal(TelemetryFixture.Start.AddMinutes(359), past.Readings[^1].At);
        Assert.InRange(past.Readings.Max(reading => reading.Value)!.Value, 0.95, 1);
        foreach (var reading in past.Readings.Take(5).Concat(past.Readings.TakeLast(5)))
            Assert.Equal(reading, await telemetry.Get<SignalReader>().ReadAsync(model, signal, Hour, new(Noon, reading.At), default));
        var rule = new AlertRule("r", signal, AlertComparison.Above, 0.5, null, Hour, TimeSpan.Zero, TimeSpan.Zero, AlertSeverity.Info);
        var firing = Assert.Single(AlertReplay.Run(rule, past.Readings));
        Assert.InRange((firing.From - TelemetryFixture.Start).TotalMinutes, 150, 180);
        Assert.InRange((firing.To!.Value - TelemetryFixture.Start).TotalMinutes, 200, 230);
    }

    [Fact]
    public async Task The_age_of_predictions_over_the_past_grows_between_arrivals()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await telemetry.Store.AppendAsync([telemetry.Record("1")], default);
        var now = DateTimeOffset.UtcNow;
        var past = await telemetry.Get<SignalHistory>().BetweenAsync(await ModelAsync(telemetry), new(SignalKind.PredictionAge), TimeSpan.Zero, now.AddHours(-1), now.AddHours(2), default);
        Assert.Null(past.Readings[0].Value);
        Assert.Equal(2 * 3600, past.Readings[^1].Value!.Value, 600.0);
    }

    private static async Task<RegisteredModel> ModelAsync(TelemetryFixture telemetry) => (await telemetry.Get<ModelRegistry>().FindAsync("flights", default))!;

    private static async Task<(double? Value, long Sample)> ReadAsync(TelemetryFixture telemetry, AlertSignal signal, TimeSpan window, DateTimeOffset? now = null)
    {
        var reader = telemetry.Get<SignalReader>();
        var reading = await reader.ReadAsync(await ModelAsync(telemetry), signal, window, await reader.NowAsync("flights", now ?? DateTimeOffset.UtcNow, default), default);
        return (reading.Value, reading.Sample);
    }

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; !await condition(); i++)
        {
            Assert.True(i < 600, "It did not happen within a minute.");
            await Task.Delay(100);
        }
    }
}

internal static class Runs
{
    /// <summary>Each value once for each run of equal ones.</summary>
    public static IEnumerable<double> Changes(this IEnumerable<double> values)
    {
        double? last = null;
        foreach (var value in values)
        {
            if (value != last)
                yield return value;
            last = value;
        }
    }
}
