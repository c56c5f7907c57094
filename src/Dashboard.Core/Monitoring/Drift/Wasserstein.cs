namespace Dashboard.Core.Monitoring.Drift;

/// <summary>First Wasserstein (earth mover's) distance ∫|F − G|, in the column's unit; the effect size is divided by max(standard deviation of the reference, 0.001), as Evidently does.</summary>
public static class Wasserstein
{
    public const string Name = "wasserstein";

    private const double SmallestDeviation = 0.001;

    /// <summary>On raw values; NaN is missing and dropped. Null without rows on either side, with an infinite value, whose distance is not a number, and where it is beyond the largest double.</summary>
    public static DriftStatistic? OfSamples(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) => Of(SamplePair.Of(reference, current));

    /// <inheritdoc cref="OfSamples"/>
    public static DriftStatistic? Of(SamplePair pair)
    {
        if (!pair.HasBoth || !pair.IsFinite)
            return null;
        ReadOnlySpan<double> values = pair.Values;
        ReadOnlySpan<int> reference = pair.Reference, current = pair.Current;
        double n = pair.ReferenceRows, m = pair.CurrentRows, distance = 0;
        long r = reference[0], c = current[0];
        for (var i = 1; i < values.Length; i++)
        {
            distance += (values[i] - values[i - 1]) * Math.Abs((r / n) - (c / m));
            r += reference[i];
            c += current[i];
        }

        var normalised = distance / Math.Max(Deviation(values, reference, n), SmallestDeviation);
        return double.IsFinite(distance) && double.IsFinite(normalised) ? new(Name, distance, null, normalised) : null;
    }

    /// <summary>Standard deviation of the reference with n in the denominator.</summary>
    private static double Deviation(ReadOnlySpan<double> values, ReadOnlySpan<int> counts, double n)
    {
        var (mean, squares) = (0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
            mean += values[i] * counts[i];
        mean /= n;
        for (var i = 0; i < values.Length; i++)
            squares += (values[i] - mean) * (values[i] - mean) * counts[i];
        return Math.Sqrt(squares / n);
    }
}
