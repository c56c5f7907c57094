namespace Dashboard.Web.Components.Charts;

/// <summary>Fewer points that look the same: each bucket of x keeps its minimum and its maximum, so that no spike is lost.</summary>
public static class Downsample
{
    public const int MostPoints = 400;

    /// <summary>At most <paramref name="most"/> points of a series, in order, first and last among them. Gaps (NaN) stay gaps.</summary>
    /// <param name="x">Ascending.</param>
    /// <param name="y">As long as <paramref name="x"/>; NaN is a gap.</param>
    /// <returns>The positions that are kept, ascending.</returns>
    public static int[] Keep(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int most = MostPoints)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"x has {x.Length} values and y {y.Length}; expected as many.", nameof(y));
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 5);
        if (x.Length <= most)
            return [.. Enumerable.Range(0, x.Length)];

        // Three a bucket at most (lowest, highest, and one gap), and the two ends.
        var buckets = (most - 2) / 3;
        var width = (x[^1] - x[0]) / buckets;
        var kept = new List<int>(most) { 0 };
        var at = 1;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var end = bucket == buckets - 1 ? double.PositiveInfinity : x[0] + (width * (bucket + 1));
            int low = -1, high = -1, gap = -1;
            for (; at < x.Length - 1 && (x[at] < end || double.IsPositiveInfinity(end)); at++)
            {
                if (double.IsNaN(y[at]))
                {
                    gap = at;
                    continue;
                }

                if (low < 0 || y[at] < y[low])
                    low = at;
                if (high < 0 || y[at] > y[high])
                    high = at;
            }

            AddInOrder(kept, low, high, gap);
        }

        kept.Add(x.Length - 1);
        return [.. kept];
    }

    private static void AddInOrder(List<int> kept, int low, int high, int gap)
    {
        Span<int> positions = [low, high, gap];
        positions.Sort();
        var before = -1;
        foreach (var position in positions)
        {
            if (position >= 0 && position != before)
                kept.Add(position);
            before = position;
        }
    }
}
