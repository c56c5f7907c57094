using System.Numerics.Tensors;

namespace Dashboard.Core.Monitoring.Drift.Peers;

/// <summary>Histogram bins as NumPy makes them by rule: from the smallest to the largest value in equal widths; a bin holds its lower edge, the last one both.</summary>
public static class NumPyBins
{
    /// <summary>Sturges's rule: a width of range/(log₂ n + 1).</summary>
    /// <param name="smallest">Of the values; finite, as <paramref name="largest"/>.</param>
    /// <param name="count">The number of values; at least 1.</param>
    public static double[] Sturges(double smallest, double largest, long count) => Edges(smallest, largest, (largest - smallest) / (Math.Log2(count) + 1));

    /// <summary>Doane's rule, which adds bins for a skewed sample. The sample must have finite values only, and at least one.</summary>
    public static double[] Doane(SortedSample sample)
    {
        var values = sample.Values;
        double n = values.Length, width = 0;
        var mean = TensorPrimitives.Sum(values) / n;
        double squares = 0, cubes = 0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        var deviation = Math.Sqrt(squares / n);
        if (values.Length > 2 && deviation > 0)
        {
            foreach (var value in values)
                cubes += Math.Pow((value - mean) / deviation, 3);
            var spread = Math.Sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
            width = (values[^1] - values[0]) / (1 + Math.Log2(n) + Math.Log2(1 + (Math.Abs(cubes / n) / spread)));
        }

        return Edges(values[0], values[^1], width);
    }

    /// <summary>How many values lie in each bin.</summary>
    public static long[] Count(SortedSample sample, double[] edges)
    {
        var counts = new long[edges.Length - 1];
        var before = sample.CountBelow(edges[0]);
        for (var i = 1; i < edges.Length; i++)
        {
            var upTo = i == edges.Length - 1 ? sample.CountUpTo(edges[i]) : sample.CountBelow(edges[i]);
            (counts[i - 1], before) = (upTo - before, upTo);
        }

        return counts;
    }

    private static double[] Edges(double smallest, double largest, double width)
    {
        if (smallest == largest)
            (smallest, largest) = (smallest - 0.5, largest + 0.5);
        var bins = width > 0 ? (int)Math.Ceiling((largest - smallest) / width) : 1;
        var edges = new double[bins + 1];
        var step = (largest - smallest) / bins;
        for (var i = 0; i < bins; i++)
            edges[i] = (i * step) + smallest;
        edges[bins] = largest;
        return edges;
    }
}
