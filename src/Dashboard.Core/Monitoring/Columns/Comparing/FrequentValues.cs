using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>
/// The tests of categories of which at least one side has too many to count each. A count there is known up to an undercount, and rows of further values only as a sum. Tests take the counts that make the sides
/// as alike as they can be, so that what they find is there.
/// </summary>
internal sealed class FrequentValues(CategoryCounts reference, CategoryCounts current)
{
    /// <summary>The values that can be told on both sides; where one has not counted its numbers, the other's cannot be.</summary>
    private readonly List<string> names = [.. reference.Counts.Keys.Union(current.Counts.Keys)
        .Where(name => !(reference.HasUncounted && current.Numbers.Contains(name)) && !(current.HasUncounted && reference.Numbers.Contains(name))).Order(StringComparer.Ordinal)];

    /// <summary>The least chi-square statistic that is possible; null where a side has no row.</summary>
    public DriftStatistic? Shape()
    {
        long[] r = new long[names.Count + 1], c = new long[names.Count + 1];
        for (var i = 0; i < names.Count; i++)
            (r[i], c[i]) = Alike(reference.Counts.GetValueOrDefault(names[i]), current.Counts.GetValueOrDefault(names[i]));
        // All further values as one.
        r[^1] = Math.Max(0, reference.Total - r.Sum());
        c[^1] = Math.Max(0, current.Total - c.Sum());
        return PooledChiSquare.OfCounts(r, c);
    }

    /// <summary>
    /// New categories where the reference has counted every value of its own; otherwise null, since a value that is not among its frequent ones need not be new. Rows of new values that are not frequent count as one
    /// of each, the most that chance could give.
    /// </summary>
    public DriftStatistic? NewValues()
    {
        if (!reference.IsExact)
            return null;
        List<long> r = [], c = [];
        var known = 0L;
        foreach (var name in names)
        {
            long before = reference.Counts.GetValueOrDefault(name), now = current.Counts.GetValueOrDefault(name);
            // A known value may have more rows than are counted.
            known += before > 0 ? now + current.Undercount : now;
            r.Add(before);
            c.Add(now);
        }

        // Numbers that are not counted may all be known ones.
        var singles = current.HasUncounted ? 0 : (int)Math.Clamp(current.Total - known, 0, 1_000_000);
        r.AddRange(Enumerable.Repeat(0L, singles));
        c.AddRange(Enumerable.Repeat(1L, singles));
        return NewCategories.OfCounts([.. r], [.. c]);
    }

    /// <summary>The frequent value whose share changed most, in words.</summary>
    public string? Moved()
    {
        if (names.Count == 0 || reference.Total == 0 || current.Total == 0)
            return null;
        double Before(string name) => (double)reference.Counts.GetValueOrDefault(name) / reference.Total;
        double Now(string name) => (double)current.Counts.GetValueOrDefault(name) / current.Total;
        var most = names.MaxBy(name => Math.Abs(Before(name) - Now(name)))!;
        return $"{Words.Value(most)} {Words.Share(Before(most))} → {Words.Share(Now(most))}";
    }

    /// <summary>The counts within their undercounts whose shares are nearest.</summary>
    private (long Reference, long Current) Alike(long before, long now)
    {
        double n = reference.Total, m = current.Total, low = before / n, high = (before + reference.Undercount) / n, otherLow = now / m, otherHigh = (now + current.Undercount) / m;
        return high < otherLow ? (before + reference.Undercount, now)
            : otherHigh < low ? (before, now + current.Undercount)
            : Common(Math.Max(low, otherLow), n, m);
    }

    private static (long Reference, long Current) Common(double share, double n, double m) => ((long)Math.Round(share * n), (long)Math.Round(share * m));
}
