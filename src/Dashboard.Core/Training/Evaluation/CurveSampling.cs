namespace Dashboard.Core.Training.Evaluation;

/// <summary>Thins a polyline to what a chart needs.</summary>
public static class CurveSampling
{
    /// <summary>The most points that a curve of a report has.</summary>
    public const int MaximumPoints = 200;

    /// <summary>
    /// Which points to keep so that the line keeps its shape: the ends, and then, one at a time, the point that lies farthest from the line drawn so far
    /// (Ramer–Douglas–Peucker, stopped by count instead of by tolerance).
    /// </summary>
    /// <returns>Ascending positions, at most <paramref name="maximum"/> (2 or more).</returns>
    public static int[] Keep(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int maximum = MaximumPoints)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"There are {x.Length} x and {y.Length} y; expected as many of each.", nameof(y));
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 2);
        if (x.Length <= 2)
            return [.. Enumerable.Range(0, x.Length)];
        var kept = new List<int>(maximum) { 0, x.Length - 1 };
        var waiting = new PriorityQueue<(int From, int At, int To), double>();
        Farthest(x, y, 0, x.Length - 1, waiting);
        while (kept.Count < maximum && waiting.TryDequeue(out var next, out _))
        {
            kept.Add(next.At);
            Farthest(x, y, next.From, next.At, waiting);
            Farthest(x, y, next.At, next.To, waiting);
        }

        kept.Sort();
        return [.. kept];
    }

    private static void Farthest(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int from, int to, PriorityQueue<(int, int, int), double> waiting)
    {
        double dx = x[to] - x[from], dy = y[to] - y[from];
        var length = Math.Sqrt((dx * dx) + (dy * dy));
        var (at, most) = (-1, 0.0);
        for (var i = from + 1; i < to; i++)
        {
            double px = x[i] - x[from], py = y[i] - y[from];
            var distance = length > 0 ? Math.Abs((dx * py) - (dy * px)) / length : Math.Sqrt((px * px) + (py * py));
            if (distance > most)
                (at, most) = (i, distance);
        }

        // A point on the line adds nothing to its picture.
        if (most > 1e-12)
            waiting.Enqueue((from, at, to), -most);
    }
}
