namespace Dashboard.Core.Monitoring.Drift;

/// <summary>The values of a column, sorted once and shared by every test on it. NaN is missing: counted and dropped; infinities stay.</summary>
public sealed class SortedSample
{
    private readonly double[] values;

    private SortedSample(double[] values, int missing) => (this.values, Missing) = (values, missing);

    /// <summary>Ascending, without NaN.</summary>
    public ReadOnlySpan<double> Values => values;

    public int Count => values.Length;

    /// <summary>Rows without a value.</summary>
    public int Missing { get; }

    /// <summary>True where every value is finite.</summary>
    public bool IsFinite => values.Length == 0 || (double.IsFinite(values[0]) && double.IsFinite(values[^1]));

    /// <param name="values">In any order, NaN for missing; they are copied.</param>
    public static SortedSample Of(ReadOnlySpan<double> values)
    {
        var present = GC.AllocateUninitializedArray<double>(values.Length);
        var count = 0;
        foreach (var value in values)
        {
            present[count] = value;
            count += double.IsNaN(value) ? 0 : 1;
        }

        Array.Resize(ref present, count);
        RadixSort.Sort(present);
        return new(present, values.Length - count);
    }

    /// <summary>The same without infinities, which count as missing.</summary>
    public SortedSample Finite()
    {
        if (IsFinite)
            return this;
        var start = CountUpTo(double.NegativeInfinity);
        var finite = values[start..CountBelow(double.PositiveInfinity)];
        return new(finite, Missing + values.Length - finite.Length);
    }

    /// <summary>Linear interpolation between order statistics (NumPy's default, Hyndman and Fan's type 7). There must be a value.</summary>
    /// <param name="level">In [0, 1].</param>
    public double Quantile(double level)
    {
        var at = level * (values.Length - 1);
        var below = (int)Math.Floor(at);
        return Between(values[below], values[Math.Min(below + 1, values.Length - 1)], at - below);
    }

    /// <summary>The value at a part of the way from one order statistic to the next, as NumPy has it.</summary>
    internal static double Between(double low, double high, double part)
    {
        if (part == 0 || low == high)
            return low;
        // Between infinities, and where the step is beyond the largest double, there is nothing to interpolate.
        if (!double.IsFinite(high - low))
            return part < 0.5 ? low : high;
        // NumPy interpolates from the nearer end; the last digits differ.
        return part < 0.5 ? low + ((high - low) * part) : high - ((high - low) * (1 - part));
    }

    /// <summary>The number of values that are at most <paramref name="limit"/>.</summary>
    public int CountUpTo(double limit) => double.IsPositiveInfinity(limit) ? values.Length : CountBelow(double.BitIncrement(limit));

    /// <summary>The number of values that are less than <paramref name="limit"/>.</summary>
    public int CountBelow(double limit)
    {
        int low = 0, high = values.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (values[middle] < limit)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
