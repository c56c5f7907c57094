namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// A function that never falls: straight between its knots, constant beyond the outermost. Fitted by least squares with the pool-adjacent-violators algorithm
/// (Ayer and others 1955); what it does with equal arguments, knots and the ends is what scikit-learn's IsotonicRegression(out_of_bounds="clip") does.
/// </summary>
/// <param name="X">The knots' arguments, strictly ascending; at least one.</param>
/// <param name="Y">The knots' values, never falling; as many.</param>
public sealed record IsotonicCurve(double[] X, double[] Y)
{
    /// <summary>Arguments closer than this are one, as for scikit-learn (the decimal resolution of double).</summary>
    private const double Resolution = 1e-15;

    /// <summary>The best non-decreasing fit through n points.</summary>
    /// <param name="x">n finite arguments, in any order.</param>
    /// <param name="y">n finite values; those of equal arguments are averaged first.</param>
    /// <exception cref="ArgumentException">There are no points, or the lengths differ.</exception>
    public static IsotonicCurve Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.IsEmpty || x.Length != y.Length)
            throw new ArgumentException($"There are {x.Length} arguments and {y.Length} values; expected as many of each, and at least one.", nameof(y));
        var keys = x.ToArray();
        var values = y.ToArray();
        Array.Sort(keys, values);
        var blocks = Blocks(keys, values, out var firsts);

        // A knot inside a run of equal values says nothing: the line between its neighbours passes through it.
        var knots = new List<(double X, double Y)>();
        for (var i = 0; i < firsts.Count; i++)
            if (i == 0 || i == firsts.Count - 1 || blocks[i] != blocks[i - 1] || blocks[i] != blocks[i + 1])
                knots.Add((firsts[i], blocks[i]));
        return new([.. knots.Select(knot => knot.X)], [.. knots.Select(knot => knot.Y)]);
    }

    /// <summary>The value at an argument.</summary>
    public double At(double x)
    {
        if (!(x > X[0]))
            return Y[0];
        if (x >= X[^1])
            return Y[^1];
        var right = Array.BinarySearch(X, x);
        if (right >= 0)
            return Y[right];
        right = ~right;
        return Between(right - 1, x);
    }

    /// <summary>The mean value over an interval.</summary>
    /// <param name="low">Where it begins.</param>
    /// <param name="high">Where it ends; at least <paramref name="low"/>.</param>
    public double MeanOver(double low, double high)
    {
        if (high <= low)
            return At(low);
        // Straight pieces: the trapezoid over each is exact.
        var (area, at, value) = (0.0, low, At(low));
        var knot = Array.BinarySearch(X, low);
        for (knot = knot < 0 ? ~knot : knot + 1; knot < X.Length && X[knot] < high; knot++)
        {
            area += (X[knot] - at) * (value + Y[knot]) / 2;
            (at, value) = (X[knot], Y[knot]);
        }

        return (area + ((high - at) * (value + At(high)) / 2)) / (high - low);
    }

    public bool Equals(IsotonicCurve? other) => other is not null && X.AsSpan().SequenceEqual(other.X) && Y.AsSpan().SequenceEqual(other.Y);

    public override int GetHashCode() => HashCode.Combine(X.Length, X[0], Y[^1]);

    private double Between(int left, double x) => Y[left] + ((x - X[left]) * ((Y[left + 1] - Y[left]) / (X[left + 1] - X[left])));

    /// <summary>The fitted value of each distinct argument, ascending.</summary>
    /// <param name="firsts">The distinct arguments.</param>
    private static double[] Blocks(double[] keys, double[] values, out List<double> firsts)
    {
        firsts = [];
        var pooled = new List<(double Sum, int Rows, int Arguments)>();
        for (var i = 0; i < keys.Length;)
        {
            var (sum, rows, first) = (0.0, 0, keys[i]);
            for (; i < keys.Length && keys[i] - first < Resolution; i++, rows++)
                sum += values[i];
            firsts.Add(first);
            var block = (Sum: sum, Rows: rows, Arguments: 1);
            while (pooled.Count > 0 && pooled[^1].Sum / pooled[^1].Rows >= block.Sum / block.Rows)
            {
                var before = pooled[^1];
                pooled.RemoveAt(pooled.Count - 1);
                block = (before.Sum + block.Sum, before.Rows + block.Rows, before.Arguments + block.Arguments);
            }

            pooled.Add(block);
        }

        var fitted = new double[firsts.Count];
        var at = 0;
        foreach (var (sum, rows, arguments) in pooled)
        {
            Array.Fill(fitted, sum / rows, at, arguments);
            at += arguments;
        }

        return fitted;
    }
}
