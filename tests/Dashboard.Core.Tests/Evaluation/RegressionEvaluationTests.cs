using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Evaluation;

public sealed class RegressionEvaluationTests
{
    [Fact]
    public void Figures_agree_with_scikit_learn()
    {
        var columns = ReferenceFiles.Csv("metrics_regression_diabetes.csv");
        var report = RegressionEvaluation.Evaluate(columns["y_pred"].Numbers(), columns["y_true"].Numbers());

        foreach (var figure in ReferenceFiles.Json("metrics_reference.json").GetProperty("regression_diabetes").EnumerateObject().Where(figure => figure.Name != "n"))
            Assert.Equal(figure.Value.GetDouble(), report.Metrics[figure.Name], 1e-9 * Math.Max(1, Math.Abs(figure.Value.GetDouble())));
    }

    [Fact]
    public void Residual_quantiles_are_actual_minus_predicted()
    {
        var report = RegressionEvaluation.Evaluate([0, 0, 0, 0, 0], [1, 2, 3, 4, 5]);
        var curve = report.Curves.Single();

        Assert.Equal("residual-quantiles", curve.Name);
        Assert.Equal(3, curve.Y[Array.IndexOf(curve.X, 0.5)], 1e-12);
        Assert.Equal(2, curve.Y[Array.IndexOf(curve.X, 0.25)], 1e-12);
        Assert.Equal(curve.Y.Order(), curve.Y);
    }

    [Fact]
    public void A_constant_target_has_errors_but_no_explained_variance()
    {
        var report = RegressionEvaluation.Evaluate([1, 3], [2, 2]);

        Assert.Equal(1, report.Metrics["mae"]);
        Assert.DoesNotContain("r2", report.Metrics.Keys);
        Assert.DoesNotContain("explained_variance", report.Metrics.Keys);
    }

    [Fact]
    public void A_zero_among_the_targets_leaves_no_relative_error() =>
        Assert.DoesNotContain("mape", RegressionEvaluation.Evaluate([1, 3], [0, 2]).Metrics.Keys);

    [Fact]
    public void A_negative_value_leaves_no_logarithmic_error() =>
        Assert.DoesNotContain("msle", RegressionEvaluation.Evaluate([1, -3], [1, 2]).Metrics.Keys);

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.NegativeInfinity)]
    public void A_value_that_is_no_number_leaves_no_figure(double prediction, double actual) =>
        Assert.Empty(RegressionEvaluation.Evaluate([prediction, 2], [actual, 2]).Metrics);

    [Fact]
    public void Lengths_that_differ_are_refused() =>
        Assert.Throws<ArgumentException>(() => RegressionEvaluation.Evaluate([1], [1, 2]));
}
