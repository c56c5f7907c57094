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
    public static DriftStatistic? OfSamples(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) => Of(SamplePair.Of(reference, current));

    /// <inheritdoc cref="OfSamples"/>
    public static DriftStatistic? Of(SamplePair pair)
    {
        if (!pair.HasBoth)
            return null;
        // Integer arithmetic in units of 1/(n·m): ties and p are exact.
        long n = pair.ReferenceRows, m = pair.CurrentRows, apart = 0, most = 0;
        ReadOnlySpan<int> reference = pair.Reference, current = pair.Current;
        for (var i = 0; i < reference.Length; i++)
        {
            apart += (reference[i] * m) - (current[i] * n);
            most = Math.Max(most, Math.Abs(apart));
        }

        var d = (double)most / ((double)n * m);
        var p = Math.Max(n, m) <= LargestExact ? ExactTwoSample.Survival((int)n, (int)m, most) : Asymptotic(d, n, m);
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
