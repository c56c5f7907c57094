namespace Dashboard.Core.Training.Evaluation;

/// <summary>
/// Binary labels ranked by descending score, equal scores taken as one step: what ROC, precision–recall and Kolmogorov–Smirnov need. Areas are exact:
/// they are sums of integers until the last division.
/// </summary>
public sealed class RankedScores
{
    private readonly List<long> truePositives = [0];
    private readonly List<long> falsePositives = [0];

    /// <param name="scores">Finite scores, higher means more positive.</param>
    /// <param name="isPositive">Whether row i is positive.</param>
    public RankedScores(ReadOnlySpan<double> scores, Func<int, bool> isPositive)
    {
        var keys = scores.ToArray();
        var rows = new int[keys.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = i;
        Array.Sort(keys, rows);
        long tp = 0, fp = 0;
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            if (isPositive(rows[i]))
                tp++;
            else
                fp++;
            if (i > 0 && keys[i - 1] == keys[i])
                continue;
            truePositives.Add(tp);
            falsePositives.Add(fp);
        }

        (Positives, Negatives) = (tp, fp);
    }

    public long Positives { get; }

    public long Negatives { get; }

    /// <summary>The chance that a positive row outranks a negative one, ties counting half (the Mann–Whitney statistic). Null without both classes.</summary>
    public double? RocAuc
    {
        get
        {
            if (Positives == 0 || Negatives == 0)
                return null;
            UInt128 doubled = 0;
            for (var i = 1; i < truePositives.Count; i++)
                doubled += (UInt128)(falsePositives[i] - falsePositives[i - 1]) * (ulong)(truePositives[i] + truePositives[i - 1]);
            return (double)doubled / (2.0 * Positives * Negatives);
        }
    }

    /// <summary>Average precision Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the steps, without interpolation (scikit-learn's definition). Null without positives or negatives.</summary>
    public double? AveragePrecision
    {
        get
        {
            if (Positives == 0 || Negatives == 0)
                return null;
            var sum = 0.0;
            for (var i = 1; i < truePositives.Count; i++)
                sum += (double)(truePositives[i] - truePositives[i - 1]) * truePositives[i] / (truePositives[i] + falsePositives[i]);
            return sum / Positives;
        }
    }

    /// <summary>The largest gap between true and false positive rate. Null without both classes.</summary>
    public double? KolmogorovSmirnov
    {
        get
        {
            if (Positives == 0 || Negatives == 0)
                return null;
            var most = 0.0;
            for (var i = 1; i < truePositives.Count; i++)
                most = Math.Max(most, ((double)truePositives[i] / Positives) - ((double)falsePositives[i] / Negatives));
            return most;
        }
    }

    /// <summary>True positive rate over false positive rate, thinned; null without both classes.</summary>
    public Curve? Roc(string name = "roc")
    {
        if (Positives == 0 || Negatives == 0)
            return null;
        var x = new double[truePositives.Count];
        var y = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
            (x[i], y[i]) = ((double)falsePositives[i] / Negatives, (double)truePositives[i] / Positives);
        return Thin(name, "False positive rate", "True positive rate", x, y);
    }

    /// <summary>Precision over recall from (0, 1) on, thinned; null without both classes.</summary>
    public Curve? PrecisionRecall()
    {
        if (Positives == 0 || Negatives == 0)
            return null;
        var x = new double[truePositives.Count];
        var y = new double[x.Length];
        y[0] = 1;
        for (var i = 1; i < x.Length; i++)
            (x[i], y[i]) = ((double)truePositives[i] / Positives, (double)truePositives[i] / (truePositives[i] + falsePositives[i]));
        return Thin("pr", "Recall", "Precision", x, y);
    }

    private static Curve Thin(string name, string xLabel, string yLabel, double[] x, double[] y)
    {
        var kept = CurveSampling.Keep(x, y);
        return new(name, xLabel, yLabel, [.. kept.Select(i => x[i])], [.. kept.Select(i => y[i])], null);
    }
}
