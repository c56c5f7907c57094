using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Evaluation;

public sealed class MulticlassEvaluationTests
{
    private static readonly string[] Classes = ["Barolo", "Grignolino", "Barbera"];

    [Fact]
    public void Figures_agree_with_scikit_learn()
    {
        var columns = ReferenceFiles.Csv("metrics_multiclass_wine.csv");
        var expected = ReferenceFiles.Json("multiclass_reference.json");
        int[] labels = [.. columns["y_true"].Numbers().Select(value => (int)value)];
        var (p0, p1, p2) = (columns["p0"].Numbers(), columns["p1"].Numbers(), columns["p2"].Numbers());
        double[] probabilities = [.. Enumerable.Range(0, labels.Length).SelectMany(i => (double[])[p0[i], p1[i], p2[i]])];

        var report = MulticlassEvaluation.Evaluate(probabilities, labels, Classes);

        foreach (var figure in expected.GetProperty("metrics").EnumerateObject().Where(figure => figure.Name != "n"))
            Assert.Equal(figure.Value.GetDouble(), report.Metrics[figure.Name], 1e-9);
        for (var c = 0; c < 3; c++)
        {
            var ours = report.Classes![c];
            Assert.Equal(Classes[c], ours.Class);
            Assert.Equal(expected.GetProperty("support")[c].GetInt64(), ours.Support);
            Assert.Equal(expected.GetProperty("precision")[c].GetDouble(), ours.Precision!.Value, 1e-9);
            Assert.Equal(expected.GetProperty("recall")[c].GetDouble(), ours.Recall!.Value, 1e-9);
            Assert.Equal(expected.GetProperty("f1")[c].GetDouble(), ours.F1!.Value, 1e-9);
            Assert.Equal(expected.GetProperty("roc_auc")[c].GetDouble(), ours.RocAuc!.Value, 1e-9);
            Assert.Equal(expected.GetProperty("confusion")[c].EnumerateArray().Select(value => value.GetInt64()), report.ConfusionMatrix![c]);
        }

        Assert.Equal(["roc:Barolo", "roc:Grignolino", "roc:Barbera", "calibration"], report.Curves.Select(curve => curve.Name).OrderBy(name => name == "calibration" ? 9 : Array.IndexOf(Classes, name[4..])));
    }

    [Fact]
    public void A_class_that_does_not_occur_has_no_figures_of_its_own_and_does_not_weigh()
    {
        var report = MulticlassEvaluation.Evaluate([0.8, 0.1, 0.1, 0.2, 0.7, 0.1], [0, 1], Classes);

        Assert.Null(report.Classes![2].Precision);
        Assert.Null(report.Classes[2].RocAuc);
        Assert.Equal(1, report.Metrics["macro_f1"]);
        Assert.Equal(1, report.Metrics["macro_roc_auc"]);
    }

    [Fact]
    public void With_one_class_only_the_macro_area_is_absent()
    {
        var report = MulticlassEvaluation.Evaluate([0.8, 0.1, 0.1, 0.2, 0.7, 0.1], [0, 0], Classes);

        Assert.DoesNotContain("macro_roc_auc", report.Metrics.Keys);
        Assert.DoesNotContain("balanced_accuracy", report.Metrics.Keys);
        Assert.Equal(0.5, report.Metrics["accuracy"]);
    }

    [Fact]
    public void A_score_that_is_no_number_leaves_no_figure() =>
        Assert.Empty(MulticlassEvaluation.Evaluate([0.8, double.NaN, 0.1], [0], Classes).Metrics);

    [Fact]
    public void A_label_outside_the_classes_is_refused() =>
        Assert.Throws<ArgumentException>(() => MulticlassEvaluation.Evaluate([0.8, 0.1, 0.1], [3], Classes));

    [Fact]
    public void Lengths_that_do_not_fit_are_refused() =>
        Assert.Throws<ArgumentException>(() => MulticlassEvaluation.Evaluate([0.8, 0.1], [0], Classes));
}
