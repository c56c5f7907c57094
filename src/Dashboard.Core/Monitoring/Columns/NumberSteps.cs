using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Monitoring.Columns;

/// <summary>A distribution of numbers as steps: distinct values, ascending, and how many rows lie at or below each.</summary>
/// <param name="Values">Ascending, distinct, at least one; infinities are possible.</param>
/// <param name="Cumulative">Strictly ascending; the last is the number of rows.</param>
/// <param name="RankError">By how much any share of rows up to a value may be wrong, 99 times of 100; 0 where the counts are exact.</param>
internal sealed record NumberSteps(double[] Values, long[] Cumulative, double RankError)
{
    public long Rows => Cumulative[^1];

    public static NumberSteps Of(IReadOnlyDictionary<double, long> exact)
    {
        double[] values = [.. exact.Keys];
        long[] counts = [.. exact.Values];
        Array.Sort(values, counts);
        for (var i = 1; i < counts.Length; i++)
            counts[i] += counts[i - 1];
        return new(values, counts, 0);
    }

    public static NumberSteps Of(KllSketch sketch)
    {
        var held = 0;
        for (var level = 0; level < sketch.LevelCount; level++)
            held += sketch.Level(level).Length;
        var (values, counts) = (new double[held], new long[held]);
        // The levels are ascending already, so that each is merged into the shorter ones below it, from the back, instead of all being sorted together.
        var filled = 0;
        for (var level = 0; level < sketch.LevelCount; level++)
        {
            Merge(values, counts, filled, sketch.Level(level), 1L << level);
            filled += sketch.Level(level).Length;
        }

        var distinct = 0;
        for (var i = 1; i < held; i++)
        {
            counts[i] += counts[i - 1];
            distinct += values[i] != values[distinct] ? 1 : 0;
            (values[distinct], counts[distinct]) = (values[i], counts[i]);
        }

        Array.Resize(ref values, distinct + 1);
        Array.Resize(ref counts, distinct + 1);
        return new(values, counts, sketch.LargestRankError);
    }

    /// <summary>Merges ascending values behind the first <paramref name="filled"/>. Which side is next is as good as random, so that it is computed instead of branched upon.</summary>
    private static void Merge(double[] values, long[] counts, int filled, ReadOnlySpan<double> added, long weight)
    {
        int i = filled - 1, j = added.Length - 1;
        while (i >= 0 && j >= 0)
        {
            double own = values[i], other = added[j];
            var count = counts[i];
            var isOwn = own > other;
            var at = i + j + 1;
            values[at] = isOwn ? own : other;
            counts[at] = isOwn ? count : weight;
            var step = isOwn ? 1 : 0;
            i -= step;
            j -= 1 - step;
        }

        for (; j >= 0; j--)
            (values[j], counts[j]) = (added[j], weight);
    }

    /// <summary>Rows with the value at a position.</summary>
    public long CountAt(int position) => Cumulative[position] - (position == 0 ? 0 : Cumulative[position - 1]);

    /// <summary>Linear interpolation between order statistics, as <see cref="SortedSample.Quantile"/>.</summary>
    public double Quantile(double level)
    {
        var at = level * (Rows - 1);
        var below = (long)Math.Floor(at);
        double low = ValueOf(below), high = ValueOf(Math.Min(below + 1, Rows - 1));
        return SortedSample.Between(low, high, at - below);
    }

    /// <summary>Rows in each bin that ascending inner edges cut; a bin holds its upper edge.</summary>
    public long[] Count(double[] edges)
    {
        var counts = new long[edges.Length + 1];
        var (bin, before) = (0, 0L);
        for (var i = 0; i < Values.Length; i++)
        {
            while (bin < edges.Length && Values[i] > edges[bin])
                bin++;
            counts[bin] += Cumulative[i] - before;
            before = Cumulative[i];
        }

        return counts;
    }

    /// <summary>The value of the row at a place in ascending order, from 0.</summary>
    private double ValueOf(long place)
    {
        var at = Array.BinarySearch(Cumulative, place + 1);
        return Values[at < 0 ? ~at : at];
    }
}
