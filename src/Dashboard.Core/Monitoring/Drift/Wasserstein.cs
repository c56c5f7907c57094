namespace Dashboard.Core.Monitoring.Drift;

/// <summary>First Wasserstein (earth mover's) distance ∫|F − G|, in the column's unit; the effect size is divided by max(standard deviation of the reference, 0.001), as Evidently does.</summary>
public static class Wasserstein
{
    public const string Name = "wasserstein";

    private const double SmallestDeviation = 0.001;

    /// <summary>On raw values; NaN is missing and dropped. Null without rows on either side and with an infinite value, whose distance is not a number.</summary>
    public static DriftStatistic? OfSamples(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        double[] r = Samples.Sorted(reference), c = Samples.Sorted(current);
        if (r.Length == 0 || c.Length == 0 || !double.IsFinite(r[0]) || !double.IsFinite(r[^1]) || !double.IsFinite(c[0]) || !double.IsFinite(c[^1]))
            return null;
        var distance = 0.0;
        var at = Math.Min(r[0], c[0]);
        for (int i = 0, j = 0; i < r.Length || j < c.Length;)
        {
            var next = j == c.Length || (i < r.Length && r[i] <= c[j]) ? r[i] : c[j];
            distance += (next - at) * Math.Abs(((double)i / r.Length) - ((double)j / c.Length));
            at = next;
            while (i < r.Length && r[i] == at)
                i++;
            while (j < c.Length && c[j] == at)
                j++;
        }

        return new(Name, distance, null, distance / Math.Max(Deviation(r), SmallestDeviation));
    }

    /// <summary>Standard deviation with n in the denominator.</summary>
    private static double Deviation(double[] values)
    {
        var (mean, squares) = (0.0, 0.0);
        foreach (var value in values)
            mean += value;
        mean /= values.Length;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares / values.Length);
    }
}
