using Dashboard.Core.Monitoring;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>Blocks of real stored windows, judged against a reference of forty days.</summary>
public sealed class DriftJudgeTests
{
    private const int PerDay = FortyDays.PerDay;

    [Fact]
    public async Task A_day_is_judged_once_it_is_over_and_calm_days_stay_calm()
    {
        await using var telemetry = await StartAsync();
        await SendAsync(telemetry, day: 0, seed: 1);
        Assert.Equal(0, await JudgeAsync(telemetry));

        await SendAsync(telemetry, day: 1, seed: 2);
        Assert.Equal(1, await JudgeAsync(telemetry));
        Assert.Equal(0, await JudgeAsync(telemetry));

        var drift = await AskAsync(telemetry);
        Assert.Equal(("day", 40), (drift.Period, drift.ReferenceBlocks));
        Assert.Equal([true, false], drift.Blocks.Select(block => block.IsComplete));
        Assert.Equal(PerDay, drift.Blocks[0].Rows);
        Assert.Empty(drift.Blocks[0].Moved);
        Assert.NotNull(drift.Blocks[0].ColumnLevel);
        Assert.Null(drift.Blocks[1].ColumnLevel);
        Assert.Null(drift.Since);
    }

    [Fact]
    public async Task Inputs_that_move_are_named_and_dated_and_the_others_are_not()
    {
        await using var telemetry = await StartAsync();
        for (var day = 0; day < 3; day++)
            await SendAsync(telemetry, day, seed: day);
        for (var day = 3; day < 6; day++)
            await SendAsync(telemetry, day, seed: day, farther: 600);
        await SendAsync(telemetry, day: 6, seed: 6, farther: 600, rows: 5);
        await JudgeAsync(telemetry);

        var drift = await AskAsync(telemetry);

        Assert.Equal([[], [], [], ["distance"], ["distance"], ["distance"]], drift.Judged.Select(block => block.Moved.ToArray()));
        Assert.Equal(TelemetryFixture.Start.Date.AddDays(3), drift.Since!.Value.UtcDateTime);
        Assert.Equal(TelemetryFixture.Start.Date.AddDays(5), drift.Newest!.Start.UtcDateTime);
        Assert.True(drift.Newest.Column("distance")!.Distance > drift.Newest.Column("distance")!.Limit);
    }

    [Fact]
    public async Task Rows_that_come_late_are_judged_with_their_day_at_the_level_that_it_had()
    {
        await using var telemetry = await StartAsync();
        for (var day = 0; day < 3; day++)
            await SendAsync(telemetry, day, seed: day);
        await JudgeAsync(telemetry);
        var before = (await AskAsync(telemetry)).Blocks[1];

        await SendAsync(telemetry, day: 1, seed: 50, farther: 900, name: "late");
        await SendAsync(telemetry, day: 3, seed: 51);
        await JudgeAsync(telemetry);

        var after = (await AskAsync(telemetry)).Blocks[1];
        Assert.Equal((PerDay, 2 * PerDay), (before.Rows, after.Rows));
        Assert.Equal(before.ColumnLevel, after.ColumnLevel);
        Assert.Empty(before.Moved);
        Assert.Equal(["distance"], after.Moved);
    }

    [Fact]
    public async Task A_judge_that_starts_anew_goes_on_where_the_last_one_stood()
    {
        await using var through = await StartAsync();
        await using var interrupted = await StartAsync();
        for (var day = 0; day < 8; day++)
        {
            await SendAsync(through, day, seed: day, farther: day > 4 ? 500 : 0);
            await SendAsync(interrupted, day, seed: day, farther: day > 4 ? 500 : 0);
            await JudgeAsync(interrupted);
        }

        await JudgeAsync(through);

        var (expected, actual) = (await AskAsync(through), await AskAsync(interrupted));
        Assert.Equal(7, expected.Judged.Count());
        Assert.Equal(expected.Judged.Select(block => (block.Start, block.ColumnLevel, block.ModelLevel)), actual.Judged.Select(block => (block.Start, block.ColumnLevel, block.ModelLevel)));
    }

    [Fact]
    public async Task Hours_are_judged_where_a_person_wants_hours()
    {
        await using var telemetry = await StartAsync();
        await telemetry.Get<ModelRegistry>().UpdateAsync("flights", new(WindowSeconds: 60, DriftPeriodSeconds: 3600), "test", default);
        await SendAsync(telemetry, day: 0, seed: 1);
        await JudgeAsync(telemetry);

        var drift = await AskAsync(telemetry);

        Assert.Equal("hour", drift.Period);
        Assert.Equal(24, drift.Blocks.Count);
        Assert.Equal("the same time of day, 06:00", drift.Blocks[6].Matching);
        Assert.Equal(40, drift.Blocks[6].Blocks);
    }

    [Fact]
    public async Task A_loss_that_rises_beyond_the_margin_is_harmful_drift_and_one_within_is_not()
    {
        await using var telemetry = await StartAsync();
        for (var day = 0; day < 4; day++)
            await SendAsync(telemetry, day, seed: day, wrong: 0.22);
        for (var day = 4; day < 14; day++)
            await SendAsync(telemetry, day, seed: day, wrong: 0.6);
        await SendAsync(telemetry, day: 14, seed: 14, wrong: 0.6);
        await JudgeAsync(telemetry);

        var concept = (await AskAsync(telemetry)).Concept!;

        Assert.Equal("Brier score", concept.LossName);
        Assert.Equal(0.2, concept.Baseline, 0.02);
        Assert.Equal(concept.Baseline * 1.1, concept.Tolerated, 12);
        Assert.Equal(14, concept.Points.Count);
        Assert.All(concept.Points.Take(4), point => Assert.True(point.Evidence < concept.Threshold));
        Assert.InRange(concept.Since!.Value.UtcDateTime, TelemetryFixture.Start.Date.AddDays(4), TelemetryFixture.Start.Date.AddDays(13));
    }

    [Fact]
    public async Task A_model_that_is_removed_takes_its_verdicts_along()
    {
        await using var telemetry = await StartAsync();
        for (var day = 0; day < 3; day++)
            await SendAsync(telemetry, day, seed: day);
        await JudgeAsync(telemetry);

        await telemetry.Store.ForgetAsync(telemetry.Model.ModelId, "flights", default);

        await using var connection = telemetry.Get<TelemetryDatabase>().OpenReader();
        foreach (var table in new[] { "drift_blocks", "drift_streams", "concept_drift" })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT COUNT(*) FROM {table}";
            Assert.Equal(0L, await command.ExecuteScalarAsync());
        }
    }

    internal static Task<TelemetryFixture> StartAsync() => TelemetryFixture.StartAsync(reference: FortyDays.Reference, rows: FortyDays.Rows);

    internal static Task<int> JudgeAsync(TelemetryFixture telemetry) => telemetry.Get<DriftJudge>().JudgeAsync("flights", default);

    private static async Task<DriftHistory> AskAsync(TelemetryFixture telemetry) =>
        (await telemetry.Queries.DriftAsync("flights", null, TelemetryFixture.Start.AddDays(-1), TelemetryFixture.Start.AddDays(30), default))!;

    /// <summary>A day of predictions of 0 or 1, of which a share is wrong.</summary>
    internal static async Task SendAsync(TelemetryFixture telemetry, int day, int seed, double farther = 0, double wrong = 0.2, int rows = PerDay, string name = "row")
    {
        var random = new Random(seed);
        var midnight = (TelemetryFixture.Start.Date.AddDays(day) - TelemetryFixture.Start.UtcDateTime).TotalMinutes;
        List<PredictionRecord> records = [];
        for (var i = 0; i < rows; i++)
        {
            var truth = random.Next(2);
            var score = random.NextDouble() < wrong ? 1 - truth : truth;
            records.Add(telemetry.Record($"{name}-{day}-{i}", midnight + (i * 1440.0 / rows), score, truth, (random.NextDouble() * 1000) + farther, random.Next(3) == 0 ? "UA" : "AA"));
        }

        await telemetry.Store.AppendAsync(records, default);
    }
}
