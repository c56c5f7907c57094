namespace Dashboard.Core.Data.Import;

/// <summary>Where a profile's histogram has its edges: at most 40 bins of equal width from the smallest to the largest value.</summary>
internal static class HistogramLayout
{
    private const int MaximumBins = 40;

    /// <summary>
    /// Edges, ascending. Whole numbers get bins of a whole width around them, because fractional bins would hold now one, now two of them and show a comb
    /// that is not in the data.
    /// </summary>
    public static double[] Edges(double minimum, double maximum, bool wholeNumbers)
    {
        if (double.IsNaN(minimum))
            return [];
        var span = maximum - minimum;
        if (!double.IsFinite(span))
            return [minimum, 0, maximum];
        if (wholeNumbers && span < 1e15)
        {
            var width = Math.Ceiling((span + 1) / MaximumBins);
            var bins = (int)Math.Ceiling((span + 1) / width);
            return [.. Enumerable.Range(0, bins + 1).Select(i => minimum - 0.5 + i * width)];
        }

        if (span <= 0 || minimum + span / MaximumBins <= minimum)
            return [minimum - Math.Max(0.5, Math.Abs(minimum) * 1e-9), maximum + Math.Max(0.5, Math.Abs(maximum) * 1e-9)];
        return [.. Enumerable.Range(0, MaximumBins).Select(i => minimum + i * span / MaximumBins), maximum];
    }

    /// <summary>The bin [edge, next edge) of a value; the last bin holds its upper edge too.</summary>
    public static int BinOf(double[] edges, double value)
    {
        var bins = edges.Length - 1;
        var guess = (int)Math.Clamp((value - edges[0]) / (edges[^1] - edges[0]) * bins, 0, bins - 1);
        while (guess > 0 && value < edges[guess])
            guess--;
        while (guess < bins - 1 && value >= edges[guess + 1])
            guess++;
        return guess;
    }
}
