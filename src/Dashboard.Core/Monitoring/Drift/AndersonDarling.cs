namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Anderson–Darling test for two samples, for discrete and continuous values alike: the midrank version of Scholz and Stephens (1987, equation 7), standardised by its exact mean and variance, as in
/// scipy. It sees differences in the tails better than Kolmogorov–Smirnov. The effect size is the root mean square distance of the distribution functions, weighted with 1/(H(1 − H)).
/// </summary>
public static class AndersonDarling
{
    public const string Name = "anderson_darling";

    /// <summary>Above and below these levels scipy's p is cut off.</summary>
    private const double LargestTabled = 0.25, SmallestTabled = 0.001;

    /// <summary>The variance of the limit of A² is 2(π² − 9)/3.</summary>
    private static readonly double LimitDeviation = Math.Sqrt(2 * ((Math.PI * Math.PI) - 9) / 3);

    /// <summary>The critical values of Scholz and Stephens's table 2 for two samples, and their levels.</summary>
    private static readonly double[] Critical = [0.325, 1.226, 1.961, 2.718, 3.752, 4.592, 6.546];
    private static readonly double[] Levels = [LargestTabled, 0.1, 0.05, 0.025, 0.01, 0.005, SmallestTabled];

    /// <summary>ln p as a parabola of the statistic through the table, by least squares as in scipy.</summary>
    private static readonly double[] Parabola = MathNet.Numerics.Fit.Polynomial(Critical, Array.ConvertAll(Levels, Math.Log), 2);

    /// <inheritdoc cref="Of"/>
    public static DriftStatistic? OfSamples(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) => Of(SamplePair.Of(reference, current));

    /// <summary>
    /// On raw values; NaN is missing and dropped, infinities are ranked. p between 0.001 and 0.25 is scipy's interpolation; beyond, where scipy cuts it off, it is the limit distribution's, and no gap is
    /// jumped the wrong way. Null where a side has no row, with fewer than 4 rows in all, and where all values are equal.
    /// </summary>
    public static DriftStatistic? Of(SamplePair pair)
    {
        if (!pair.HasBoth || pair.Distinct < 2 || pair.ReferenceRows + pair.CurrentRows < 4)
            return null;
        double n = pair.ReferenceRows, m = pair.CurrentRows, all = n + m;
        var squared = Statistic(pair);
        var standardised = (squared - 1) / Math.Sqrt(Variance(n, m));
        return new(Name, standardised, PValue(standardised), Math.Min(1, Math.Sqrt(Math.Max(0, squared - 1) * all / (n * m))));
    }

    /// <summary>The tail of the standardised statistic.</summary>
    public static double PValue(double standardised)
    {
        if (standardised >= Critical[0] && standardised <= Critical[^1])
            return Interpolated(standardised);
        var limit = SmirnovTail.AndersonDarling(1 + (standardised * LimitDeviation));
        return standardised < Critical[0] ? Math.Max(limit, Interpolated(Critical[0])) : Math.Min(limit, Interpolated(Critical[^1]));
    }

    private static double Interpolated(double standardised) => Math.Exp(Parabola[0] + (standardised * (Parabola[1] + (standardised * Parabola[2]))));

    private static double Statistic(SamplePair pair)
    {
        ReadOnlySpan<int> reference = pair.Reference, current = pair.Current;
        double n = pair.ReferenceRows, m = pair.CurrentRows, all = n + m, sum = 0;
        long before = 0, referenceBefore = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            double tied = reference[i] + (long)current[i], middle = before + (tied / 2);
            // The same for both samples but for its sign.
            var apart = (all * (referenceBefore + (reference[i] / 2.0))) - (middle * n);
            sum += tied * apart * apart / ((middle * (all - middle)) - (all * tied / 4));
            before += (long)tied;
            referenceBefore += reference[i];
        }

        return sum / all * ((1 / n) + (1 / m)) * (all - 1) / all;
    }

    /// <summary>Scholz and Stephens, equation 4, for k = 2.</summary>
    private static double Variance(double n, double m)
    {
        double all = n + m, inverses = (1 / n) + (1 / m), h = 0, g = 0;
        for (var i = (long)all - 1; i > 1; i--)
        {
            h += 1.0 / i;
            g += h / (all - i + 1);
        }

        h += 1;
        var a = (4 * g) - 6 + ((10 - (6 * g)) * inverses);
        var b = (4 * ((2 * g) - 4)) + (16 * h) + (((2 * g) - (14 * h) - 4) * inverses) - (8 * h) + (4 * g) - 6;
        var c = (4 * ((6 * h) + (2 * g) - 2)) + (2 * ((4 * h) - (4 * g) + 6)) + (((2 * h) - 6) * inverses) + (4 * h);
        var d = (4 * ((2 * h) + 6)) - (8 * h);
        return ((a * all * all * all) + (b * all * all) + (c * all) + d) / ((all - 1) * (all - 2) * (all - 3));
    }
}
