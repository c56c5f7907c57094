using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Estimation;

public sealed class RegressionEstimateTests
{
    private static readonly OutputLayout Layout = new(ModelTask.Regression, [], 0.5, BinLayout.Generic("prediction"));

    [Fact]
    public void Sums_in_windows_merge_to_the_estimate_of_all_rows_whatever_the_split()
    {
        var estimator = Estimator();
        var random = new Random(1);
        var rows = Enumerable.Range(0, 3000).Select(_ => (Feature: (float)(random.NextDouble() * 1000), Output: (float)random.NextDouble())).ToArray();
        byte[]? first = null;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var parts = Enumerable.Range(0, random.Next(1, 9)).Select(_ => EstimateProfile.For(Layout)!).ToArray();
            foreach (var (feature, output) in rows.OrderBy(_ => random.Next()))
                estimator.Add(parts[random.Next(parts.Length)], [feature], [output], 0);
            var merged = EstimateProfile.For(Layout)!;
            foreach (var part in parts)
                merged.Add(EstimateProfile.Deserialize(Layout, part.Serialize()).Value);
            first ??= merged.Serialize();
            Assert.Equal(first, merged.Serialize());

            var estimate = EstimatedMetrics.Of(estimator.Expect(new OutputProfile(Layout), merged)!, rows.Length)!;
            Assert.Equal(rows.Average(row => (double)(row.Feature + row.Output)), estimate["mae"]!.Value.Value, 1e-3);
            Assert.Equal(rows.Average(row => (double)(2 * (row.Feature + row.Output))), estimate["mse"]!.Value.Value, 1e-3);
            Assert.Equal(Math.Sqrt(estimate["mse"]!.Value.Value), estimate["rmse"]!.Value.Value, 1e-12);
            Assert.Equal(EstimateCaveats.None, estimate.Caveats);
        }
    }

    [Fact]
    public void The_band_comes_from_what_the_loss_models_missed_on_rows_that_they_had_not_seen()
    {
        var estimator = Estimator();
        var estimates = EstimateProfile.For(Layout)!;
        for (var i = 0; i < 400; i++)
            estimator.Add(estimates, [10], [5], 0);

        var estimate = EstimatedMetrics.Of(estimator.Expect(new OutputProfile(Layout), estimates)!, 400)!;

        var error = estimator.Definition.Errors["mae"] / 20;
        Assert.Equal((15.0, 15 - (3 * error), 15 + (3 * error)), (estimate["mae"]!.Value.Value, estimate["mae"]!.Value.Low, estimate["mae"]!.Value.High));
        Assert.Equal(estimator.Definition.Errors["mse"] / 20 / (2 * Math.Sqrt(30)), estimate["rmse"]!.Value.Error, 1e-12);
        Assert.Equal(1.0, estimate.OutsideShare);
        Assert.True(estimate.Caveats.HasFlag(EstimateCaveats.OutsideReference));
    }

    [Fact]
    public void An_expected_loss_is_never_below_zero_and_what_is_no_number_is_left_out()
    {
        var estimator = Estimator();
        var estimates = EstimateProfile.For(Layout)!;
        estimator.Add(estimates, [-50], [1], 0);
        estimator.Add(estimates, [1], [float.NaN], 0);
        estimator.Add(estimates, [float.NaN], [1], 0);

        Assert.Equal(1, estimates.Rows);
        Assert.Equal(0, EstimatedMetrics.Of(estimator.Expect(new OutputProfile(Layout), estimates)!, 3)!["mae"]!.Value.Value);
        Assert.Null(estimator.Expect(new OutputProfile(Layout), EstimateProfile.For(Layout)));
        Assert.Null(estimator.Expect(new OutputProfile(Layout), null));
    }

    [Fact]
    public void Without_loss_models_or_with_ones_of_another_width_there_is_no_estimator()
    {
        Assert.Equal("absoluteLossFile", PerformanceEstimator.Create(Definition(), Layout, 1, null).Error!.Field);
        Assert.Equal(EstimatorDefinition.AbsoluteLossFile, PerformanceEstimator.Create(Definition(), Layout, 4, new(new SumScorer(1), new SumScorer(2))).Error!.Field);
    }

    private static PerformanceEstimator Estimator() => PerformanceEstimator.Create(Definition(), Layout, 1, new(new SumScorer(1), new SumScorer(2))).Value;

    private static EstimatorDefinition Definition()
    {
        var random = new Random(9);
        double[] outputs = [.. Enumerable.Range(0, 1000).Select(i => i / 999.0)];
        double[] labels = [.. outputs.Select(output => output + random.NextDouble() - 0.5)];
        return EstimatorLearning.Regression(outputs, labels, [.. outputs.Select(_ => 0.25)], [.. outputs.Select(_ => 1.0 / 12)], [])!;
    }

    /// <summary>A loss that can be computed by hand: a multiple of the feature and the prediction.</summary>
    private sealed class SumScorer(float times) : Scorer
    {
        public override int FeatureCount => 2;

        public override int OutputCount => 1;

        public override void Score(ReadOnlySpan<float> features, Span<float> outputs) => outputs[0] = times * (features[0] + features[1]);
    }
}
