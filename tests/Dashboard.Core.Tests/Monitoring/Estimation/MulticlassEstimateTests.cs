using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Estimation;

/// <summary>Against NannyML's formulas, computed with scikit-learn's isotonic regression.</summary>
public sealed class MulticlassEstimateTests
{
    private static readonly OutputLayout Layout = new(ModelTask.MulticlassClassification, ["a", "b", "c"], 0.5, null);

    [Fact]
    public void Figures_from_single_rows_are_the_references()
    {
        var (scores, labels) = Read("reference");
        var calibrators = ClassCalibration.Learn(scores, labels, 3);
        var errors = MulticlassSamplingErrors.Of(scores, labels, 3);
        var reference = ReferenceFiles.Json("estimation_reference.json").GetProperty("multiclass");
        Assert.Equal(reference.GetProperty("calibrated").EnumerateArray().Select(one => one.GetBoolean()), calibrators.Select(calibrator => calibrator.Curve is not null));

        var (analysis, _) = Read("analysis");
        foreach (var (expected, rows) in new[] { (reference.GetProperty("reference"), scores), (reference.GetProperty("analysis")[0], analysis[..3000]), (reference.GetProperty("analysis")[1], analysis[3000..]) })
        {
            var probabilities = new double[rows.Length];
            for (var row = 0; row < rows.Length / 3; row++)
                ClassCalibration.Of(calibrators, [(float)rows[3 * row], (float)rows[(3 * row) + 1], (float)rows[(3 * row) + 2]], probabilities.AsSpan(3 * row, 3));
            var figures = MulticlassExpectation.Of(rows, probabilities, calibrators, errors).Figures();
            Assert.Equal(9, figures.Count);
            foreach (var figure in expected.EnumerateObject())
                Assert.Equal(figure.Value.GetDouble(), figures[figure.Name], 1e-6);
        }
    }

    [Fact]
    public void Figures_from_a_windows_sums_are_those_of_its_rows_and_the_realised_ones_lie_in_their_bands()
    {
        var (scores, labels) = Read("reference");
        var estimator = PerformanceEstimator.Create(EstimatorLearning.Multiclass(scores, labels, Layout, [])!, Layout, 1, null).Value;
        var (analysis, truth) = Read("analysis");
        var (output, estimates) = (new OutputProfile(Layout), EstimateProfile.For(Layout)!);
        var probabilities = new double[analysis.Length];
        for (var row = 0; row < truth.Length; row++)
        {
            float[] outputs = [.. analysis[(3 * row)..((3 * row) + 3)].Select(score => (float)score)];
            output.AddPrediction(outputs);
            output.AddLabel(outputs, truth[row], double.NaN);
            estimator.Add(estimates, [0], outputs, Layout.PredictedClass(outputs));
            ClassCalibration.Of(estimator.Definition.Calibrators, outputs, probabilities.AsSpan(3 * row, 3));
        }

        var exact = MulticlassExpectation.Of(analysis, probabilities, estimator.Definition.Calibrators, new(estimator.Definition.Errors, 3000)).Figures();
        var estimate = EstimatedMetrics.Of(estimator.Expect(output, estimates)!, output.Rows)!;
        var realised = ProfileMetrics.Of(output);

        Assert.Equal(exact.Keys.Order(), estimate.Figures.Keys.Order());
        foreach (var (key, figure) in estimate.Figures)
        {
            Assert.Equal(exact[key], figure.Value, key == "macro_roc_auc" ? 0.001 : 1e-6);
            Assert.InRange(realised[key], figure.Low, figure.High);
            Assert.True(figure.Error > 0, key);
        }
    }

    [Fact]
    public void Any_split_and_order_of_merging_gives_the_same_bytes()
    {
        var (scores, labels) = Read("reference");
        var estimator = PerformanceEstimator.Create(EstimatorLearning.Multiclass(scores, labels, Layout, [])!, Layout, 1, null).Value;
        var random = new Random(3);
        byte[]? first = null;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var parts = Enumerable.Range(0, random.Next(1, 9)).Select(_ => EstimateProfile.For(Layout)!).ToArray();
            foreach (var row in Enumerable.Range(0, 500).OrderBy(_ => random.Next()))
            {
                float[] outputs = [.. scores[(3 * row)..((3 * row) + 3)].Select(score => (float)score)];
                estimator.Add(parts[random.Next(parts.Length)], [0], outputs, Array.IndexOf(outputs, outputs.Max()));
            }

            var merged = EstimateProfile.For(Layout)!;
            foreach (var part in parts.OrderBy(_ => random.Next()))
                merged.Add(EstimateProfile.Deserialize(Layout, part.Serialize()).Value);
            first ??= merged.Serialize();
            Assert.Equal(first, merged.Serialize());
        }
    }

    private static (double[] Scores, int[] Labels) Read(string part)
    {
        var columns = ReferenceFiles.Csv($"estimation_multiclass_{part}.csv");
        var (a, b, c) = (columns["a"].Numbers(), columns["b"].Numbers(), columns["c"].Numbers());
        // Nine digits stand for one float; the doubles that the reference used are those floats.
        return ([.. Enumerable.Range(0, a.Length).SelectMany(row => new double[] { (float)a[row], (float)b[row], (float)c[row] })], Array.ConvertAll(columns["y"], int.Parse));
    }
}
