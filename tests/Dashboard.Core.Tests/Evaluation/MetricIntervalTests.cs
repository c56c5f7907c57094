using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Evaluation;

public sealed class MetricIntervalTests
{
    /// <summary>Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void The_interval_of_a_share_is_Wilsons(long hits, long rows, double lower, double upper)
    {
        var interval = MetricInterval.OfShare(hits, rows)!;

        Assert.Equal(lower, interval.Lower, 4);
        Assert.Equal(upper, interval.Upper, 4);
    }

    [Fact]
    public void A_share_of_no_rows_has_no_interval() => Assert.Null(MetricInterval.OfShare(0, 0));

    [Fact]
    public void Shares_have_their_own_denominators_and_the_AUC_is_DeLongs()
    {
        double[] scores = [.. Enumerable.Range(0, 200).Select(i => (i * 37 % 200) / 200.0)], labels = [.. Enumerable.Range(0, 200).Select(i => (i * 37 % 200) + (i * 13 % 90) > 150 ? 1.0 : 0)];
        var report = BinaryEvaluation.Evaluate(scores, Array.ConvertAll(labels, label => (int)label), 0.5);

        var intervals = MetricIntervals.Of(report, [.. scores.Select(score => (float)score)], labels);

        var (fp, tp) = (report.ConfusionMatrix![0][1], report.ConfusionMatrix[1][1]);
        Assert.Equal(MetricInterval.OfShare(tp, tp + fp), intervals["precision"]);
        var delong = AucInterval.Of([.. scores.Select(score => (double)(float)score)], Array.ConvertAll(labels, label => label == 1))!;
        Assert.Equal(delong.Lower, intervals["roc_auc"].Lower, 9);
        Assert.Equal(delong.Upper, intervals["roc_auc"].Upper, 9);
        Assert.All(intervals, pair => Assert.InRange(report.Metrics[pair.Key], pair.Value.Lower, pair.Value.Upper));
        Assert.DoesNotContain("f1", intervals.Keys);
    }

    [Fact]
    public void A_mean_loss_of_all_rows_takes_its_spread_from_those_that_were_kept()
    {
        // Errors of −1 and 1: the mean absolute error has no spread, the mean error a standard deviation of √(n / (n − 1)).
        var report = new EvaluationReport(ModelTask.Regression, 400, new Dictionary<string, double> { ["mae"] = 1, ["mean_error"] = 0, ["rmse"] = 1 }, null, [], null);

        var intervals = MetricIntervals.Of(report, [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 1f : -1f)], new double[100]);

        Assert.Equal((1.0, 1.0), (intervals["mae"].Lower, intervals["mae"].Upper));
        Assert.Equal((1.0, 1.0), (intervals["rmse"].Lower, intervals["rmse"].Upper));
        Assert.Equal(1.959963984540054 * Math.Sqrt(100 / 99.0 / 400), intervals["mean_error"].Upper, 12);
        Assert.Equal(100, intervals["mean_error"].Rows);
    }

    [Fact]
    public void Rows_whose_outcome_is_not_known_take_no_part()
    {
        var report = new EvaluationReport(ModelTask.MulticlassClassification, 3, new Dictionary<string, double> { ["log_loss"] = 0.7 }, null, [], null);

        var intervals = MetricIntervals.Of(report, [0.5f, 0.5f, 0.9f, 0.1f, 0.2f, 0.8f], [0, double.NaN, 1]);

        Assert.Equal(2, intervals["log_loss"].Rows);
    }

    [Fact]
    public void Without_a_model_a_quarter_of_positives_costs_the_entropy()
    {
        var report = new EvaluationReport(ModelTask.BinaryClassification, 8, new Dictionary<string, double>(), [[5L, 1L], [1L, 1L]], [], null);

        var baselines = MetricBaselines.Of(report);

        Assert.Equal(0.562335, baselines["log_loss"], 6);
        Assert.Equal((0.1875, 0.75, 0.5, 0.25), (baselines["brier"], baselines["accuracy"], baselines["roc_auc"], baselines["pr_auc"]));
    }

    [Fact]
    public void The_mean_as_a_baseline_is_what_R2_is_measured_against()
    {
        double[] labels = [1, 2, 3, 4, 10], outputs = [1.5, 2, 2, 5, 8];
        var report = RegressionEvaluation.Evaluate(outputs, labels);

        // The labels' own standard deviation: mean 4, squares 9 + 4 + 1 + 0 + 36 over 5.
        Assert.Equal(Math.Sqrt(10), MetricBaselines.Of(report)["rmse"], 9);
    }
}
