using System.Numerics.Tensors;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// Sampling errors of a model of many classes. A macro figure is the mean of K classes' figures, each with its binary error; they are taken as independent (√Σvar / K), which
/// understates the ranking's error, whose classes share rows: NannyML's factor of 1.2 stands for that.
/// </summary>
public static class MulticlassSamplingErrors
{
    private const double SharedRows = 1.2;

    /// <param name="scores">n×K scores.</param>
    /// <param name="labels">n class positions.</param>
    public static SamplingErrors Of(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels, int classes)
    {
        double n = labels.Length;
        var matrix = new double[classes * classes];
        var losses = new double[labels.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            var answers = scores.Slice(row * classes, classes);
            matrix[(labels[row] * classes) + TensorPrimitives.IndexOfMax(answers)]++;
            losses[row] = ProfileMetrics.LogLoss(answers[labels[row]]);
        }

        double hits = 0, precision = 0, recall = 0, f1 = 0, weighted = 0, area = 0;
        int predictable = 0, occurring = 0, harmonics = 0, ranked = 0;
        for (var c = 0; c < classes; c++)
        {
            double hit = matrix[(c * classes) + c], actual = 0, predicted = 0;
            for (var i = 0; i < classes; i++)
                (actual, predicted) = (actual + matrix[(c * classes) + i], predicted + matrix[(i * classes) + c]);
            hits += hit;
            var counts = new ConfusionCounts(n - actual - predicted + hit, predicted - hit, actual - hit, hit);
            if (BinarySamplingErrors.OfShare(hit, predicted, n) is { } ofPrecision)
                (precision, predictable) = (precision + (ofPrecision * ofPrecision), predictable + 1);
            if (BinarySamplingErrors.OfShare(hit, actual, n) is { } ofRecall)
                (recall, occurring) = (recall + (ofRecall * ofRecall), occurring + 1);
            if (BinarySamplingErrors.OfF1(counts, n) is { } ofF1)
                (f1, weighted, harmonics) = (f1 + (ofF1 * ofF1), weighted + (ofF1 * ofF1 * actual * actual / (n * n)), harmonics + 1);
            if (BinarySamplingErrors.Ranking(ClassCalibration.Column(scores, classes, c), ClassCalibration.OneAgainstRest(labels, c), n) is { } ofArea)
                (area, ranked) = (area + (ofArea * ofArea), ranked + 1);
        }

        var errors = new MetricSet();
        errors["accuracy"] = BinarySamplingErrors.OfShare(hits, n, n);
        errors["log_loss"] = BinarySamplingErrors.Deviation(losses);
        errors["mcc"] = new AgreementErrors(matrix, classes).Mcc;
        errors["macro_precision"] = Math.Sqrt(precision) / predictable;
        errors["macro_recall"] = Math.Sqrt(recall) / occurring;
        errors["balanced_accuracy"] = Math.Sqrt(recall) / occurring;
        errors["macro_f1"] = Math.Sqrt(f1) / harmonics;
        errors["weighted_f1"] = Math.Sqrt(weighted);
        errors["macro_roc_auc"] = Math.Sqrt(area) / ranked * SharedRows;
        return new(errors.Values, labels.Length);
    }
}
