using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>The tests of a category or boolean column, from counts of its values on both sides.</summary>
internal sealed class CategoryTests
{
    private const int NamesShown = 3;

    private readonly List<string> names;
    private readonly long[] reference;
    private readonly long[] current;

    /// <param name="referenceCounts">Exact counts.</param>
    /// <param name="currentCounts">Exact counts.</param>
    public CategoryTests(CategoryCounts referenceCounts, CategoryCounts currentCounts)
    {
        names = [.. referenceCounts.Counts.Keys.Union(currentCounts.Counts.Keys).Order(StringComparer.Ordinal)];
        reference = [.. names.Select(name => referenceCounts.Counts.GetValueOrDefault(name))];
        current = [.. names.Select(name => currentCounts.Counts.GetValueOrDefault(name))];
    }

    /// <summary>Rows of each value in the reference, by the values' names in ascending order.</summary>
    public ReadOnlySpan<long> Reference => reference;

    /// <inheritdoc cref="Reference"/>
    public ReadOnlySpan<long> Current => current;

    public DriftStatistic? Shape => PooledChiSquare.OfCounts(reference, current);

    public DriftStatistic? NewValues => NewCategories.OfCounts(reference, current);

    /// <summary>The other figures that are of use.</summary>
    public IEnumerable<DriftStatistic> Others() => new[]
    {
        ChiSquare.OfCounts(reference, current), PopulationStabilityIndex.OfCounts(reference, current), JensenShannon.OfCounts(reference, current), Hellinger.OfCounts(reference, current),
        KullbackLeibler.OfCounts(reference, current),
    }.OfType<DriftStatistic>();

    /// <summary>The value whose share changed most, in words.</summary>
    public string? Moved()
    {
        double r = reference.Sum(), c = current.Sum();
        if (r == 0 || c == 0)
            return null;
        var most = Enumerable.Range(0, names.Count).MaxBy(i => Math.Abs((reference[i] / r) - (current[i] / c)));
        return $"{Words.Value(names[most])} {Words.Share(reference[most] / r)} → {Words.Share(current[most] / c)}";
    }

    /// <summary>The values that the reference does not have, the most frequent first, in words.</summary>
    public string? Appeared()
    {
        var found = Enumerable.Range(0, names.Count).Where(i => reference[i] == 0 && current[i] > 0).OrderByDescending(i => current[i]).ThenBy(i => i).ToList();
        if (found.Count == 0)
            return null;
        var shown = string.Join(", ", found.Take(NamesShown).Select(i => Words.Value(names[i])));
        var more = found.Count > NamesShown ? $" and {found.Count - NamesShown:N0} more" : "";
        return $"{Words.Share(found.Sum(i => current[i]) / (double)current.Sum())} new: {shown}{more}";
    }
}
