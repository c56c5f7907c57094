namespace Dashboard.Core.Monitoring.Columns;

/// <summary>A histogram of finite values.</summary>
/// <param name="Edges">n + 1 ascending edges.</param>
/// <param name="Counts">Rows in each of n bins [edge, next edge); the last holds its upper edge too.</param>
/// <param name="CountError">By how much a count may be wrong, 99 times of 100; 0 where it is exact.</param>
public sealed record ColumnHistogram(IReadOnlyList<double> Edges, IReadOnlyList<long> Counts, long CountError)
{
    internal static ColumnHistogram Of(NumberPart numbers, int bins)
    {
        var steps = numbers.ToSteps()!;
        double low = numbers.Minimum, high = numbers.Maximum, width = (high / bins) - (low / bins);
        if (!(width > 0))
            (bins, width) = (1, high - low);
        var edges = new double[bins + 1];
        for (var i = 0; i < bins; i++)
            edges[i] = low + (i * width);
        edges[bins] = high;
        var counts = new long[bins];
        for (var i = 0; i < steps.Values.Length; i++)
            if (double.IsFinite(steps.Values[i]))
                counts[BinOf(edges, steps.Values[i])] += steps.CountAt(i);
        return new(edges, counts, (long)Math.Ceiling(steps.RankError * numbers.Count));
    }

    private static int BinOf(double[] edges, double value)
    {
        var at = Array.BinarySearch(edges, value);
        return Math.Clamp(at < 0 ? ~at - 1 : at, 0, edges.Length - 2);
    }
}
