namespace Dashboard.Core.Monitoring.Drift;

/// <summary>One feature, output or label of a window against the reference: the tests that suit its type, and what they come to.</summary>
/// <param name="Statistics">PSI and Jensen–Shannon (base 2) over bins and missing; Kolmogorov–Smirnov over the bins of a number, chi-square over categories and missing; for a number with missing values chi-square on their share. Empty without data.</param>
public sealed record DriftVerdict(DriftLevel Level, long ReferenceRows, long CurrentRows, IReadOnlyList<DriftStatistic> Statistics)
{
    /// <summary>The name under which the missing share of a number is tested.</summary>
    public const string MissingShare = "missing";

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

    /// <summary>A number, counted in ascending bins that the reference fixed.</summary>
    /// <param name="reference">Rows in each bin.</param>
    /// <param name="referenceMissing">Rows without a value.</param>
    /// <param name="coarse">For each bin its coarse bin, ascending from 0: PSI and Jensen–Shannon are taken over these, since a hundred bins are mostly noise in few rows. Empty: over the bins themselves.</param>
    /// <exception cref="ArgumentException">The bins differ or a count is negative.</exception>
    public static DriftVerdict OfNumber(ReadOnlySpan<long> reference, long referenceMissing, ReadOnlySpan<long> current, long currentMissing, ReadOnlySpan<int> coarse = default)
    {
        var found = Distances(Merged(reference, referenceMissing, coarse), Merged(current, currentMissing, coarse));
        var shape = KolmogorovSmirnov.OfCounts(reference, current);
        var missing = referenceMissing + currentMissing > 0
            ? ChiSquare.OfCounts([Sum(reference), referenceMissing], [Sum(current), currentMissing])
            : null;
        if (shape is not null)
            found.Add(shape);
        if (missing is not null)
            found.Add(missing with { Test = MissingShare });
        return Of(Sum(reference) + referenceMissing, Sum(current) + currentMissing, found, shape?.PValue, missing?.PValue);
    }

    /// <summary>A category or a boolean, counted by value in the same order on both sides; values new to the model have a place of their own.</summary>
    /// <inheritdoc cref="OfNumber"/>
    public static DriftVerdict OfCategory(ReadOnlySpan<long> reference, long referenceMissing, ReadOnlySpan<long> current, long currentMissing)
    {
        long[] referenceAll = [.. reference, referenceMissing], currentAll = [.. current, currentMissing];
        var found = Distances(referenceAll, currentAll);
        var test = ChiSquare.OfCounts(referenceAll, currentAll);
        if (test is not null)
            found.Add(test);
        return Of(Sum(referenceAll), Sum(currentAll), found, test?.PValue);
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

    private static List<DriftStatistic> Distances(long[] reference, long[] current)
    {
        var found = new List<DriftStatistic>(4);
        if (PopulationStabilityIndex.OfCounts(reference, current) is { } psi)
            found.Add(psi);
        if (JensenShannon.OfCounts(reference, current) is { } js)
            found.Add(js);
        return found;
    }

    private static DriftVerdict Of(long referenceRows, long currentRows, List<DriftStatistic> found, params ReadOnlySpan<double?> pValues) =>
        new(DriftRule.Judge(referenceRows, currentRows, found.Count > 0 ? found[0].Statistic : null, pValues), referenceRows, currentRows, found);

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
            sum += count;
        return sum;
    }
}
