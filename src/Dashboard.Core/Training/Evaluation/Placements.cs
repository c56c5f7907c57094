namespace Dashboard.Core.Training.Evaluation;

/// <summary>
/// Each row's place among the other class: for a positive the share of negatives ranked below it, for a negative the share of positives ranked above it, ties counting half.
/// Their mean over either class is the ROC-AUC, their spread its variance (DeLong, DeLong and Clarke-Pearson 1988; by ranks in O(n log n) as Sun and Xu 2014).
/// </summary>
internal sealed class Placements
{
    private readonly double[] placement;
    private readonly bool[] isPositive;

    public Placements(ReadOnlySpan<double> scores, bool[] positive)
    {
        isPositive = [.. positive];
        placement = new double[scores.Length];
        var keys = scores.ToArray();
        var rows = new int[keys.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
            Positives += positive[i] ? 1 : 0;
        }

        Negatives = rows.Length - Positives;
        Array.Sort(keys, rows);
        int positivesBelow = 0, negativesBelow = 0;
        for (int from = 0, to; from < keys.Length; from = to)
        {
            var positivesTied = 0;
            for (to = from; to < keys.Length && keys[to] == keys[from]; to++)
                positivesTied += positive[rows[to]] ? 1 : 0;
            var negativesTied = to - from - positivesTied;
            for (var i = from; i < to; i++)
                placement[rows[i]] = positive[rows[i]]
                    ? (negativesBelow + (negativesTied / 2.0)) / Negatives
                    : (Positives - positivesBelow - (positivesTied / 2.0)) / Positives;
            positivesBelow += positivesTied;
            negativesBelow += negativesTied;
        }

        var sum = 0.0;
        for (var i = 0; i < placement.Length; i++)
            if (positive[i])
                sum += placement[i];
        Auc = sum / Positives;
    }

    public int Positives { get; }

    public int Negatives { get; }

    public double Auc { get; }

    public double this[int row] => placement[row];

    /// <summary>The variance of the ROC-AUC; NaN under two rows of a class.</summary>
    public double Variance
    {
        get
        {
            var (amongPositives, amongNegatives) = (0.0, 0.0);
            for (var i = 0; i < placement.Length; i++)
            {
                var deviation = placement[i] - Auc;
                if (isPositive[i])
                    amongPositives += deviation * deviation;
                else
                    amongNegatives += deviation * deviation;
            }

            return (amongPositives / (Positives - 1) / Positives) + (amongNegatives / (Negatives - 1) / Negatives);
        }
    }

    /// <summary>The variance of the difference between two ROC-AUCs on the same rows.</summary>
    public static double VarianceOfDifference(Placements one, Placements other)
    {
        var shift = other.Auc - one.Auc;
        var (amongPositives, amongNegatives) = (0.0, 0.0);
        for (var i = 0; i < one.placement.Length; i++)
        {
            var deviation = other.placement[i] - one.placement[i] - shift;
            if (one.isPositive[i])
                amongPositives += deviation * deviation;
            else
                amongNegatives += deviation * deviation;
        }

        return (amongPositives / (one.Positives - 1) / one.Positives) + (amongNegatives / (one.Negatives - 1) / one.Negatives);
    }
}
