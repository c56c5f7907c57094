namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Every test's figures for one feature, output or label against the reference, from counts in the same bins. They say how far and by which measure; whether it is drift is decided by blocks
/// (<see cref="Blocks.DriftStream"/>), since p of rows is small wherever there are many of them.
/// </summary>
/// <param name="ReferenceRows">With and without a value.</param>
/// <param name="Statistics">Empty where either side has no rows.</param>
public sealed record DriftFigures(long ReferenceRows, long CurrentRows, IReadOnlyList<DriftStatistic> Statistics)
{
    /// <summary>A test's figures by its name.</summary>
    public DriftStatistic? this[string test]
    {
        get
        {
            foreach (var statistic in Statistics)
                if (statistic.Test == test)
                    return statistic;
            return null;
        }
    }

    /// <summary>
    /// A number, counted in ascending bins that the reference fixed: PSI, Jensen–Shannon (base 2), Hellinger and Kullback–Leibler over coarse bins and missing, Kolmogorov–Smirnov with what the
    /// bins leave open, Wasserstein, Anderson–Darling and Cramér–von Mises with each bin's rows at its middle, and the change of the missing rate.
    /// </summary>
    /// <param name="middles">For each bin the value that stands for its rows, ascending.</param>
    /// <param name="widths">For each bin how far its rows may lie from each other; 0 where it holds one value.</param>
    /// <param name="reference">Rows in each bin.</param>
    /// <param name="referenceMissing">Rows without a value.</param>
    /// <param name="coarse">For each bin its coarse bin, ascending from 0: distances between shares are taken over these, since a hundred bins are mostly noise in few rows. Empty: over the bins themselves.</param>
    /// <exception cref="ArgumentException">The bins differ or a count is negative.</exception>
    public static DriftFigures OfNumber(ReadOnlySpan<double> middles, ReadOnlySpan<double> widths, ReadOnlySpan<long> reference, long referenceMissing, ReadOnlySpan<long> current, long currentMissing, ReadOnlySpan<int> coarse = default)
    {
        var (all, now) = (Sum(reference) + referenceMissing, Sum(current) + currentMissing);
        var found = new List<DriftStatistic?>(9);
        AddDistances(found, Merged(reference, referenceMissing, coarse), Merged(current, currentMissing, coarse));
        found.Add(KolmogorovSmirnov.OfCounts(reference, current));
        if (Pair(middles, reference, current) is { HasBoth: true } pair)
        {
            if (Wasserstein.Of(pair) is { } distance)
                found.Add(distance with { Error = Spread(widths, reference) + Spread(widths, current) });
            found.Add(AndersonDarling.Of(pair));
            found.Add(CramerVonMises.Of(pair));
        }

        if (referenceMissing + currentMissing > 0)
            found.Add(MissingRate.Of(referenceMissing, all, currentMissing, now));
        return new(all, now, [.. found.OfType<DriftStatistic>()]);
    }

    /// <summary>
    /// A category or a boolean, counted by value in the same order on both sides; values new to the model have a place of their own: PSI, Jensen–Shannon (base 2), Hellinger and
    /// Kullback–Leibler over values and missing, chi-square with rare values pooled, the share of new values and the change of the missing rate.
    /// </summary>
    /// <inheritdoc cref="OfNumber"/>
    public static DriftFigures OfCategory(ReadOnlySpan<long> reference, long referenceMissing, ReadOnlySpan<long> current, long currentMissing)
    {
        long[] referenceAll = [.. reference, referenceMissing], currentAll = [.. current, currentMissing];
        var (all, now) = (Sum(referenceAll), Sum(currentAll));
        var found = new List<DriftStatistic?>(7);
        AddDistances(found, referenceAll, currentAll);
        found.Add(PooledChiSquare.OfCounts(reference, current));
        found.Add(NewCategories.OfCounts(reference, current));
        if (referenceMissing + currentMissing > 0)
            found.Add(MissingRate.Of(referenceMissing, all, currentMissing, now));
        return new(all, now, [.. found.OfType<DriftStatistic>()]);
    }

    private static void AddDistances(List<DriftStatistic?> found, long[] reference, long[] current)
    {
        found.Add(PopulationStabilityIndex.OfCounts(reference, current));
        found.Add(JensenShannon.OfCounts(reference, current));
        found.Add(Hellinger.OfCounts(reference, current));
        found.Add(KullbackLeibler.OfCounts(reference, current));
    }

    /// <summary>Null where there are more rows than the rank tests can count.</summary>
    private static SamplePair? Pair(ReadOnlySpan<double> middles, ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (Sum(reference) > int.MaxValue || Sum(current) > int.MaxValue)
            return null;
        var (values, ofReference, ofCurrent) = (new List<double>(), new List<long>(), new List<long>());
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] + current[i] == 0)
                continue;
            values.Add(middles[i]);
            ofReference.Add(reference[i]);
            ofCurrent.Add(current[i]);
        }

        return SamplePair.OfCounts(values.ToArray(), ofReference.ToArray(), ofCurrent.ToArray());
    }

    /// <summary>By how much a sample's values may lie from the middles of their bins, on average.</summary>
    private static double Spread(ReadOnlySpan<double> widths, ReadOnlySpan<long> counts)
    {
        double sum = 0, rows = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += widths[i] / 2 * counts[i];
            rows += counts[i];
        }

        return rows == 0 ? 0 : sum / rows;
    }

    private static long[] Merged(ReadOnlySpan<long> counts, long missing, ReadOnlySpan<int> coarse)
    {
        if (coarse.IsEmpty)
            return [.. counts, missing];
        var merged = new long[coarse[^1] + 2];
        for (var i = 0; i < counts.Length; i++)
            merged[coarse[i]] += counts[i];
        merged[^1] = missing;
        return merged;
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
            sum += count;
        return sum;
    }
}
