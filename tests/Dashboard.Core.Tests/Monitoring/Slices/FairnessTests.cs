using System.Text.Json;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Slices;
using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Slices;

public sealed class FairnessTests
{
    [Theory]
    [InlineData(ModelTask.BinaryClassification, "binary", 1)]
    [InlineData(ModelTask.MulticlassClassification, "multiclass", 2)]
    [InlineData(ModelTask.Regression, "regression", 0)]
    public void Figures_of_groups_and_their_differences_are_those_of_scikit_learn(ModelTask task, string part, int selected)
    {
        var expected = ReferenceFiles.Json("slices_reference.json").GetProperty(part);
        var rows = new SliceRows(task);
        var report = FairnessReport.Of(SliceRows.Inputs, rows.Layout, rows.Count(Enumerable.Range(0, rows.Labels.Length)), 0, selected);

        Assert.Equal(("carrier", 4), (report.Feature, report.Groups.Count));
        foreach (var group in report.Groups)
        {
            Assert.Equal(FairnessFigures.Of(task == ModelTask.Regression), group.Figures.Keys);
            foreach (var figure in expected.GetProperty("groups").GetProperty(group.Group.Value).EnumerateObject())
            {
                Assert.Equal(figure.Value.GetDouble(), group.Figures[figure.Name].Value, task == ModelTask.Regression ? 1e-6 : 1e-12);
                Assert.InRange(group.Figures[figure.Name].Value, group.Figures[figure.Name].Low, group.Figures[figure.Name].High);
            }
        }

        if (!expected.TryGetProperty("gaps", out var gaps))
            return;
        Assert.Equal(gaps.EnumerateObject().Select(gap => gap.Name), report.Gaps.Select(gap => gap.Key));
        foreach (var gap in report.Gaps)
        {
            Assert.Equal(gaps.GetProperty(gap.Key).GetDouble(), gap.Value, 1e-12);
            Assert.InRange(gap.Value, gap.Low, gap.High);
        }
    }

    [Fact]
    public void Where_part_of_the_rows_is_labelled_rates_are_of_the_labelled_and_selection_is_of_all()
    {
        var rows = new SliceRows(ModelTask.MulticlassClassification);
        bool IsLabelled(int row) => row % 3 == 0;
        var group = FairnessReport.Of(SliceRows.Inputs, rows.Layout, rows.Count(Enumerable.Range(0, rows.Labels.Length), IsLabelled), 0, 1).Groups.Single(one => one.Group.Value == "DL");
        int[] all = [.. Enumerable.Range(0, rows.Labels.Length).Where(row => rows.Features[row][0] == 2)];
        int[] labelled = [.. all.Where(IsLabelled)];
        bool Says(int row) => rows.Layout.Output.PredictedClass(rows.Outputs[row]) == 1;

        Assert.Equal((all.Length, labelled.Length), (group.Rows, group.Labelled));
        Assert.Equal((double)all.Count(Says) / all.Length, group.Figures[FairnessFigures.SelectionRate].Value, 1e-12);
        var negatives = labelled.Where(row => rows.Labels[row] != 1).ToArray();
        Assert.Equal((double)negatives.Count(Says) / negatives.Length, group.Figures[FairnessFigures.FalsePositiveRate].Value, 1e-12);
        var answered = labelled.Where(Says).ToArray();
        Assert.Equal((double)answered.Count(row => rows.Labels[row] == 1) / answered.Length, group.Figures[FairnessFigures.Precision].Value, 1e-12);
    }

    [Fact]
    public void The_interval_of_a_difference_holds_the_true_one()
    {
        double[] truth = [0.20, 0.25, 0.25, 0.3, 0.35];
        var missed = 0;
        for (var run = 0; run < 300; run++)
        {
            var random = new Random(run);
            var report = Report([.. truth.Select(rate => (Rows: 60 + random.Next(200), rate)).Select(group => (group.Rows, Enumerable.Range(0, group.Rows).Count(_ => random.NextDouble() < group.rate)))]);
            var difference = report.Gaps.Single(gap => gap.Key == FairnessFigures.DemographicParity);
            var ratio = report.Gaps.Single(gap => gap.Key == FairnessFigures.DemographicParityRatio);
            missed += difference.Low <= 0.15 && 0.15 <= difference.High && ratio.Low <= 0.2 / 0.35 && 0.2 / 0.35 <= ratio.High ? 0 : 1;
        }

        Assert.InRange(missed, 0, 15);
    }

    [Fact]
    public void Groups_with_too_few_rows_are_shown_but_not_compared()
    {
        var report = Report([(200, 60), (150, 60), (29, 0)]);
        Assert.Equal([true, true, false], report.Groups.Select(group => group.Figures[FairnessFigures.SelectionRate].IsEnough));
        Assert.Equal(0.1, report.Gaps.Single(gap => gap.Key == FairnessFigures.DemographicParity).Value, 1e-12);
        Assert.Equal(("kind = b", "kind = a"), (report.Gaps[0].Highest, report.Gaps[0].Lowest));
        Assert.Empty(Report([(200, 60), (29, 3)]).Gaps);
        // Nobody is selected: there is no ratio to nothing.
        Assert.Equal([FairnessFigures.DemographicParity], Report([(200, 0), (100, 0)]).Gaps.Select(gap => gap.Key));
    }

    /// <summary>Predictions without ground truth: for each group its rows, and how many of them are selected.</summary>
    private static FairnessReport Report((int Rows, int Selected)[] groups)
    {
        var inputs = new Preprocessing([new("kind", InputType.Category, ["a", "b", "c", "d", "e"])]);
        var layout = new ProfileLayout([BinLayout.OfCategories("kind", inputs.Inputs[0].Categories)], OutputLayout.Of(ModelTask.BinaryClassification, ["no", "yes"], 0.5, BinLayout.Generic("prediction")));
        var profile = new WindowProfile(layout);
        profile.Apply([.. groups.SelectMany((group, code) => Enumerable.Range(0, group.Rows).Select(row => ProfileChange.Prediction([code], [row < group.Selected ? 0.9f : 0.1f])))]);
        return FairnessReport.Of(inputs, layout, profile.Slices, 0, 1);
    }
}
