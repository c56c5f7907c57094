namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Cramér–von Mises test for two samples (Anderson 1962): the squared distance of the distribution functions over all values instead of the largest one. Ties get middle ranks, as in scipy.
/// The effect size is the root mean square distance of the distribution functions.
/// </summary>
public static class CramerVonMises
{
    public const string Name = "cramer_von_mises";

    /// <summary>Up to this many rows on the larger side p is exact, as in scipy.</summary>
    public const int LargestExact = 20;

    /// <inheritdoc cref="Of"/>
    public static DriftStatistic? OfSamples(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) => Of(SamplePair.Of(reference, current));

    /// <summary>
    /// On raw values; NaN is missing and dropped, infinities are ranked. p is exact up to <see cref="LargestExact"/> rows; above, the statistic is brought to the mean and variance of its limit, whose tail is
    /// exact here (scipy's has an error of some 1e-7). Null with fewer than two rows on either side. For up to 10⁹ rows.
    /// </summary>
    public static DriftStatistic? Of(SamplePair pair)
    {
        long n = pair.ReferenceRows, m = pair.CurrentRows, all = n + m;
        if (n < 2 || m < 2)
            return null;
        // Anderson's U in quarters: middle ranks are halves.
        var quarters = RankDistances(pair);
        double product = (double)n * m;
        // T = U/(nm(n+m)) − (4nm − 1)/(6(n+m)), on one denominator, since for many rows the two nearly cancel.
        var statistic = (double)((6 * quarters) - ((Int128)4 * n * m * (((Int128)4 * n * m) - 1))) / (24 * product * all);
        var p = Math.Max(n, m) <= LargestExact ? ExactCramerVonMises.Survival(pair) : Asymptotic(statistic, n, m);
        return new(Name, statistic, p, Math.Min(1, Math.Sqrt(Math.Max(0, statistic - (1.0 / 6)) * all / product)));
    }

    /// <summary>What one value adds to 4·U: a reference and b current rows tied at their middle rank, behind r and c rows. Both sides' few rows must fit a long.</summary>
    internal static long Quarters(long n, long m, long r, long c, long a, long b) => (long)((n * Spread(a, b + (2 * c))) + (m * Spread(b, a + (2 * r))));

    /// <summary>4·U, U = n·Σ(rank − i)² over the reference + m·Σ(rank − j)² over the current sample.</summary>
    private static Int128 RankDistances(SamplePair pair)
    {
        ReadOnlySpan<int> reference = pair.Reference, current = pair.Current;
        Int128 ofReference = 0, ofCurrent = 0;
        long r = 0, c = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            long a = reference[i], b = current[i];
            ofReference += Spread(a, b + (2 * c));
            ofCurrent += Spread(b, a + (2 * r));
            r += a;
            c += b;
        }

        return (pair.ReferenceRows * ofReference) + (pair.CurrentRows * ofCurrent);
    }

    /// <summary>
    /// 4·Σ(rank − i)² over <paramref name="tied"/> rows of one side that share a middle rank: that rank is away from the mean of their own positions by half the other side's rows up to it, tied ones counted half,
    /// and the positions spread around their mean by tied·(tied² − 1)/12 in all.
    /// </summary>
    private static Int128 Spread(long tied, long twiceAway) => ((Int128)(tied * twiceAway) * twiceAway) + ((Int128)tied * ((tied * tied) - 1) / 3);

    /// <summary>Anderson's equations 11, 14 and 15.</summary>
    private static double Asymptotic(double statistic, double n, double m)
    {
        double product = n * m, all = n + m;
        var mean = (1 + (1 / all)) / 6;
        var variance = (all + 1) * ((4 * product * all) - (3 * ((n * n) + (m * m))) - (2 * product)) / (45 * all * all * 4 * product);
        return SmirnovTail.CramerVonMises((1.0 / 6) + ((statistic - mean) / Math.Sqrt(45 * variance)));
    }
}
