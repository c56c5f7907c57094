namespace Dashboard.Core.Training.Evaluation;

/// <summary>The 95 % interval of one metric on held-out rows, for a single look at independent rows.</summary>
/// <param name="Method">How it was computed, for people.</param>
/// <param name="Rows">The rows behind the spread.</param>
public sealed record MetricInterval(double Lower, double Upper, string Method, long Rows)
{
    internal const double Normal975 = 1.959963984540054;

    /// <summary>Wilson's score interval of a share (Wilson 1927): it stays within 0 and 1, and holds for small counts.</summary>
    /// <returns>Null without rows.</returns>
    public static MetricInterval? OfShare(long hits, long rows)
    {
        if (rows <= 0)
            return null;
        double share = (double)hits / rows, square = Normal975 * Normal975;
        var centre = (share + (square / (2 * rows))) / (1 + (square / rows));
        var reach = Normal975 * Math.Sqrt((share * (1 - share) / rows) + (square / (4.0 * rows * rows))) / (1 + (square / rows));
        return new(Math.Max(0, centre - reach), Math.Min(1, centre + reach), "Wilson", rows);
    }
}

/// <summary>Intervals of the metrics of an evaluation: shares from its confusion matrix, the ROC-AUC and mean losses from rows as they are.</summary>
public static class MetricIntervals
{
    /// <summary>The intervals that can be given, by the metric's key.</summary>
    /// <param name="report">On all held-out rows; the intervals lie around its metrics.</param>
    /// <param name="outputs">rows × outputs of some held-out rows, all or evenly picked ones: the spread among them, divided by the number of all rows, is that of the metric.</param>
    /// <param name="labels">A class's position or a number for each of those rows; NaN where it is not known.</param>
    public static IReadOnlyDictionary<string, MetricInterval> Of(EvaluationReport report, ReadOnlySpan<float> outputs, ReadOnlySpan<double> labels)
    {
        var found = new Dictionary<string, MetricInterval>(StringComparer.Ordinal);
        AddShares(found, report);
        if (labels.IsEmpty)
            return found;
        var width = outputs.Length / labels.Length;
        var known = new List<int>(labels.Length);
        for (var row = 0; row < labels.Length; row++)
            if (double.IsFinite(labels[row]))
                known.Add(row);
        var (losses, names) = (new List<double[]>(), Losses(report.Task));
        foreach (var row in known)
            losses.Add(LossesOf(report.Task, outputs.Slice(row * width, width), labels[row]));
        for (var i = 0; i < names.Length; i++)
            AddMean(found, report, names[i], [.. losses.Select(loss => loss[i])]);
        if (report.Task == ModelTask.BinaryClassification)
        {
            var (scores, positive) = (new double[known.Count], new bool[known.Count]);
            for (var i = 0; i < scores.Length; i++)
                (scores[i], positive[i]) = (outputs[known[i]], labels[known[i]] == 1);
            AddAuc(found, report, scores, positive);
        }

        return found;
    }

    private static string[] Losses(ModelTask task) => task switch
    {
        ModelTask.BinaryClassification => ["log_loss", "brier"],
        ModelTask.MulticlassClassification => ["log_loss"],
        _ => ["mae", "mse", "rmse", "mean_error"],
    };

    private static double[] LossesOf(ModelTask task, ReadOnlySpan<float> outputs, double label)
    {
        if (task == ModelTask.BinaryClassification)
            return [BinaryEvaluation.LogLoss(outputs[0], (int)label), (outputs[0] - label) * (outputs[0] - label)];
        if (task == ModelTask.MulticlassClassification)
            return [BinaryEvaluation.LogLoss(outputs[(int)label], 1)];
        var error = outputs[0] - label;
        return [Math.Abs(error), error * error, error * error, error];
    }

    private static void AddMean(Dictionary<string, MetricInterval> found, EvaluationReport report, string metric, double[] losses)
    {
        if (losses.Length < 2 || !report.Metrics.TryGetValue(metric, out var value))
            return;
        var mean = losses.Average();
        var error = Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (losses.Length - 1) / Math.Max(report.Rows, losses.Length));
        // The root of a mean: by the delta method.
        if (metric == "rmse")
            error = value > 0 ? error / (2 * value) : 0;
        var reach = MetricInterval.Normal975 * error;
        if (double.IsFinite(reach))
            found[metric] = new(metric == "mean_error" ? value - reach : Math.Max(0, value - reach), value + reach, metric == "rmse" ? "normal, delta method" : "normal, mean of rows", losses.Length);
    }

    private static void AddAuc(Dictionary<string, MetricInterval> found, EvaluationReport report, double[] scores, bool[] positive)
    {
        if (!report.Metrics.TryGetValue("roc_auc", out var auc) || AucInterval.Of(scores, positive) is not { } sampled)
            return;
        // The variance falls with the number of rows where the share of positives stays.
        var reach = Math.Max(sampled.Upper - sampled.Auc, sampled.Auc - sampled.Lower) * Math.Sqrt((double)scores.Length / Math.Max(report.Rows, scores.Length));
        found["roc_auc"] = new(Math.Max(0, auc - reach), Math.Min(1, auc + reach), "DeLong", scores.Length);
    }

    private static void AddShares(Dictionary<string, MetricInterval> found, EvaluationReport report)
    {
        if (report.ConfusionMatrix is not { Count: > 0 } matrix)
            return;
        var rows = matrix.Sum(row => row.Sum());
        Add("accuracy", Enumerable.Range(0, matrix.Count).Sum(i => matrix[i][i]), rows);
        if (report.Task != ModelTask.BinaryClassification)
            return;
        long tn = matrix[0][0], fp = matrix[0][1], fn = matrix[1][0], tp = matrix[1][1];
        Add("precision", tp, tp + fp);
        Add("recall", tp, tp + fn);
        Add("specificity", tn, tn + fp);
        Add("positive_rate", tp + fp, rows);
        Add("prevalence", tp + fn, rows);

        void Add(string metric, long hits, long of)
        {
            if (report.Metrics.ContainsKey(metric) && MetricInterval.OfShare(hits, of) is { } interval)
                found[metric] = interval;
        }
    }
}
