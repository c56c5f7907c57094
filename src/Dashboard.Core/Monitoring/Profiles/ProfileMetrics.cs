using System.Numerics.Tensors;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// The figures of training's evaluation, from a profile: same keys, same definitions. Counts and error sums are exact; areas come from the score histogram
/// (scores in one bin count as tied) and are within 0.001 of the exact ones. A figure that is not defined is absent.
/// </summary>
public static class ProfileMetrics
{
    /// <summary>The figures of a window.</summary>
    public static IReadOnlyDictionary<string, double> Of(OutputProfile profile)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        if (profile.Layout.Task == ModelTask.BinaryClassification)
            Put(metrics, "positive_rate", Ratio(profile.Predicted[1], profile.Rows - profile.Invalid));
        if (profile.Labelled == 0)
            return metrics;
        switch (profile.Layout.Task)
        {
            case ModelTask.BinaryClassification:
                AddBinary(metrics, profile);
                break;
            case ModelTask.MulticlassClassification:
                AddMulticlass(metrics, profile);
                break;
            default:
                AddRegression(metrics, profile);
                break;
        }

        return metrics;
    }

    /// <summary>One figure of a window, or null where it is not defined.</summary>
    public static double? Of(OutputProfile profile, string key) => Of(profile).TryGetValue(key, out var value) ? value : null;

    /// <summary>Area under the ROC curve from two histograms over the same ascending bins; null without both classes.</summary>
    public static double? RocAuc(ReadOnlySpan<long> positives, ReadOnlySpan<long> negatives)
    {
        UInt128 doubled = 0;
        ulong positivesAbove = 0, allNegatives = 0;
        for (var bin = positives.Length - 1; bin >= 0; bin--)
        {
            doubled += (UInt128)(ulong)negatives[bin] * ((2 * positivesAbove) + (ulong)positives[bin]);
            positivesAbove += (ulong)positives[bin];
            allNegatives += (ulong)negatives[bin];
        }

        return positivesAbove == 0 || allNegatives == 0 ? null : (double)doubled / 2 / positivesAbove / allNegatives;
    }

    /// <summary>Average precision from two histograms over the same ascending bins, a bin taken as one step; null without both classes.</summary>
    public static double? AveragePrecision(ReadOnlySpan<long> positives, ReadOnlySpan<long> negatives)
    {
        long tp = 0, fp = 0;
        var sum = 0.0;
        for (var bin = positives.Length - 1; bin >= 0; bin--)
        {
            tp += positives[bin];
            fp += negatives[bin];
            if (positives[bin] > 0)
                sum += (double)positives[bin] * tp / (tp + fp);
        }

        return tp == 0 || fp == 0 ? null : sum / tp;
    }

    /// <summary>−ln of the probability given to what happened, clipped as in <see cref="BinaryEvaluation"/>.</summary>
    internal static double LogLoss(double probability) => -Math.Log(Math.Clamp(probability, BinaryEvaluation.LogLossClip, 1 - BinaryEvaluation.LogLossClip));

    private static void AddBinary(Dictionary<string, double> metrics, OutputProfile profile)
    {
        var matrix = profile.Confusion;
        var counts = new ConfusionCounts(matrix[0], matrix[1], matrix[2], matrix[3]);
        var positives = profile.ScoresOf(0, isClass: true);
        var negatives = profile.ScoresOf(0, isClass: false);
        var auc = RocAuc(positives, negatives);
        Put(metrics, "roc_auc", auc);
        Put(metrics, "gini", (2 * auc) - 1);
        Put(metrics, "pr_auc", AveragePrecision(positives, negatives));
        Put(metrics, "log_loss", profile.LogLoss / profile.Labelled);
        Put(metrics, "brier", profile.Squared / profile.Labelled);
        Put(metrics, "accuracy", counts.Accuracy);
        Put(metrics, "balanced_accuracy", counts.BalancedAccuracy);
        Put(metrics, "precision", counts.Precision);
        Put(metrics, "recall", counts.Recall);
        Put(metrics, "specificity", counts.Specificity);
        Put(metrics, "f1", counts.F1);
        Put(metrics, "mcc", counts.Mcc);
        Put(metrics, "cohen_kappa", counts.CohenKappa);
        Put(metrics, "prevalence", counts.Prevalence);
    }

    private static void AddMulticlass(Dictionary<string, double> metrics, OutputProfile profile)
    {
        var k = profile.Layout.Classes.Count;
        var matrix = profile.Confusion;
        long right = 0;
        double n = profile.Labelled, both = 0, predictedSquares = 0, actualSquares = 0;
        double precision = 0, recall = 0, f1 = 0, weightedF1 = 0, recallOfActual = 0, auc = 0;
        int seen = 0, occurring = 0, ranked = 0;
        for (var c = 0; c < k; c++)
        {
            long predicted = 0, actual = TensorPrimitives.Sum(matrix.Slice(c * k, k)), hit = matrix[(c * k) + c];
            for (var row = 0; row < k; row++)
                predicted += matrix[(row * k) + c];
            right += hit;
            both += (double)predicted * actual;
            predictedSquares += (double)predicted * predicted;
            actualSquares += (double)actual * actual;
            if (predicted > 0 || actual > 0)
                seen++;
            if (actual > 0)
                occurring++;
            precision += Ratio(hit, predicted) ?? 0;
            recall += Ratio(hit, actual) ?? 0;
            recallOfActual += Ratio(hit, actual) ?? 0;
            var harmonic = Ratio(2 * hit, predicted + actual) ?? 0;
            f1 += harmonic;
            weightedF1 += harmonic * actual;
            if (RocAuc(profile.ScoresOf(c, isClass: true), profile.ScoresOf(c, isClass: false)) is { } area)
                (auc, ranked) = (auc + area, ranked + 1);
        }

        Put(metrics, "accuracy", right / n);
        Put(metrics, "log_loss", profile.LogLoss / n);
        var scale = Math.Sqrt((n * n) - predictedSquares) * Math.Sqrt((n * n) - actualSquares);
        Put(metrics, "mcc", scale > 0 ? ((right * n) - both) / scale : null);
        Put(metrics, "macro_precision", precision / seen);
        Put(metrics, "macro_recall", recall / seen);
        Put(metrics, "macro_f1", f1 / seen);
        Put(metrics, "weighted_f1", weightedF1 / n);
        Put(metrics, "balanced_accuracy", occurring > 1 ? recallOfActual / occurring : null);
        Put(metrics, "macro_roc_auc", ranked > 0 ? auc / ranked : null);
    }

    private static void AddRegression(Dictionary<string, double> metrics, OutputProfile profile)
    {
        double n = profile.Labelled;
        Put(metrics, "mae", profile.Absolute / n);
        Put(metrics, "mse", profile.Squared / n);
        Put(metrics, "rmse", Math.Sqrt(Math.Max(0, profile.Squared) / n));
        Put(metrics, "mean_error", profile.Error / n);
        Put(metrics, "mape", profile.ZeroActuals > 0 ? null : profile.Relative / n);
        Put(metrics, "msle", profile.Negatives > 0 ? null : profile.Logarithmic / n);
        if (profile.ActualSpread <= 0)
            return;
        Put(metrics, "r2", 1 - (profile.Squared / profile.ActualSpread));
        Put(metrics, "explained_variance", 1 - ((profile.Squared - (profile.Error * profile.Error / n)) / profile.ActualSpread));
    }

    private static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;

    private static void Put(Dictionary<string, double> metrics, string key, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            metrics[key] = number;
    }
}
