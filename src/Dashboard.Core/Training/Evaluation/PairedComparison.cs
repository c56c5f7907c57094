namespace Dashboard.Core.Training.Evaluation;

/// <summary>How far two models are apart in one metric on the same rows.</summary>
/// <param name="Metric">The metric's key; see <see cref="MetricInfo"/>.</param>
/// <param name="Difference">Challenger − champion, in the metric's own direction.</param>
/// <param name="Lower">Lower end of the 95 % confidence interval of the difference.</param>
/// <param name="Upper">Upper end.</param>
public sealed record PairedDifference(string Metric, double Champion, double Challenger, double Difference, double Lower, double Upper);

/// <summary>
/// Differences between two models that scored the same rows. Pairing removes what both find hard, so that small differences show. All intervals are normal approximations and need no random numbers:
/// DeLong's for ROC-AUC (DeLong, DeLong and Clarke-Pearson 1988), the mean of per-row differences for mean losses, the delta method for RMSE and for the macro ROC-AUC. What is not defined
/// (one class only, fewer than two rows of a class, a NaN) is left out of the list.
/// </summary>
public static class PairedComparison
{
    private const double Normal975 = 1.959963984540054;

    /// <summary>ROC-AUC, then log loss.</summary>
    /// <param name="champion">n probabilities of the positive class.</param>
    /// <param name="challenger">n probabilities of the positive class, of the same rows.</param>
    /// <param name="labels">n labels, 0 or 1.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static IReadOnlyList<PairedDifference> Binary(ReadOnlySpan<double> champion, ReadOnlySpan<double> challenger, ReadOnlySpan<int> labels)
    {
        Check(champion, challenger, labels.Length);
        if (!AllFinite(champion) || !AllFinite(challenger))
            return [];
        var found = new List<PairedDifference>(2);
        var positive = new bool[labels.Length];
        for (var i = 0; i < positive.Length; i++)
            positive[i] = labels[i] == 1;
        var one = new Placements(champion, positive);
        var other = new Placements(challenger, positive);
        if (one.Positives > 1 && one.Negatives > 1)
            found.Add(Difference("roc_auc", one.Auc, other.Auc, Math.Sqrt(Placements.VarianceOfDifference(one, other))));
        if (AreProbabilities(champion) && AreProbabilities(challenger))
        {
            var losses = new PairedLosses();
            for (var i = 0; i < labels.Length; i++)
                losses.Add(BinaryEvaluation.LogLoss(champion[i], labels[i]), BinaryEvaluation.LogLoss(challenger[i], labels[i]));
            losses.AddTo(found, "log_loss");
        }

        return found;
    }

    /// <summary>Macro one-vs-rest ROC-AUC over the classes that occur, then log loss.</summary>
    /// <param name="champion">n×K probabilities, row by row.</param>
    /// <param name="challenger">n×K probabilities of the same rows.</param>
    /// <param name="labels">n class positions.</param>
    /// <param name="classes">K.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static IReadOnlyList<PairedDifference> Multiclass(ReadOnlySpan<double> champion, ReadOnlySpan<double> challenger, ReadOnlySpan<int> labels, int classes)
    {
        Check(champion, challenger, checked(labels.Length * classes));
        if (!AllFinite(champion) || !AllFinite(challenger))
            return [];
        var found = new List<PairedDifference>(2);
        AddMacroAuc(found, champion, challenger, labels, classes);
        if (AreProbabilities(champion) && AreProbabilities(challenger))
        {
            var losses = new PairedLosses();
            for (var i = 0; i < labels.Length; i++)
                losses.Add(MulticlassEvaluation.LogLoss(champion.Slice(i * classes, classes), labels[i]), MulticlassEvaluation.LogLoss(challenger.Slice(i * classes, classes), labels[i]));
            losses.AddTo(found, "log_loss");
        }

        return found;
    }

    /// <summary>RMSE, then MAE.</summary>
    /// <param name="champion">n predictions.</param>
    /// <param name="challenger">n predictions of the same rows.</param>
    /// <param name="actual">n actual values.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static IReadOnlyList<PairedDifference> Regression(ReadOnlySpan<double> champion, ReadOnlySpan<double> challenger, ReadOnlySpan<double> actual)
    {
        Check(champion, challenger, actual.Length);
        if (!AllFinite(champion) || !AllFinite(challenger) || !AllFinite(actual) || actual.Length < 2)
            return [];
        var found = new List<PairedDifference>(2);
        var absolute = new PairedLosses();
        var squared = new PairedLosses();
        for (var i = 0; i < actual.Length; i++)
        {
            double one = champion[i] - actual[i], other = challenger[i] - actual[i];
            absolute.Add(Math.Abs(one), Math.Abs(other));
            squared.Add(one * one, other * other);
        }

        double championRmse = Math.Sqrt(squared.First), challengerRmse = Math.Sqrt(squared.Second);
        if (championRmse > 0 && challengerRmse > 0)
        {
            // √ has the derivative 1/(2·RMSE): each row moves the difference of the roots by its share of both.
            var slopes = new PairedLosses();
            for (var i = 0; i < actual.Length; i++)
            {
                double one = champion[i] - actual[i], other = challenger[i] - actual[i];
                slopes.Add(one * one / (2 * championRmse), other * other / (2 * challengerRmse));
            }

            found.Add(Difference("rmse", championRmse, challengerRmse, slopes.StandardError));
        }

        absolute.AddTo(found, "mae");
        return found;
    }

    internal static PairedDifference Difference(string metric, double champion, double challenger, double standardError)
    {
        var difference = challenger - champion;
        return new(metric, champion, challenger, difference, difference - (Normal975 * standardError), difference + (Normal975 * standardError));
    }

    private static void AddMacroAuc(List<PairedDifference> found, ReadOnlySpan<double> champion, ReadOnlySpan<double> challenger, ReadOnlySpan<int> labels, int classes)
    {
        var n = labels.Length;
        var influence = new double[n];
        double[] one = new double[n], other = new double[n];
        var positive = new bool[n];
        var (championSum, challengerSum, counted) = (0.0, 0.0, 0);
        for (var c = 0; c < classes; c++)
        {
            for (var i = 0; i < n; i++)
                (one[i], other[i], positive[i]) = (champion[(i * classes) + c], challenger[(i * classes) + c], labels[i] == c);
            var first = new Placements(one, positive);
            if (first.Positives == 0 || first.Negatives == 0)
                continue;
            var second = new Placements(other, positive);
            counted++;
            championSum += first.Auc;
            challengerSum += second.Auc;
            for (var i = 0; i < n; i++)
                influence[i] += (second[i] - second.Auc - first[i] + first.Auc) * n / (positive[i] ? first.Positives : first.Negatives);
        }

        if (counted == 0 || n < 2)
            return;
        var squares = 0.0;
        foreach (var value in influence)
            squares += value * value;
        found.Add(Difference("macro_roc_auc", championSum / counted, challengerSum / counted, Math.Sqrt(squares / (n - 1) / n) / counted));
    }

    private static void Check(ReadOnlySpan<double> champion, ReadOnlySpan<double> challenger, int expected)
    {
        if (champion.Length != expected || challenger.Length != expected)
            throw new ArgumentException($"The champion has {champion.Length} scores and the challenger {challenger.Length}; expected {expected} of each.", nameof(challenger));
    }

    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (!double.IsFinite(value))
                return false;
        return true;
    }

    private static bool AreProbabilities(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (value is not (>= 0 and <= 1))
                return false;
        return true;
    }
}
