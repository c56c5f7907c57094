namespace Dashboard.Core.Monitoring.Columns;

/// <summary>How often each value of a column occurs, as categories.</summary>
/// <param name="Counts">Of the values that are known; each may be too small by <paramref name="Undercount"/>.</param>
/// <param name="Total">All rows with a value.</param>
/// <param name="Undercount">0 where all values are known exactly.</param>
/// <param name="Numbers">Those of the values that are numbers or timestamps.</param>
/// <param name="HasUncounted">True where there are too many numbers or timestamps to count each; none of that kind is among <paramref name="Counts"/> then.</param>
internal sealed record CategoryCounts(IReadOnlyDictionary<string, long> Counts, long Total, long Undercount, IReadOnlySet<string> Numbers, bool HasUncounted = false)
{
    /// <summary>Booleans.</summary>
    public static CategoryCounts OfTruths(long truths, long falsehoods) =>
        new(new Dictionary<string, long> { ["true"] = truths, ["false"] = falsehoods }, truths + falsehoods, 0, new HashSet<string>());

    public bool IsExact => Undercount == 0 && Unnamed == 0;

    /// <summary>Rows whose value is not known.</summary>
    public long Unnamed => Total - Counts.Values.Sum();

    /// <summary>The most frequent values, equal ones in the order of their names.</summary>
    public IEnumerable<KeyValuePair<string, long>> Largest() => Counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal);
}
