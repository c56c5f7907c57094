namespace Dashboard.Core.Monitoring.Sketches;

/// <summary>A distribution as steps: ascending values and, with each, how many values lie at or below it.</summary>
public sealed class RankedValues
{
    private readonly double[] values;
    private readonly long[] cumulative;

    private RankedValues(double[] values, long[] cumulative) => (this.values, this.cumulative) = (values, cumulative);

    /// <summary>Ascending; a value may occur several times.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>For each of <see cref="Values"/> the values up to and with it; the last is all of them.</summary>
    public ReadOnlySpan<long> Cumulative => cumulative;

    public long Count => cumulative.Length == 0 ? 0 : cumulative[^1];

    /// <summary>The smallest value with at least this share of the values at or below it; NaN without values.</summary>
    public double Quantile(double share)
    {
        if (values.Length == 0)
            return double.NaN;
        // A share like 9 / 280 times 280 must be the ninth value, though the product may be a little above 9.
        double product = share * Count, nearest = Math.Round(product);
        var wanted = Math.Max(1, (long)(Math.Abs(product - nearest) <= 1e-12 * Count ? nearest : Math.Ceiling(product)));
        var at = Array.BinarySearch(cumulative, wanted);
        return values[Math.Min(at < 0 ? ~at : at, values.Length - 1)];
    }

    /// <summary>The share of values at or below one; NaN without values.</summary>
    public double Rank(double value)
    {
        if (values.Length == 0)
            return double.NaN;
        int low = 0, high = values.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (values[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? 0 : (double)cumulative[low - 1] / Count;
    }

    internal static RankedValues Of(double[][] levels, int[] sizes, int held)
    {
        var ascending = new double[held];
        var weights = new long[held];
        var at = 0;
        for (var level = 0; level < levels.Length; level++)
        {
            levels[level].AsSpan(0, sizes[level]).CopyTo(ascending.AsSpan(at));
            weights.AsSpan(at, sizes[level]).Fill(1L << level);
            at += sizes[level];
        }

        Array.Sort(ascending, weights);
        for (var i = 1; i < held; i++)
            weights[i] += weights[i - 1];
        return new(ascending, weights);
    }
}
