namespace Dashboard.Core.Monitoring.Drift;

/// <summary>Two-sample Kolmogorov–Smirnov test: D is the largest distance between the two distribution functions. D is its own effect size.</summary>
public static class KolmogorovSmirnov
{
    public const string Name = "ks";

    /// <summary>Up to this many rows on the larger side p is exact, as in scipy.</summary>
    public const int LargestExact = 10_000;

    /// <summary>
    /// On raw values; NaN is missing and dropped. p is exact up to <see cref="LargestExact"/> rows and from the one-sample distribution at n·m/(n + m) rows above, as in scipy.
    /// Null without rows on either side.
    /// </summary>
    public static DriftStatistic? OfSamples(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        double[] r = Samples.Sorted(reference), c = Samples.Sorted(current);
        if (r.Length == 0 || c.Length == 0)
            return null;
        // Integer arithmetic in units of 1/(n·m): ties and p are exact.
        long most = 0;
        for (int i = 0, j = 0; i < r.Length && j < c.Length;)
        {
            var at = Math.Min(r[i], c[j]);
            while (i < r.Length && r[i] == at)
                i++;
            while (j < c.Length && c[j] == at)
                j++;
            most = Math.Max(most, Math.Abs(((long)i * c.Length) - ((long)j * r.Length)));
        }

        var d = (double)most / ((double)r.Length * c.Length);
        var p = Math.Max(r.Length, c.Length) <= LargestExact ? ExactTwoSample.Survival(r.Length, c.Length, most) : Asymptotic(d, r.Length, c.Length);
        return new(Name, d, p, d);
    }

    /// <summary>
    /// On counts in the same ascending bins. The distance is seen at the bins' edges only, so D is a lower bound; <see cref="DriftStatistic.UpperBound"/> is the largest distance that
    /// rows inside the bins could have, at most the largest share of a bin more. p belongs to the lower bound, so it never claims more than the rows would. Null without rows on either side.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static DriftStatistic? OfCounts(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (referenceRows, currentRows) = Shares.Totals(reference, current);
        if (referenceRows == 0 || currentRows == 0)
            return null;
        var (d, upper, before) = (0.0, 0.0, 0.0);
        long r = 0, c = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            // Within a bin the distance is largest when all rows of one side come before all rows of the other.
            upper = Math.Max(upper, Math.Max(before + (reference[i] / referenceRows), (current[i] / currentRows) - before));
            r += reference[i];
            c += current[i];
            before = (r / referenceRows) - (c / currentRows);
            d = Math.Max(d, Math.Abs(before));
        }

        return new(Name, d, Asymptotic(d, referenceRows, currentRows), d) { UpperBound = Math.Min(1, Math.Max(d, upper)) };
    }

    private static double Asymptotic(double d, double n, double m) =>
        KolmogorovDistribution.Survival(d, (long)Math.Max(1, Math.Round(n * m / (n + m), MidpointRounding.ToEven)));
}
