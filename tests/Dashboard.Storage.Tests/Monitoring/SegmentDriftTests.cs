using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Monitoring.Segments;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>Drift by segment: days in which one carrier's flights become longer and the other's do not.</summary>
public sealed class SegmentDriftTests
{
    [Fact]
    public async Task A_segment_that_moves_is_named_and_dated_and_the_rest_stays_calm()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        var (united, american) = (await DefineAsync(telemetry, "United", "carrier = 'UA'"), await DefineAsync(telemetry, "American", "carrier = 'AA'"));
        for (var day = 0; day < 8; day++)
            await SendAsync(telemetry, day, farther: day < 4 ? 0 : 400, wrong: day < 4 ? 0.2 : 0.7);

        var (moved, calm) = (await AskAsync(telemetry, united), await AskAsync(telemetry, american));

        Assert.Equal(("United", "day", true, true, 40), (moved.Segment, moved.Period, moved.HasReference, moved.HasTimes, moved.ReferenceBlocks));
        Assert.Equal([[], [], [], [], ["distance"], ["distance"], ["distance"]], moved.Judged.Select(block => block.Moved.Where(name => name != BlockLayout.Prediction).ToArray()));
        Assert.Equal(120, moved.Blocks[0].Rows);
        Assert.Equal([true, false], moved.Blocks.TakeLast(2).Select(block => block.IsComplete));
        Assert.Equal(TelemetryFixture.Start.Date.AddDays(4), moved.Since!.Value.UtcDateTime);
        Assert.Equal(TelemetryFixture.Start.Date.AddDays(6), moved.Newest!.Start.UtcDateTime);
        Assert.Equal(7, calm.Judged.Count());
        Assert.All(calm.Judged, block => Assert.Empty(block.Moved));
        // What changes in one carrier's relation of inputs and truth raises its own loss only.
        Assert.True(moved.Concept!.Points[^1].Loss > 1.5 * moved.Concept.Baseline);
        Assert.InRange(calm.Concept!.Points[^1].Loss, 0, 1.3 * calm.Concept.Baseline);
    }

    [Fact]
    public async Task A_segment_that_is_defined_late_is_judged_as_one_that_was_there_all_along()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        var early = await DefineAsync(telemetry, "early", "carrier = 'UA'");
        for (var day = 0; day < 6; day++)
        {
            await SendAsync(telemetry, day, farther: day < 3 ? 0 : 400);
            // Asked every day: what is judged must not depend on how often somebody looks.
            await AskAsync(telemetry, early);
        }

        var late = await DefineAsync(telemetry, "late", "carrier = 'UA'");
        await AskAsync(telemetry, late);
        await telemetry.FilledAsync(late);

        var (expected, actual) = (await AskAsync(telemetry, early), await AskAsync(telemetry, late));
        Assert.Equal(5, expected.Judged.Count());
        Assert.Equal(expected.Judged.Select(Verdict), actual.Judged.Select(Verdict));
    }

    [Fact]
    public async Task Rows_that_come_late_are_judged_with_their_day_at_the_level_that_it_had()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        var segment = await DefineAsync(telemetry, "United", "carrier = 'UA'");
        for (var day = 0; day < 3; day++)
            await SendAsync(telemetry, day);
        var before = (await AskAsync(telemetry, segment)).Blocks[1];

        await SendAsync(telemetry, 1, farther: 900, name: "late");

        var after = (await AskAsync(telemetry, segment)).Blocks[1];
        Assert.Equal((120, 240), (before.Rows, after.Rows));
        Assert.Equal(before.ColumnLevel, after.ColumnLevel);
        Assert.Empty(before.Moved);
        Assert.Contains("distance", after.Moved);
    }

    [Fact]
    public async Task A_segment_that_the_reference_hardly_knows_is_not_judged_and_says_why()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        var rare = await DefineAsync(telemetry, "rare", "distance > 990");
        await SendAsync(telemetry, 0);

        var drift = await AskAsync(telemetry, rare);

        Assert.False(drift.HasReference);
        Assert.Matches("^Only \\d+ of the 5000 rows kept of the reference lie in this segment, 200 are needed", drift.WhyNot);
        Assert.Empty(drift.Blocks);
    }

    [Fact]
    public async Task Without_rows_in_the_package_it_says_so_and_a_segment_of_nobody_is_no_answer()
    {
        await using var telemetry = await TelemetryFixture.StartAsync(reference: FortyDays.Reference);
        var segment = await DefineAsync(telemetry, "United", "carrier = 'UA'");
        await SendAsync(telemetry, 0);

        Assert.Contains("carries no rows of its reference", (await AskAsync(telemetry, segment)).WhyNot);
        await telemetry.Get<SegmentStore>().RemoveAsync("flights", segment, "me", default);
        Assert.Null(await telemetry.Queries.DriftAsync("flights", null, segment, TelemetryFixture.Start, TelemetryFixture.Start.AddDays(1), default));
        Assert.Null(await telemetry.Queries.DriftAsync("flights", null, 77, TelemetryFixture.Start, TelemetryFixture.Start.AddDays(1), default));
    }

    [Fact]
    public async Task Too_few_rows_a_day_are_held_against_runs_of_rows()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        // About eight rows a day of the sample.
        var few = await DefineAsync(telemetry, "near United", "carrier = 'UA' and distance < 200");
        for (var day = 0; day < 3; day++)
            await SendAsync(telemetry, day);

        var drift = await AskAsync(telemetry, few);

        Assert.True(drift is { HasReference: true, HasTimes: false, IsCalibrated: true });
        Assert.InRange(drift.ReferenceBlocks, 30, ReferenceBlocks.RunsOfRows);
        Assert.All(drift.Judged, block => Assert.Empty(block.Moved));
        Assert.Equal(2, drift.Judged.Count());
    }

    private static object Verdict(JudgedBlock block) => (block.Start, block.Rows, block.ColumnLevel, block.ModelLevel, block.ModelMoved, string.Join(',', block.Columns.Select(column => $"{column.Name} {column.Distance:R} {column.Adjusted:R} {column.Moved} {column.Evidence:R}")));

    private static async Task<int> DefineAsync(TelemetryFixture telemetry, string name, string expression) =>
        (await telemetry.Get<SegmentStore>().AddAsync("flights", name, expression, "me", default)).Value.Id;

    private static async Task<DriftHistory> AskAsync(TelemetryFixture telemetry, int segment) =>
        (await telemetry.Queries.DriftAsync("flights", null, segment, TelemetryFixture.Start.AddDays(-1), TelemetryFixture.Start.AddDays(30), default))!;

    /// <summary>A day of 360 predictions, every third of UA; what changes is about UA alone.</summary>
    private static async Task SendAsync(TelemetryFixture telemetry, int day, double farther = 0, double wrong = 0.2, string name = "row")
    {
        var random = new Random(day + 100);
        var midnight = (TelemetryFixture.Start.Date.AddDays(day) - TelemetryFixture.Start.UtcDateTime).TotalMinutes;
        List<PredictionRecord> records = [];
        for (var i = 0; i < FortyDays.PerDay; i++)
        {
            var (truth, isUnited) = (random.Next(2), i % 3 == 0);
            var score = random.NextDouble() < (isUnited ? wrong : 0.2) ? 1 - truth : truth;
            records.Add(telemetry.Record($"{name}-{day}-{i}", midnight + (i * 1440.0 / FortyDays.PerDay), score, truth, (random.NextDouble() * 1000) + (isUnited ? farther : 0), isUnited ? "UA" : "AA"));
        }

        await telemetry.Store.AppendAsync(records, default);
    }
}
