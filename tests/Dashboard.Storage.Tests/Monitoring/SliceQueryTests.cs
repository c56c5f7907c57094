using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Slices;
using Dashboard.Storage.Monitoring;

namespace Dashboard.Storage.Tests.Monitoring;

/// <summary>Worst segments and figures of fairness over real windows, against counting the rows that were sent.</summary>
public sealed class SliceQueryTests
{
    private const int Days = 20;

    private static readonly DateTimeOffset From = new(TelemetryFixture.Start.Date, TimeSpan.Zero), To = From.AddDays(Days + 1);

    [Fact]
    public async Task The_group_in_which_the_model_does_worse_is_found_with_the_figures_of_its_rows()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        var rows = await SendAsync(telemetry, _ => true);

        var view = (await telemetry.Queries.WorstSegmentsAsync("flights", null, From, To, default))!;

        var worst = view.Segments[0].Found;
        Assert.Equal(("carrier = UA", "carrier = 'UA'"), (worst.Group.Text, worst.Group.Expression));
        double[] united = [.. rows.Where(row => row.Carrier == "UA").Select(Loss)], others = [.. rows.Where(row => row.Carrier != "UA").Select(Loss)];
        Assert.Equal((1, rows.Count, rows.Count, united.Length), (view.Compared, view.Rows, view.Ranking!.Labelled, worst.Rows));
        Assert.Equal(united.Average(), worst.Loss, 1e-6);
        Assert.Equal(others.Average(), worst.Elsewhere, 1e-6);
        Assert.Equal(rows.Average(Loss) - others.Average(), worst.Impact, 1e-6);
        Assert.True(worst.Low > 0 && worst.High > worst.Difference);
        Assert.Equal((true, Days), (view.Ranking.ByBlocks, view.Ranking.Blocks));
        Assert.NotNull(worst.ReferenceLoss);
        Assert.StartsWith("carrier = UA: log loss ", view.Segments[0].Sentence);
        Assert.Equal(view.Segments.Select(one => one.Found.Impact).OrderDescending(), view.Segments.Select(one => one.Found.Impact));
    }

    [Fact]
    public async Task Rates_of_groups_and_their_differences_are_those_of_the_rows()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        var rows = await SendAsync(telemetry, i => i % 3 != 0);
        var labelled = rows.Where(row => row.Label is not null).ToList();

        var report = (await telemetry.Queries.FairnessAsync("flights", null, "carrier", null, From, To, default))!.Value.Value.Report;

        Assert.Equal(("carrier", "true"), (report.Feature, report.Class));
        double Selected(string carrier) => rows.Where(row => row.Carrier == carrier).Average(row => row.Score >= 0.5 ? 1.0 : 0);
        double Hit(string carrier) => labelled.Where(row => row.Carrier == carrier && row.Label == 1).Average(row => row.Score >= 0.5 ? 1.0 : 0);
        double False(string carrier) => labelled.Where(row => row.Carrier == carrier && row.Label == 0).Average(row => row.Score >= 0.5 ? 1.0 : 0);
        foreach (var group in report.Groups)
        {
            var carrier = group.Group.Value;
            Assert.Equal((rows.Count(row => row.Carrier == carrier), labelled.Count(row => row.Carrier == carrier)), (group.Rows, group.Labelled));
            Assert.Equal(Selected(carrier), group.Figures[FairnessFigures.SelectionRate].Value, 1e-12);
            Assert.Equal(Hit(carrier), group.Figures[FairnessFigures.TruePositiveRate].Value, 1e-12);
            Assert.Equal(False(carrier), group.Figures[FairnessFigures.FalsePositiveRate].Value, 1e-12);
        }

        double Gap(string key) => report.Gaps.Single(gap => gap.Key == key).Value;
        var (parity, opportunity, falsely) = (Math.Abs(Selected("UA") - Selected("AA")), Math.Abs(Hit("UA") - Hit("AA")), Math.Abs(False("UA") - False("AA")));
        Assert.Equal(parity, Gap(FairnessFigures.DemographicParity), 1e-12);
        Assert.Equal(Math.Min(Selected("UA"), Selected("AA")) / Math.Max(Selected("UA"), Selected("AA")), Gap(FairnessFigures.DemographicParityRatio), 1e-12);
        Assert.Equal(opportunity, Gap(FairnessFigures.EqualOpportunity), 1e-12);
        Assert.Equal(Math.Max(opportunity, falsely), Gap(FairnessFigures.EqualizedOdds), 1e-12);
    }

    [Fact]
    public async Task Without_labels_selection_is_compared_and_nothing_is_ranked()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        await SendAsync(telemetry, _ => false);

        var worst = (await telemetry.Queries.WorstSegmentsAsync("flights", null, From, To, default))!;
        var report = (await telemetry.Queries.FairnessAsync("flights", null, "carrier", "false", From, To, default))!.Value.Value.Report;

        Assert.Empty(worst.Segments);
        Assert.StartsWith("No ground truth has arrived yet", worst.Summary);
        Assert.Equal([FairnessFigures.DemographicParity, FairnessFigures.DemographicParityRatio], report.Gaps.Select(gap => gap.Key));
        Assert.Equal("false", report.Class);
    }

    [Fact]
    public async Task A_range_without_predictions_and_questions_that_have_no_answer_say_so()
    {
        await using var telemetry = await DriftJudgeTests.StartAsync();
        await SendAsync(telemetry, _ => true);

        var empty = (await telemetry.Queries.WorstSegmentsAsync("flights", null, From.AddYears(1), To.AddYears(1), default))!;
        Assert.Equal((null, 0L, "No prediction in this time range."), (empty.Compared, empty.Rows, empty.Summary));
        Assert.Null(await telemetry.Queries.WorstSegmentsAsync("nobody", null, From, To, default));
        Assert.Null(await telemetry.Queries.FairnessAsync("flights", 9, "carrier", null, From, To, default));
        var feature = Assert.IsType<InvalidValue>((await telemetry.Queries.FairnessAsync("flights", null, "sex", null, From, To, default))!.Value.Error);
        Assert.Equal(("feature", "sex", "a feature of version 1: distance, carrier"), (feature.Field, feature.Value, feature.Expected));
        var selected = Assert.IsType<InvalidValue>((await telemetry.Queries.FairnessAsync("flights", null, "carrier", "maybe", From, To, default))!.Value.Error);
        Assert.Equal(("class", "one of false, true"), (selected.Field, selected.Expected));
    }

    private static double Loss((string Carrier, double Score, double? Label) row) => -Math.Log(row.Label == 1 ? row.Score : 1 - row.Score);

    /// <summary>Twenty days of 200 predictions whose scores hardly tell anything about one carrier in two.</summary>
    private static async Task<List<(string Carrier, double Score, double? Label)>> SendAsync(TelemetryFixture telemetry, Func<int, bool> isLabelled)
    {
        var random = new Random(11);
        var (rows, records) = (new List<(string, double, double?)>(), new List<PredictionRecord>());
        for (var i = 0; i < Days * 200; i++)
        {
            var (isUnited, truth) = (i % 2 == 0, random.NextDouble() < 0.4 ? 1 : 0);
            // Scores of eighths, which the histogram of scores keeps exactly.
            var score = isUnited ? random.Next(3, 7) / 8f : truth == 1 ? random.Next(4, 8) / 8f : random.Next(1, 5) / 8f;
            var label = isLabelled(i) ? truth : double.NaN;
            rows.Add((isUnited ? "UA" : "AA", score, isLabelled(i) ? truth : null));
            records.Add(telemetry.Record($"row-{i}", (From - TelemetryFixture.Start).TotalMinutes + (i * 1440.0 / 200), score, label, random.NextDouble() * 1000, isUnited ? "UA" : "AA"));
        }

        await telemetry.Store.AppendAsync(records, default);
        return rows;
    }
}
