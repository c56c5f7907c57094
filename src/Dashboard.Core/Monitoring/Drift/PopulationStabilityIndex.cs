namespace Dashboard.Core.Monitoring.Drift;

/// <summary>PSI = Σ (c − r)·ln(c / r) over shares c of the current and r of the reference sample; an empty share counts as 1e-4.</summary>
public static class PopulationStabilityIndex
{
    public const string Name = "psi";

    /// <summary>What stands in for an empty share.</summary>
    public const double EmptyShare = 1e-4;

    /// <summary>On counts in the same bins or categories; null without rows on either side.</summary>
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static DriftStatistic? OfCounts(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (referenceRows, currentRows) = Shares.Totals(reference, current);
        if (referenceRows == 0 || currentRows == 0)
            return null;
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var r = reference[i] == 0 ? EmptyShare : reference[i] / referenceRows;
            var c = current[i] == 0 ? EmptyShare : current[i] / currentRows;
            sum += (c - r) * Math.Log(c / r);
        }

        return new(Name, sum, null, sum);
    }

    /// <summary>On raw values, in quantile bins of the reference. NaN is missing and dropped.</summary>
    public static DriftStatistic? OfSamples(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int bins = 10) => Of(SortedSample.Of(reference), SortedSample.Of(current), bins);

    /// <inheritdoc cref="OfSamples"/>
    public static DriftStatistic? Of(SortedSample reference, SortedSample current, int bins = 10)
    {
        if (reference.Count == 0 || current.Count == 0)
            return null;
        var edges = QuantileEdges(reference, bins);
        return OfCounts(Count(reference, edges), Count(current, edges));
    }

    /// <summary>The inner edges of quantile bins, equal ones merged. Bin i holds (edge i−1, edge i]; the first and the last bin are open.</summary>
    /// <param name="reference">Must have a value.</param>
    public static double[] QuantileEdges(SortedSample reference, int bins = 10) => QuantileEdges(reference.Quantile, reference.Values[0], reference.Values[^1], bins);

    /// <inheritdoc cref="QuantileEdges(SortedSample, int)"/>
    /// <param name="quantile">The reference's quantile at a level in [0, 1].</param>
    /// <param name="first">The smallest value.</param>
    /// <param name="last">The largest value.</param>
    internal static double[] QuantileEdges(Func<double, double> quantile, double first, double last, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var edges = new List<double>(bins);
        for (var i = 1; i < bins; i++)
        {
            var edge = quantile((double)i / bins);
            if (edge > first && edge < last && (edges.Count == 0 || edge > edges[^1]))
                edges.Add(edge);
        }

        return [.. edges];
    }

    /// <summary>How many values lie in each of the bins that <see cref="QuantileEdges"/> cuts.</summary>
    public static long[] Count(SortedSample sample, double[] edges)
    {
        var counts = new long[edges.Length + 1];
        var before = 0;
        for (var i = 0; i < edges.Length; i++)
        {
            var upTo = sample.CountUpTo(edges[i]);
            (counts[i], before) = (upTo - before, upTo);
        }

        counts[^1] = sample.Count - before;
        return counts;
    }
}
