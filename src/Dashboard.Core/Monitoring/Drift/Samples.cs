namespace Dashboard.Core.Monitoring.Drift;

/// <summary>Raw values as the tests on samples take them: NaN is missing and dropped, infinities stay.</summary>
internal static class Samples
{
    public static double[] Sorted(ReadOnlySpan<double> values)
    {
        var present = new double[values.Length];
        var count = 0;
        foreach (var value in values)
            if (!double.IsNaN(value))
                present[count++] = value;
        Array.Resize(ref present, count);
        Array.Sort(present);
        return present;
    }

    /// <summary>Linear interpolation between order statistics (NumPy's default, Hyndman and Fan's type 7).</summary>
    public static double Quantile(ReadOnlySpan<double> ascending, double level)
    {
        var at = level * (ascending.Length - 1);
        var below = (int)Math.Floor(at);
        var low = ascending[below];
        if (below + 1 >= ascending.Length || at == below || low == ascending[below + 1])
            return low;
        var high = ascending[below + 1];
        var part = at - below;
        // NumPy interpolates from the nearer end; the last digits differ.
        return part < 0.5 ? low + ((high - low) * part) : high - ((high - low) * (1 - part));
    }
}
