namespace Dashboard.Core.Training.Evaluation;

/// <summary>Scores probabilities of the positive class against what happened. Definitions are scikit-learn's unless said.</summary>
public static class BinaryEvaluation
{
    /// <summary>scikit-learn clips probabilities to [ε, 1 − ε] with double's ε before it takes the logarithm.</summary>
    internal const double LogLossClip = 2.220446049250313e-16;

    /// <summary>
    /// Evaluates n rows. With a NaN or infinite score no figure is given: one over part of the rows would look as good as one over all.
    /// With scores outside [0, 1] the figures that need probabilities (log loss, Brier, calibration) stay out.
    /// </summary>
    /// <param name="probabilities">n probabilities of the positive class.</param>
    /// <param name="labels">n labels, 0 or 1.</param>
    /// <param name="threshold">A row is predicted positive from this probability on (≥).</param>
    /// <exception cref="ArgumentException">The lengths differ, or a label is neither 0 nor 1.</exception>
    public static EvaluationReport Evaluate(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels, double threshold)
    {
        var predicted = new int[probabilities.Length];
        for (var i = 0; i < predicted.Length; i++)
            predicted[i] = probabilities[i] >= threshold ? 1 : 0;
        return Evaluate(probabilities, predicted, labels);
    }

    /// <summary>Evaluates n rows whose classes were not decided by one threshold.</summary>
    /// <param name="predicted">n predicted classes, 0 or 1.</param>
    /// <inheritdoc cref="Evaluate(ReadOnlySpan{double}, ReadOnlySpan{int}, double)"/>
    public static EvaluationReport Evaluate(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> predicted, ReadOnlySpan<int> labels)
    {
        if (probabilities.Length != labels.Length || predicted.Length != labels.Length)
            throw new ArgumentException($"There are {probabilities.Length} probabilities, {predicted.Length} predictions and {labels.Length} labels; expected as many of each.", nameof(labels));
        var isProbability = true;
        var isFinite = true;
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] is not (0 or 1))
                throw new ArgumentException($"Label {labels[i]} of row {i} is neither 0 nor 1.", nameof(labels));
            isFinite &= double.IsFinite(probabilities[i]);
            isProbability &= probabilities[i] is >= 0 and <= 1;
        }

        if (!isFinite || labels.IsEmpty)
            return new(ModelTask.BinaryClassification, labels.Length, new Dictionary<string, double>(), null, [], null);

        var metrics = new MetricSet();
        var counts = Confusion(predicted, labels);
        AddConfusion(metrics, counts);
        var actual = labels.ToArray();
        var ranked = new RankedScores(probabilities, i => actual[i] == 1);
        AddRanking(metrics, ranked);
        var curves = new List<Curve>();
        if (ranked.Roc() is { } roc && ranked.PrecisionRecall() is { } pr)
            curves.AddRange([roc, pr]);
        if (isProbability)
            curves.Add(AddProbability(metrics, probabilities, labels));
        return new(ModelTask.BinaryClassification, labels.Length, metrics.Values,
            [[(long)counts.TrueNegatives, (long)counts.FalsePositives], [(long)counts.FalseNegatives, (long)counts.TruePositives]], curves, null);
    }

    /// <summary>−ln of the probability given to what happened, clipped as scikit-learn does.</summary>
    internal static double LogLoss(double probability, int label)
    {
        var clipped = Math.Clamp(probability, LogLossClip, 1 - LogLossClip);
        return -(label == 1 ? Math.Log(clipped) : Math.Log(1 - clipped));
    }

    private static ConfusionCounts Confusion(ReadOnlySpan<int> predicted, ReadOnlySpan<int> labels)
    {
        long tn = 0, fp = 0, fn = 0, tp = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (predicted[i] == 1)
                _ = labels[i] == 1 ? tp++ : fp++;
            else
                _ = labels[i] == 1 ? fn++ : tn++;
        }

        return new(tn, fp, fn, tp);
    }

    private static void AddConfusion(MetricSet metrics, ConfusionCounts counts)
    {
        metrics["accuracy"] = counts.Accuracy;
        metrics["balanced_accuracy"] = counts.BalancedAccuracy;
        metrics["precision"] = counts.Precision;
        metrics["recall"] = counts.Recall;
        metrics["specificity"] = counts.Specificity;
        metrics["f1"] = counts.F1;
        metrics["mcc"] = counts.Mcc;
        metrics["cohen_kappa"] = counts.CohenKappa;
        metrics["positive_rate"] = counts.PositiveRate;
        metrics["prevalence"] = counts.Prevalence;
    }

    private static void AddRanking(MetricSet metrics, RankedScores ranked)
    {
        metrics["roc_auc"] = ranked.RocAuc;
        metrics["gini"] = (2 * ranked.RocAuc) - 1;
        metrics["pr_auc"] = ranked.AveragePrecision;
        metrics["ks"] = ranked.KolmogorovSmirnov;
    }

    private static Curve AddProbability(MetricSet metrics, ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels)
    {
        var calibration = new Calibration();
        var (logLoss, brier) = (0.0, 0.0);
        for (var i = 0; i < labels.Length; i++)
        {
            logLoss += LogLoss(probabilities[i], labels[i]);
            brier += (probabilities[i] - labels[i]) * (probabilities[i] - labels[i]);
            calibration.Add(probabilities[i], labels[i] == 1);
        }

        metrics["log_loss"] = logLoss / labels.Length;
        metrics["brier"] = brier / labels.Length;
        metrics["ece"] = calibration.ExpectedError;
        return calibration.Curve();
    }
}
