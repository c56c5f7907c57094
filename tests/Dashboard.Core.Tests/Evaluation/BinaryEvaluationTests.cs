using System.Text.Json;
using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Evaluation;

public sealed class BinaryEvaluationTests
{
    private static readonly (string Theirs, string Ours)[] Names =
    [
        ("roc_auc", "roc_auc"), ("average_precision", "pr_auc"), ("log_loss", "log_loss"), ("brier", "brier"), ("accuracy", "accuracy"),
        ("balanced_accuracy", "balanced_accuracy"), ("precision", "precision"), ("recall", "recall"), ("f1", "f1"), ("mcc", "mcc"),
        ("cohen_kappa", "cohen_kappa"), ("ks_stat", "ks"), ("gini", "gini"), ("ece10_uniform", "ece"),
    ];

    [Theory]
    [InlineData("binary_breast_cancer")]
    [InlineData("binary_ties")]
    public void Figures_agree_with_scikit_learn(string set)
    {
        var (report, expected) = Evaluate(set);

        Assert.Equal(expected.GetProperty("n").GetInt64(), report.Rows);
        foreach (var (theirs, ours) in Names)
            Assert.Equal(expected.GetProperty(theirs).GetDouble(), report.Metrics[ours], 1e-9);
        Assert.Equal(
            [[expected.GetProperty("tn").GetInt64(), expected.GetProperty("fp").GetInt64()], [expected.GetProperty("fn").GetInt64(), expected.GetProperty("tp").GetInt64()]],
            report.ConfusionMatrix!);
    }

    [Theory]
    [InlineData("binary_breast_cancer")]
    [InlineData("binary_ties")]
    public void The_calibration_curve_agrees_with_scikit_learn(string set)
    {
        var (report, expected) = Evaluate(set);
        var curve = report.Curves.Single(curve => curve.Name == "calibration");
        var theirs = expected.GetProperty("calibration_curve_uniform10");

        AssertClose(Numbers(theirs.GetProperty("mean_pred")), curve.X);
        AssertClose(Numbers(theirs.GetProperty("frac_pos")), curve.Y);
        Assert.Equal(report.Rows, curve.Weight!.Sum());
    }

    [Fact]
    public void The_area_under_the_thinned_curve_is_the_exact_area_within_a_thousandth()
    {
        var random = new Random(7);
        var labels = new int[20_000];
        var probabilities = new double[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = random.NextDouble() < 0.2 ? 1 : 0;
            probabilities[i] = 1 / (1 + Math.Exp(-((random.NextDouble() * 4) - 2 + labels[i])));
        }

        var report = BinaryEvaluation.Evaluate(probabilities, labels, 0.5);
        var roc = report.Curves.Single(curve => curve.Name == "roc");
        var area = Enumerable.Range(1, roc.X.Length - 1).Sum(i => (roc.X[i] - roc.X[i - 1]) * (roc.Y[i] + roc.Y[i - 1]) / 2);

        Assert.All(report.Curves, curve => Assert.InRange(curve.X.Length, 2, CurveSampling.MaximumPoints));
        Assert.Equal(report.Metrics["roc_auc"], area, 1e-3);
        Assert.Equal((0, 0, 1, 1), (roc.X[0], roc.Y[0], roc.X[^1], roc.Y[^1]));
    }

    [Fact]
    public void With_one_class_only_ranking_figures_are_absent_and_the_others_present()
    {
        var report = BinaryEvaluation.Evaluate([0.1, 0.6, 0.4], [0, 0, 0], 0.5);

        Assert.DoesNotContain("roc_auc", report.Metrics.Keys);
        Assert.DoesNotContain("pr_auc", report.Metrics.Keys);
        Assert.DoesNotContain("ks", report.Metrics.Keys);
        Assert.DoesNotContain("recall", report.Metrics.Keys);
        Assert.Equal(2.0 / 3, report.Metrics["accuracy"], 1e-12);
        Assert.Equal((0.01 + 0.36 + 0.16) / 3, report.Metrics["brier"], 1e-12);
    }

    [Fact]
    public void A_constant_prediction_has_an_area_of_a_half_and_no_correlation()
    {
        var report = BinaryEvaluation.Evaluate([0.3, 0.3, 0.3, 0.3], [0, 1, 0, 1], 0.5);

        Assert.Equal(0.5, report.Metrics["roc_auc"]);
        Assert.Equal(0.5, report.Metrics["pr_auc"]);
        Assert.DoesNotContain("mcc", report.Metrics.Keys);
        Assert.DoesNotContain("precision", report.Metrics.Keys);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_score_that_is_no_number_leaves_no_figure(double score) =>
        Assert.Empty(BinaryEvaluation.Evaluate([0.2, score], [0, 1], 0.5).Metrics);

    [Fact]
    public void Without_rows_there_is_no_figure() => Assert.Empty(BinaryEvaluation.Evaluate([], [], 0.5).Metrics);

    [Fact]
    public void Scores_that_are_no_probabilities_still_rank()
    {
        var report = BinaryEvaluation.Evaluate([-3, 5, 2], [0, 1, 0], 0);

        Assert.Equal(1, report.Metrics["roc_auc"]);
        Assert.DoesNotContain("log_loss", report.Metrics.Keys);
        Assert.DoesNotContain("ece", report.Metrics.Keys);
    }

    [Fact]
    public void Lengths_that_differ_are_refused_with_both_lengths()
    {
        var error = Assert.Throws<ArgumentException>(() => BinaryEvaluation.Evaluate([0.1, 0.2], [1], 0.5));
        Assert.Contains("2 probabilities, 2 predictions and 1 labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_neither_0_nor_1_is_refused() =>
        Assert.Throws<ArgumentException>(() => BinaryEvaluation.Evaluate([0.1, 0.2], [1, 2], 0.5));

    [Fact]
    public void A_report_survives_its_json()
    {
        var (report, _) = Evaluate("binary_ties");
        var copy = CanonicalJson.Deserialize<EvaluationReport>(CanonicalJson.Serialize(report));

        Assert.Equal(report.Metrics, copy.Metrics);
        Assert.Equal(report.ConfusionMatrix!, copy.ConfusionMatrix!);
        Assert.Equal(report.Curves[0].Y, copy.Curves[0].Y);
    }

    private static (EvaluationReport Report, JsonElement Expected) Evaluate(string set)
    {
        var expected = ReferenceFiles.Json("metrics_reference.json").GetProperty(set);
        var columns = ReferenceFiles.Csv($"metrics_{set}.csv");
        int[] labels = [.. columns["y_true"].Numbers().Select(value => (int)value)];
        return (BinaryEvaluation.Evaluate(columns["y_pred_proba"].Numbers(), labels, expected.GetProperty("threshold").GetDouble()), expected);
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-9);
    }
}
