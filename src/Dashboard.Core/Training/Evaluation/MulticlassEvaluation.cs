namespace Dashboard.Core.Training.Evaluation;

/// <summary>
/// Scores class probabilities against what happened. The predicted class is the most probable (the first of equals). Macro figures average over the classes
/// that occur among labels or predictions and count an undefined precision or recall as zero, as scikit-learn does; the macro ROC-AUC averages one-vs-rest over the classes that occur among the labels.
/// </summary>
public static class MulticlassEvaluation
{
    private const int MostCurves = 12;

    /// <summary>Evaluates n rows of K classes; with a NaN or infinite score no figure is given.</summary>
    /// <param name="probabilities">n×K, row by row.</param>
    /// <param name="labels">n class positions from 0 to K − 1.</param>
    /// <param name="classes">The K class names.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a label is outside the classes.</exception>
    public static EvaluationReport Evaluate(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels, IReadOnlyList<string> classes)
    {
        var k = classes.Count;
        if (k < 2)
            throw new ArgumentException($"There are {k} classes; expected at least 2.", nameof(classes));
        if (probabilities.Length != (long)labels.Length * k)
            throw new ArgumentException($"There are {probabilities.Length} probabilities for {labels.Length} labels of {k} classes; expected {(long)labels.Length * k}.", nameof(probabilities));
        foreach (var label in labels)
            if ((uint)label >= (uint)k)
                throw new ArgumentException($"Label {label} is outside 0 to {k - 1}.", nameof(labels));
        foreach (var value in probabilities)
            if (!double.IsFinite(value))
                return new(ModelTask.MulticlassClassification, labels.Length, new Dictionary<string, double>(), null, [], null);
        if (labels.IsEmpty)
            return new(ModelTask.MulticlassClassification, 0, new Dictionary<string, double>(), null, [], null);

        var metrics = new MetricSet();
        var matrix = new long[k][];
        for (var c = 0; c < k; c++)
            matrix[c] = new long[k];
        var calibration = AddRows(metrics, probabilities, labels, k, matrix);
        AddAgreement(metrics, matrix, labels.Length);
        var (reports, curves) = OneAgainstRest(probabilities, labels, classes, matrix);
        AddMacro(metrics, reports);
        if (calibration is not null)
            curves.Add(calibration);
        return new(ModelTask.MulticlassClassification, labels.Length, metrics.Values, matrix, curves, reports);
    }

    /// <summary>−ln of the share given to what happened: each class clipped and the row rescaled to one, as scikit-learn does.</summary>
    internal static double LogLoss(ReadOnlySpan<double> row, int label)
    {
        var sum = 0.0;
        foreach (var p in row)
            sum += Math.Clamp(p, BinaryEvaluation.LogLossClip, 1 - BinaryEvaluation.LogLossClip);
        return Math.Log(sum) - Math.Log(Math.Clamp(row[label], BinaryEvaluation.LogLossClip, 1 - BinaryEvaluation.LogLossClip));
    }

    private static Curve? AddRows(MetricSet metrics, ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels, int k, long[][] matrix)
    {
        var calibration = new Calibration();
        var logLoss = 0.0;
        var areProbabilities = true;
        for (var i = 0; i < labels.Length; i++)
        {
            var row = probabilities.Slice(i * k, k);
            var best = 0;
            for (var c = 0; c < k; c++)
            {
                areProbabilities &= row[c] is >= 0 and <= 1;
                if (row[c] > row[best])
                    best = c;
            }

            matrix[labels[i]][best]++;
            logLoss += LogLoss(row, labels[i]);
            calibration.Add(row[best], best == labels[i]);
        }

        if (!areProbabilities)
            return null;
        metrics["log_loss"] = logLoss / labels.Length;
        metrics["ece"] = calibration.ExpectedError;
        return calibration.Curve();
    }

    private static void AddAgreement(MetricSet metrics, long[][] matrix, double n)
    {
        double right = 0, both = 0, predictedSquares = 0, actualSquares = 0;
        for (var c = 0; c < matrix.Length; c++)
        {
            double predicted = matrix.Sum(row => row[c]), actual = matrix[c].Sum();
            right += matrix[c][c];
            both += predicted * actual;
            predictedSquares += predicted * predicted;
            actualSquares += actual * actual;
        }

        metrics["accuracy"] = right / n;
        var chance = both / (n * n);
        metrics["cohen_kappa"] = chance < 1 ? ((right / n) - chance) / (1 - chance) : null;
        // Gorodkin's R_K, the correlation coefficient for many classes.
        var scale = Math.Sqrt((n * n) - predictedSquares) * Math.Sqrt((n * n) - actualSquares);
        metrics["mcc"] = scale > 0 ? ((right * n) - both) / scale : null;
    }

    private static (List<ClassReport> Reports, List<Curve> Curves) OneAgainstRest(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels, IReadOnlyList<string> classes, long[][] matrix)
    {
        var k = classes.Count;
        var actual = labels.ToArray();
        var scores = new double[labels.Length];
        var reports = new List<ClassReport>(k);
        var curves = new List<(long Support, Curve Curve)>();
        for (var c = 0; c < k; c++)
        {
            for (var i = 0; i < scores.Length; i++)
                scores[i] = probabilities[(i * k) + c];
            long right = matrix[c][c], support = matrix[c].Sum(), predicted = matrix.Sum(row => row[c]);
            var counts = new ConfusionCounts(labels.Length - support - predicted + right, predicted - right, support - right, right);
            var of = c;
            var ranked = new RankedScores(scores, i => actual[i] == of);
            reports.Add(new(classes[c], support, predicted, counts.Precision, counts.Recall, counts.F1, ranked.RocAuc));
            if (ranked.Roc($"roc:{classes[c]}") is { } roc)
                curves.Add((support, roc));
        }

        return (reports, [.. curves.OrderByDescending(pair => pair.Support).Take(MostCurves).Select(pair => pair.Curve)]);
    }

    private static void AddMacro(MetricSet metrics, List<ClassReport> reports)
    {
        var seen = reports.FindAll(report => report.Support > 0 || report.Predicted > 0);
        var occurring = reports.FindAll(report => report.Support > 0);
        metrics["macro_precision"] = seen.Average(report => report.Precision ?? 0);
        metrics["macro_recall"] = seen.Average(report => report.Recall ?? 0);
        metrics["macro_f1"] = seen.Average(report => report.F1 ?? 0);
        metrics["weighted_f1"] = seen.Sum(report => report.Support * (report.F1 ?? 0)) / seen.Sum(report => report.Support);
        metrics["balanced_accuracy"] = occurring.Count > 1 ? occurring.Average(report => report.Recall) : null;
        metrics["macro_roc_auc"] = reports.Average(report => report.RocAuc);
    }
}
