using Bunit;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Web.Components.Pages.Experiments;

namespace Dashboard.Web.Tests.Experiments;

public sealed class ReportCurvesTests : ExperimentPageTest
{
    private static readonly EvaluationReport ManyClasses = MulticlassEvaluation.Evaluate(
        [0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.1, 0.2, 0.7, 0.5, 0.3, 0.2, 0.2, 0.3, 0.5, 0.3, 0.4, 0.3], [0, 1, 2, 0, 2, 1], ["ash", "birch", "cedar"]);

    private static readonly EvaluationReport Regression = RegressionEvaluation.Evaluate([1, 2, 3, 4], [1.5, 1.8, 3.3, 4.1]);

    [Fact]
    public void One_run_has_all_its_classes_on_one_chart()
    {
        var curves = Render<ReportCurves>(parameters => parameters.Add(one => one.Reports, [new("run", ManyClasses, 0)]));

        Assert.Equal(["ROC curves", "Calibration"], Titles(curves));
        Assert.Equal(["ash · 1.000", "birch · 1.000", "cedar · 1.000", "chance"], curves.Find("section.chart").QuerySelectorAll(".legend > span").Select(entry => entry.TextContent));
    }

    [Fact]
    public void Several_runs_meet_on_a_chart_for_each_class()
    {
        var curves = Render<ReportCurves>(parameters => parameters.Add(one => one.Reports, [new("first", ManyClasses, 0), new("second", ManyClasses, 1)]));

        Assert.Equal(3, Titles(curves).Count(title => title!.EndsWith("against the rest", StringComparison.Ordinal)));
        Assert.Equal(["first", "second", "chance"], curves.Find("section.chart").QuerySelectorAll(".legend > span").Select(entry => entry.TextContent));
    }

    [Fact]
    public void A_regression_shows_its_residuals()
    {
        var curves = Render<ReportCurves>(parameters => parameters.Add(one => one.Reports, [new("run", Regression, 0)]));
        Assert.Equal(["Residuals by quantile"], Titles(curves));
    }

    [Fact]
    public void A_run_keeps_its_colour_when_one_before_it_has_no_curve()
    {
        var curves = Render<ReportCurves>(parameters => parameters.Add(one => one.Reports, [new("third", Regression, 2)]));
        Assert.Contains("--series-3", curves.Find(".legend i").GetAttribute("style"), StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Titles(IRenderedComponent<ReportCurves> curves) => curves.FindAll("section.chart").Select(chart => chart.GetAttribute("aria-label"));
}
