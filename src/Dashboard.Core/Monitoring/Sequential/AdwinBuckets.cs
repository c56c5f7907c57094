using System.Runtime.InteropServices;

namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>The exponential histogram behind <see cref="Adwin"/>: the newest values one by one, older ones in buckets of 2, 4, 8 … values with their sums.</summary>
internal sealed class AdwinBuckets
{
    private readonly int most;
    private readonly List<List<AdwinBucket>> levels = [];

    public AdwinBuckets(int most, AdwinState? state)
    {
        this.most = most;
        if (state is null)
            return;
        (Total, Squares) = (state.Total, state.Squares);
        foreach (var level in state.Levels)
        {
            Width += (long)level.Count << levels.Count;
            levels.Add([.. level]);
        }
    }

    public long Width { get; private set; }

    public double Total { get; private set; }

    /// <summary>The sum of squared distances from the window's mean.</summary>
    public double Squares { get; private set; }

    public int Levels => levels.Count;

    /// <summary>Buckets of 2ⁱ values, the oldest first.</summary>
    public ReadOnlySpan<AdwinBucket> Level(int level) => CollectionsMarshal.AsSpan(levels[level]);

    public AdwinState ToState(long ticks, bool alarmed) => new(ticks, Total, Squares, [.. levels.Select(level => (IReadOnlyList<AdwinBucket>)[.. level])], alarmed);

    public void Add(double value)
    {
        if (Width > 0)
        {
            var apart = value - (Total / Width);
            Squares += apart * apart * Width / (Width + 1);
        }

        Width++;
        Total += value;
        Insert(0, new(value, 0));
    }

    public void DropOldest()
    {
        var last = levels.Count - 1;
        var bucket = levels[last][0];
        var count = 1L << last;
        levels[last].RemoveAt(0);
        if (levels[last].Count == 0)
            levels.RemoveAt(last);
        Width -= count;
        Total -= bucket.Total;
        var apart = (bucket.Total / count) - (Total / Width);
        // The last digits of a difference of sums may fall below zero; a variance may not.
        Squares = Math.Max(0, Squares - (bucket.Squares + ((double)count * Width * apart * apart / (count + Width))));
    }

    private void Insert(int level, AdwinBucket bucket)
    {
        if (level == levels.Count)
            levels.Add([]);
        var row = levels[level];
        row.Add(bucket);
        if (row.Count <= most)
            return;
        var (older, newer, count) = (row[0], row[1], (double)(1L << level));
        row.RemoveRange(0, 2);
        var apart = (older.Total - newer.Total) / count;
        Insert(level + 1, new(older.Total + newer.Total, older.Squares + newer.Squares + (count * apart * apart / 2)));
    }
}
