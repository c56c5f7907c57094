using System.Text.Json;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Monitoring.Estimation;

/// <summary>Agreement with NannyML, chunk by chunk.</summary>
public sealed class CbpeReferenceTests
{
    private static readonly (string Theirs, string Ours)[] Keys =
        [("roc_auc", "roc_auc"), ("average_precision", "pr_auc"), ("f1", "f1"), ("precision", "precision"), ("recall", "recall"), ("specificity", "specificity"), ("accuracy", "accuracy")];

    public static TheoryData<string> Sets => ["synthetic_calibrated", "synthetic_miscalibrated"];

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_calibrator_has_the_same_knots(string set)
    {
        var expected = ReferenceFiles.Json("cbpe_reference.json").GetProperty(set);
        var curve = Fit(set).Calibrator.Curve;

        Assert.Equal(expected.GetProperty("needs_calibration").GetBoolean(), curve is not null);
        AssertEqual(expected.GetProperty("isotonic_X"), curve!.X);
        AssertEqual(expected.GetProperty("isotonic_y"), curve.Y);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_figure_of_every_chunk_is_the_same(string set)
    {
        var cbpe = Fit(set);
        var compared = 0;
        foreach (var chunk in ReferenceFiles.Json("cbpe_reference.json").GetProperty(set).GetProperty("chunks").EnumerateArray())
        {
            var (start, end) = (chunk.GetProperty("start").GetInt32(), chunk.GetProperty("end").GetInt32() + 1);
            var (scores, predicted, labels) = Read(set, chunk.GetProperty("period").GetString()!);
            var estimate = cbpe.Estimate(scores.AsSpan(start..end), predicted.AsSpan(start..end))!;
            var realised = BinaryEvaluation.Evaluate(scores.AsSpan(start..end), predicted.AsSpan(start..end), labels.AsSpan(start..end)).Metrics;
            foreach (var (theirs, ours) in Keys)
            {
                var expected = chunk.GetProperty(theirs);
                var figure = estimate[ours]!.Value;
                var limits = cbpe.Reference[ours].Limits(ours);
                Assert.Equal(expected.GetProperty("value").GetDouble(), figure.Value, 1e-6);
                Assert.Equal(expected.GetProperty("realized").GetDouble(), realised[ours], 1e-6);
                Assert.Equal(expected.GetProperty("lower_threshold").GetDouble(), limits.Low, 1e-6);
                Assert.Equal(expected.GetProperty("upper_threshold").GetDouble(), limits.High, 1e-6);
                Assert.Equal(expected.GetProperty("alert").GetBoolean(), limits.IsAlarm(figure.Value));
                // Theirs for average precision comes from fifty resamples without a seed: it differs by itself, from set to set, by seven percent.
                var error = expected.GetProperty("sampling_error").GetDouble();
                Assert.Equal(error, figure.Error, ours == "pr_auc" ? 0.25 * error : 1e-6);
                Assert.Equal((figure.Value - (3 * figure.Error), Math.Min(1, figure.Value + (3 * figure.Error))), (figure.Low, figure.High));
                compared++;
            }
        }

        Assert.Equal(70, compared);
    }

    private static void AssertEqual(JsonElement expected, double[] actual)
    {
        Assert.Equal(expected.GetArrayLength(), actual.Length);
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i].GetDouble(), actual[i], 1e-12);
    }

    private static Cbpe Fit(string set)
    {
        var (scores, predicted, labels) = Read(set, "reference");
        return Cbpe.Fit(scores, predicted, labels, [.. Enumerable.Range(0, scores.Length).Select(row => row / 2500)]);
    }

    private static (double[] Scores, int[] Predicted, int[] Labels) Read(string set, string period)
    {
        var columns = ReferenceFiles.Csv($"cbpe_{set}_{period}.csv");
        return (columns["p"].Numbers(), Array.ConvertAll(columns["y_pred"], int.Parse), Array.ConvertAll(columns["y_true"], int.Parse));
    }
}
