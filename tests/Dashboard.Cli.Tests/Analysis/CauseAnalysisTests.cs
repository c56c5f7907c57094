using Dashboard.Cli.Analysis;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Core.Training;

namespace Dashboard.Cli.Tests.Analysis;

/// <summary>The whole analysis, with the boosters that it learns, on rows whose change is known.</summary>
public sealed class CauseAnalysisTests
{
    private static readonly AnalysisSpec Spec = new(
        new([new("a", InputType.Number, []), new("b", InputType.Number, []), new("place", InputType.Category, ConstructedRows.Features[2].Categories)]),
        ModelTask.BinaryClassification, 0.5, LossKind.LogLoss, null, ["Said by the host."]);

    [Fact]
    public void Only_inputs_changed()
    {
        var report = Run(placeShift: 0.4);
        var causes = report.Causes!;

        // Of the rows 0.3 more lie in the west, where the loss is ln 2 instead of about 0.35.
        var expected = 0.3 * (Math.Log(2) - ((causes.ReferenceLoss - (0.25 * Math.Log(2))) / 0.75));
        Assert.InRange(expected, causes.Covariate.Lower, causes.Covariate.Upper);
        Assert.False(causes.Concept!.Value.IsBeyondChance);
        Assert.Equal("place", causes.Inputs[0].Feature);
        Assert.Equal("west", causes.Inputs[0].Slice!.Words);
        Assert.All(causes.Inputs.Skip(1), input => Assert.InRange(Math.Abs(input.Part.Value), 0, causes.Inputs[0].Part.Value / 10));
        Assert.True(causes.Overlaps);
        Assert.True(report.Domain!.IsAnother);
        Assert.Equal("place", report.Domain.Features[0].Name);
        Assert.Equal(["Said by the host."], report.Notes);
    }

    [Fact]
    public void Only_the_relation_changed()
    {
        var report = Run(flip: 0.3);
        var causes = report.Causes!;

        Assert.False(causes.Covariate.IsBeyondChance);
        Assert.InRange(causes.Concept!.Value.Value / causes.Change!.Value.Value, 0.9, 1.1);
        Assert.True(causes.Concept.Value.IsBeyondChance);
        Assert.Equal("a", causes.Relation[0].Feature);
        Assert.Contains("and more", causes.Relation[0].Slice!.Words, StringComparison.Ordinal);
        Assert.InRange(report.Domain!.Auc.Auc, 0.47, 0.53);
    }

    [Fact]
    public void Both_changed()
    {
        var causes = Run(placeShift: 0.4, flip: 0.3).Causes!;

        Assert.True(causes.Covariate.IsBeyondChance && causes.Concept!.Value.IsBeyondChance);
        Assert.Equal(causes.Change!.Value.Value, causes.Covariate.Value + causes.Concept!.Value.Value, 1e-9);
        Assert.Equal(("place", "a"), (causes.Inputs[0].Feature, causes.Relation[0].Feature));
        Assert.Matches(" % of it comes from a changed relation between inputs and target, ", CauseWords.Headline(causes));
    }

    [Fact]
    public void Nothing_changed_and_nothing_is_claimed_the_same_every_time()
    {
        var report = Run();
        var causes = report.Causes!;

        Assert.False(causes.Covariate.IsBeyondChance);
        Assert.False(causes.Concept!.Value.IsBeyondChance);
        Assert.Empty(causes.Relation);
        Assert.InRange(causes.EffectiveRows, 0.95 * causes.ReferenceRows, causes.ReferenceRows);
        Assert.InRange(report.Reconstruction!.ShareBeyond, 0, 0.2);
        Assert.Equal(CanonicalJsonOf(report), CanonicalJsonOf(Run()));
    }

    [Fact]
    public void Without_ground_truth_the_covariate_part_is_found_and_the_rest_is_said_to_be_missing()
    {
        var current = ConstructedRows.Make(3_000, 2, placeShift: 0.4);
        Array.Fill(current.Labels, double.NaN, 0, 2_900);
        var report = new ChangeWork(Spec, ConstructedRows.Make(2_000, 1), current, (_, _) => { }).Run(default);

        Assert.True(report.Causes!.Covariate.IsBeyondChance);
        Assert.Null(report.Causes.Concept);
        Assert.Equal(new AnalysedRows(2_000, 2_000, 3_000, 100), report.Rows);
        Assert.Contains(report.Notes, note => note.StartsWith("100 current rows have ground truth", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_reference_rows_nothing_is_made_up()
    {
        var report = new ChangeWork(Spec, new(3, 1, [], [], [], []), ConstructedRows.Make(1_000, 2), (_, _) => { }).Run(default);

        Assert.Equal((null, null, null), (report.Domain, report.Reconstruction, report.Causes));
        Assert.Contains("0 reference rows", report.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Days_that_differ_as_the_references_days_do_are_no_other_distribution()
    {
        var report = new ChangeWork(Spec, ConstructedRows.Days(0, 20, 60), ConstructedRows.Days(100, 20, 60), (_, _) => { }).Run(default);
        var domain = report.Domain!;

        // Rows alone tell days apart at once; the reference's own days, too.
        Assert.InRange(domain.Auc.Lower, 0.6, 1);
        Assert.Equal(20, domain.OwnHalves.Count);
        Assert.InRange(domain.P, 0.06, 1);
        Assert.False(domain.IsAnother);
    }

    [Fact]
    public void Few_days_are_said_to_blur_the_answer()
    {
        var report = new ChangeWork(Spec, ConstructedRows.Days(0, 6, 60), ConstructedRows.Days(100, 25, 40), (_, _) => { }).Run(default);
        Assert.Contains("The reference rows come from 6 days. Days differ more than rows do, so the intervals are wide.", report.Notes);
    }

    [Fact]
    public void A_cancelled_analysis_stops()
    {
        using var cancelled = new CancellationTokenSource();
        void Report(string step, double progress)
        {
            if (progress > 0.1)
                cancelled.Cancel();
        }

        Assert.Throws<OperationCanceledException>(() => new ChangeWork(Spec, ConstructedRows.Make(1_000, 1), ConstructedRows.Make(1_000, 2), Report).Run(cancelled.Token));
    }

    private static string CanonicalJsonOf(ChangeReport report) => Core.CanonicalJson.Serialize(report);

    private static ChangeReport Run(double placeShift = 0, double flip = 0) =>
        new ChangeWork(Spec, ConstructedRows.Make(2_500, 1), ConstructedRows.Make(4_000, 2, placeShift, flip), (_, _) => { }).Run(default);
}
