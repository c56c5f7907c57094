using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// Sampling errors of a binary model's figures. For ROC-AUC, F1, precision, recall, specificity and accuracy as NannyML defines them: the standard deviation of
/// what one relevant row contributes, over √(n × the share of relevant rows). Agreement coefficients by the delta method, average precision by resampling.
/// </summary>
internal static class BinarySamplingErrors
{
    private const int Resamples = 100;
    private const int MostResampled = 20_000;
    private const int Seed = 42;

    /// <param name="scores">n finite scores.</param>
    /// <param name="predicted">n predicted classes, 0 or 1.</param>
    /// <param name="labels">n actual classes, 0 or 1.</param>
    public static SamplingErrors Of(ReadOnlySpan<double> scores, ReadOnlySpan<int> predicted, ReadOnlySpan<int> labels)
    {
        var n = labels.Length;
        var cells = new double[4];
        var areProbabilities = true;
        double[] logLosses = new double[n], squares = new double[n];
        for (var row = 0; row < n; row++)
        {
            cells[(2 * labels[row]) + predicted[row]]++;
            areProbabilities &= scores[row] is >= 0 and <= 1;
            logLosses[row] = BinaryEvaluation.LogLoss(scores[row], labels[row]);
            squares[row] = (scores[row] - labels[row]) * (scores[row] - labels[row]);
        }

        var counts = new ConfusionCounts(cells[0], cells[1], cells[2], cells[3]);
        var errors = new MetricSet();
        var auc = Ranking(scores, labels, n);
        errors["roc_auc"] = auc;
        errors["gini"] = 2 * auc;
        errors["pr_auc"] = AveragePrecision(scores, labels);
        AddCounts(errors, counts);
        var agreement = new AgreementErrors(cells, 2);
        errors["mcc"] = agreement.Mcc;
        errors["cohen_kappa"] = agreement.CohenKappa;
        if (areProbabilities)
        {
            errors["log_loss"] = Deviation(logLosses);
            errors["brier"] = Deviation(squares);
        }

        return new(errors.Values, n);
    }

    /// <summary>Standard deviation of the population (divisor n).</summary>
    internal static double Deviation(ReadOnlySpan<double> values)
    {
        var mean = 0.0;
        foreach (var value in values)
            mean += value;
        mean /= values.Length;
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares / values.Length);
    }

    /// <summary>Error for one row of the share of hits among relevant rows.</summary>
    internal static double? OfShare(double hits, double relevant, double rows) =>
        relevant > 0 ? Math.Sqrt(hits / relevant * (1 - (hits / relevant)) / (relevant / rows)) : null;

    /// <summary>F1 is a multiple of the share of hits among all rows that are positive or predicted so.</summary>
    internal static double? OfF1(ConfusionCounts counts, double rows)
    {
        var relevant = counts.TruePositives + counts.FalsePositives + counts.FalseNegatives;
        return OfShare(counts.TruePositives, relevant, rows) * (relevant / (counts.TruePositives + (0.5 * (counts.FalsePositives + counts.FalseNegatives))));
    }

    /// <summary>The area is the mean, over rows of the rarer class, of the share of the other class that each outranks.</summary>
    internal static double? Ranking(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels, double rows)
    {
        var positive = new bool[labels.Length];
        for (var row = 0; row < positive.Length; row++)
            positive[row] = labels[row] == 1;
        var placements = new Placements(scores, positive);
        if (placements.Positives == 0 || placements.Negatives == 0)
            return null;
        var rarer = placements.Positives <= placements.Negatives;
        var shares = new List<double>();
        for (var row = 0; row < positive.Length; row++)
            if (positive[row] == rarer)
                shares.Add(placements[row]);
        return Deviation(shares.ToArray()) / Math.Sqrt(shares.Count / rows);
    }

    private static void AddCounts(MetricSet errors, ConfusionCounts counts)
    {
        var n = counts.Rows;
        var recall = OfShare(counts.TruePositives, counts.Positives, n);
        var specificity = OfShare(counts.TrueNegatives, counts.Negatives, n);
        errors["accuracy"] = OfShare(counts.TruePositives + counts.TrueNegatives, n, n);
        errors["precision"] = OfShare(counts.TruePositives, counts.PredictedPositives, n);
        errors["recall"] = recall;
        errors["specificity"] = specificity;
        // Positives and negatives are different rows.
        errors["balanced_accuracy"] = Math.Sqrt((recall * recall) + (specificity * specificity) ?? double.NaN) / 2;
        errors["f1"] = OfF1(counts, n);
        errors["prevalence"] = OfShare(counts.Positives, n, n);
    }

    /// <summary>The spread over resamples of half the rows, as NannyML does it; drawn by a fixed seed, and twice as many, so that it is the same every time.</summary>
    private static double? AveragePrecision(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels)
    {
        var size = Math.Min(scores.Length / 2, MostResampled);
        if (size == 0)
            return null;
        var random = new Random(Seed);
        var drawn = new double[size];
        var actual = new bool[size];
        var areas = new List<double>();
        for (var sample = 0; sample < Resamples; sample++)
        {
            for (var i = 0; i < size; i++)
            {
                var row = random.Next(scores.Length);
                (drawn[i], actual[i]) = (scores[row], labels[row] == 1);
            }

            if (new RankedScores(drawn, i => actual[i]).AveragePrecision is { } area)
                areas.Add(area);
        }

        return areas.Count < 2 ? null : Deviation(areas.ToArray()) * Math.Sqrt(size);
    }
}
