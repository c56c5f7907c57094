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
        var held = sketch.Ranked.Values;
        var below = sketch.Ranked.Cumulative;
        var (values, cumulative, count) = (new double[held.Length], new long[held.Length], 0);
        for (var i = 0; i < held.Length; i++)
        {
            if (i + 1 < held.Length && held[i + 1] == held[i])
                continue;
            values[count] = held[i];
            cumulative[count++] = below[i];
        }

        return new(values[..count], cumulative[..count], sketch.LargestRankError);
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
