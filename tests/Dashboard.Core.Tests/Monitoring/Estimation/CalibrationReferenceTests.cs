using System.Text.Json;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Monitoring.Estimation;

/// <summary>Agreement with scikit-learn 1.2.1.</summary>
public sealed class CalibrationReferenceTests
{
    [Fact]
    public void Isotonic_regression_has_the_same_knots_and_predicts_the_same()
    {
        var cases = ReferenceFiles.Json("estimation_reference.json").GetProperty("isotonic");
        Assert.Equal(6, cases.GetArrayLength());
        foreach (var one in cases.EnumerateArray())
        {
            var curve = IsotonicCurve.Fit(Numbers(one, "x"), Numbers(one, "y"));

            AssertEqual(Numbers(one, "knots_x"), curve.X);
            AssertEqual(Numbers(one, "knots_y"), curve.Y);
            AssertEqual(Numbers(one, "predicted"), Array.ConvertAll(Numbers(one, "probe"), curve.At));
        }
    }

    [Fact]
    public void Held_out_rows_are_those_that_scikit_learn_draws()
    {
        foreach (var one in ReferenceFiles.Json("estimation_reference.json").GetProperty("hold_outs").EnumerateArray())
        {
            var labels = one.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32()).ToArray();
            var expected = one.GetProperty("held").EnumerateArray().Select(rows => rows.EnumerateArray().Select(row => row.GetInt32()).ToArray()).ToArray();

            var drawn = StratifiedHoldOuts.Draw(labels, expected.Length).Select(held => Enumerable.Range(0, held.Length).Where(row => held[row]).ToArray()).ToArray();

            Assert.Equal(expected, drawn);
        }
    }

    [Fact]
    public void The_mean_over_an_interval_is_the_area_under_the_curve()
    {
        var curve = new IsotonicCurve([0.2, 0.4, 0.5], [0.1, 0.1, 0.9]);
        foreach (var (low, high) in new[] { (0.0, 1.0), (0.1, 0.3), (0.41, 0.42), (0.3, 0.45), (0.6, 0.9), (0.4, 0.4), (0.2, 0.5) })
        {
            var sum = 0.0;
            for (var i = 0; i < 10_000; i++)
                sum += curve.At(low + ((high - low) * (i + 0.5) / 10_000));
            Assert.Equal(sum / 10_000, curve.MeanOver(low, high), 1e-6);
        }
    }

    [Fact]
    public void Calibration_error_is_the_weighted_gap_of_ten_bins_of_equal_count()
    {
        // 25 rows: nine bins of two, the last of seven.
        var p = Enumerable.Range(0, 25).Select(i => i / 25.0).ToArray();
        var y = Enumerable.Range(0, 25).Select(i => i % 3 == 0 ? 1 : 0).ToArray();
        var expected = 0.0;
        for (var bin = 0; bin < 10; bin++)
        {
            var rows = Enumerable.Range(2 * bin, bin == 9 ? 7 : 2).ToArray();
            expected += rows.Length / 25.0 * Math.Abs(rows.Average(i => p[i]) - rows.Average(i => y[i]));
        }

        Assert.Equal(expected, CalibrationError.OfEqualCounts(p, y)!.Value, 1e-12);
        Assert.Null(CalibrationError.OfEqualCounts([0.1, 0.2, 0.3], [0, 1, 0]));
    }

    [Fact]
    public void Scores_of_one_class_a_perfect_ranking_and_few_rows_are_left_as_they_are()
    {
        var scores = Enumerable.Range(0, 100).Select(i => i / 200.0).ToArray();

        Assert.Null(Calibrator.Learn(scores, new int[100]).Curve);
        Assert.Null(Calibrator.Learn(scores, [.. Enumerable.Range(0, 100).Select(i => i < 50 ? 0 : 1)]).Curve);
        Assert.Null(Calibrator.Learn(scores.AsSpan(0, 19), [.. Enumerable.Range(0, 19).Select(i => i % 2)]).Curve);
        Assert.Equal((0.0, 0.495), (Calibrator.Learn(scores, new int[100]).Lowest, Calibrator.Learn(scores, new int[100]).Highest));
    }

    private static double[] Numbers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    private static void AssertEqual(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-12);
    }
}
