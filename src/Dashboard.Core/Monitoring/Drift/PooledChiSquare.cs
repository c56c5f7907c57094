namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Two-sample chi-square test in which rare categories count as one: the approximation by the chi-square distribution needs some rows in each cell. A category is rare where fewer than
/// <see cref="FewestExpected"/> rows are expected on either side under equal shares (Cochran 1954). Which categories are rare depends on both sides together, so that the test stays fair.
/// </summary>
public static class PooledChiSquare
{
    public const string Name = "chi_square_pooled";

    /// <summary>Rows that must be expected in a cell, on either side.</summary>
    public const double FewestExpected = 5;

    /// <summary>
    /// On counts of the same categories; those that occur on neither side do not count. The pooled category is kept only where it is not rare itself, otherwise it joins the smallest kept one. With fewer than two
    /// categories left, p is Fisher's exact one for the most frequent category against the rest. The effect size is Cramér's V for samples of equal size, less what chance gives.
    /// Null without rows on either side.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static DriftStatistic? OfCounts(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (referenceRows, currentRows) = Shares.Totals(reference, current);
        if (referenceRows == 0 || currentRows == 0)
            return null;
        var (kept, rare) = Pool(reference, current, FewestExpected * (referenceRows + currentRows) / Math.Min(referenceRows, currentRows));
        if (kept.Count == 0 || (kept.Count == 1 && rare == default))
            return OfMostFrequent(reference, current, (long)referenceRows, (long)currentRows);
        if (rare != default)
            kept.Add(rare);
        long[] ofReference = [.. kept.Select(category => category.Reference)], ofCurrent = [.. kept.Select(category => category.Current)];
        var test = ChiSquare.OfCounts(ofReference, ofCurrent)!;
        return test with { Test = Name, EffectSize = ShareEffect.OfChiSquare(test.Statistic, kept.Count - 1, referenceRows, currentRows) };
    }

    /// <param name="least">Rows that a category needs on both sides together.</param>
    /// <returns>The categories that are not rare, and the sum of the rare ones; nothing where that was joined to the smallest kept category.</returns>
    private static (List<(long Reference, long Current)> Kept, (long Reference, long Current) Rare) Pool(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double least)
    {
        List<(long Reference, long Current)> kept = [];
        (long Reference, long Current) rare = default;
        var smallest = -1;
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] + current[i] < least)
            {
                rare = (rare.Reference + reference[i], rare.Current + current[i]);
                continue;
            }

            if (smallest < 0 || reference[i] + current[i] < kept[smallest].Reference + kept[smallest].Current)
                smallest = kept.Count;
            kept.Add((reference[i], current[i]));
        }

        if (rare == default || rare.Reference + rare.Current >= least || smallest < 0)
            return (kept, rare);
        kept[smallest] = (kept[smallest].Reference + rare.Reference, kept[smallest].Current + rare.Current);
        return (kept, default);
    }

    private static DriftStatistic OfMostFrequent(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, long referenceRows, long currentRows)
    {
        var most = 0;
        for (var i = 1; i < reference.Length; i++)
            if (reference[i] + current[i] > reference[most] + current[most])
                most = i;
        long inReference = reference[most], inCurrent = current[most];
        var test = ChiSquare.OfCounts([inReference, referenceRows - inReference], [inCurrent, currentRows - inCurrent])!;
        return new(Name, test.Statistic, FisherExact.TwoSided(inReference, referenceRows, inCurrent, currentRows),
            ShareEffect.OfShare((double)inReference / referenceRows, (double)inCurrent / currentRows));
    }
}
