namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Whether the share of missing values changed. The statistic is the difference of the shares, current less reference; p is Fisher's exact one up to <see cref="LargestExact"/> rows with or without a value,
/// beyond it the chi-square test's. The effect size is Cramér's V for samples of equal size.
/// </summary>
public static class MissingRate
{
    public const string Name = "missing_rate";

    /// <summary>Up to this many missing (or present) rows on both sides together p is exact; above, the approximation is as good.</summary>
    public const int LargestExact = 10_000;

    /// <summary>Null where a side has no row, and where nothing is missing on either side: then there is nothing to test.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer rows than missing ones, or a count is negative.</exception>
    public static DriftStatistic? Of(long referenceMissing, long referenceRows, long currentMissing, long currentRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(referenceMissing);
        ArgumentOutOfRangeException.ThrowIfNegative(currentMissing);
        ArgumentOutOfRangeException.ThrowIfLessThan(referenceRows, referenceMissing);
        ArgumentOutOfRangeException.ThrowIfLessThan(currentRows, currentMissing);
        if (referenceRows == 0 || currentRows == 0 || referenceMissing + currentMissing == 0)
            return null;
        double before = (double)referenceMissing / referenceRows, now = (double)currentMissing / currentRows;
        var p = IsExact(referenceMissing + currentMissing, referenceRows + currentRows)
            ? FisherExact.TwoSided(referenceMissing, referenceRows, currentMissing, currentRows)
            : ChiSquare.OfCounts([referenceMissing, referenceRows - referenceMissing], [currentMissing, currentRows - currentMissing])!.PValue;
        return new(Name, now - before, p, ShareEffect.OfShare(before, now));
    }

    /// <summary>The smallest p that so many missing rows could give at all, however they fell on the two sides; 0 where that need not be known.</summary>
    internal static double SmallestP(long missing, long referenceRows, long currentRows) =>
        IsExact(missing, referenceRows + currentRows) ? FisherExact.Smallest(referenceRows, missing, currentRows) : 0;

    private static bool IsExact(long missing, long rows) => Math.Min(missing, rows - missing) <= LargestExact;
}
