namespace Dashboard.Core.Monitoring.Drift.Peers;

/// <summary>
/// NannyML's rule (0.13), for those who compare: the Jensen–Shannon distance in base 2 to the reference, on Doane's bins of the reference for numbers; drift above mean + 3 standard deviations of
/// the distances of the reference's own chunks, a tenth of its rows each, in their order. Missing values are dropped. A table has drifted when any column has.
/// </summary>
public static class NannyMLRule
{
    public const string Name = "jensen_shannon";

    private const int Chunks = 10, Deviations = 3;

    /// <param name="reference">In its own order, NaN for missing; infinities, which have no bin, count as missing.</param>
    /// <returns>Null where a side has no value.</returns>
    public static PeerVerdict? OfNumbers(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        var sorted = SortedSample.Of(reference).Finite();
        if (sorted.Count == 0)
            return null;
        var edges = NumPyBins.Doane(sorted);
        int[] ofReference = new int[reference.Length], ofCurrent = new int[current.Length];
        for (var i = 0; i < ofReference.Length; i++)
            ofReference[i] = BinOf(reference[i], edges);
        for (var i = 0; i < ofCurrent.Length; i++)
            ofCurrent[i] = BinOf(current[i], edges);
        return OfCodes(ofReference, ofCurrent, edges.Length);
    }

    /// <param name="reference">Each row's category, from 0 on, in the rows' own order; −1 for missing.</param>
    /// <param name="categories">The number of categories on both sides; new ones have the last places.</param>
    /// <returns>Null where a side has no value.</returns>
    public static PeerVerdict? OfCodes(ReadOnlySpan<int> reference, ReadOnlySpan<int> current, int categories)
    {
        var all = Count(reference, categories);
        if (Distance(all, Count(current, categories)) is not { } score)
            return null;
        List<double> own = [];
        var size = Math.Max(1, reference.Length / Chunks);
        for (var start = 0; start < reference.Length; start += size)
            if (Distance(all, Count(reference.Slice(start, Math.Min(size, reference.Length - start)), categories)) is { } distance)
                own.Add(distance);
        var mean = own.Average();
        var deviation = Math.Sqrt(own.Sum(distance => (distance - mean) * (distance - mean)) / own.Count);
        var upper = mean + (Deviations * deviation);
        return new(Name, score, false, upper, score > upper);
    }

    private static double? Distance(long[] reference, long[] current)
    {
        // All values of the chunk that the reference does not have are one more category.
        var (known, others) = (new List<(long Reference, long Current)>(reference.Length), 0L);
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] > 0)
                known.Add((reference[i], current[i]));
            else
                others += current[i];
        }

        known.Add((0, others));
        return JensenShannon.OfCounts([.. known.Select(pair => pair.Reference)], [.. known.Select(pair => pair.Current)])?.Statistic;
    }

    private static long[] Count(ReadOnlySpan<int> codes, int categories)
    {
        var counts = new long[categories];
        foreach (var code in codes)
            if (code >= 0)
                counts[code]++;
        return counts;
    }

    /// <summary>What lies outside the reference's bins has one of its own, the last.</summary>
    private static int BinOf(double value, double[] edges)
    {
        if (!double.IsFinite(value))
            return -1;
        if (value < edges[0] || value > edges[^1])
            return edges.Length - 1;
        var found = Array.BinarySearch(edges, value);
        return Math.Min(found >= 0 ? found : ~found - 1, edges.Length - 2);
    }
}
