namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// The exact null distribution of the two-sample Kolmogorov–Smirnov statistic. Without change every order of the n + m pooled rows is equally likely; an order is a lattice path from
/// (0, 0) to (n, m), and D ≥ d means that it leaves the band |i/n − j/m| &lt; d. The last step into (i, j) comes from (i − 1, j) with probability i/(i + j), which gives the chance of having
/// left the band as a recursion that stays in [0, 1] (Hodges 1957).
/// </summary>
public static class ExactTwoSample
{
    /// <summary>The chance of a distance of at least <paramref name="distance"/> / (n·m).</summary>
    public static double Survival(int n, int m, long distance)
    {
        if (distance == 0)
            return 1;
        // P ≤ e·exp(−2·d²·nm/(n + m)) (Wei and Dudley 2012): beyond this the smallest double is too large.
        var d = (double)distance / n / m;
        if (2 * d * d * n * m / (n + m) > 800)
            return 0;
        long stepI = m, stepJ = n;
        var outside = new double[m + 1];
        for (var j = 0; j <= m; j++)
            outside[j] = stepJ * j >= distance ? 1 : 0;
        for (var i = 1; i <= n; i++)
        {
            var (low, high) = Band(i * stepI, stepJ, distance, m);
            if (low > high)
                return 1;
            if (low > 0)
                outside[low - 1] = 1;
            var left = low > 0 ? 1.0 : 0.0;
            for (var j = low; j <= high; j++)
            {
                left = ((i * outside[j]) + (j * left)) / (i + j);
                outside[j] = left;
            }
        }

        return outside[m];
    }

    /// <summary>The first and last j with |position − stepJ·j| &lt; distance.</summary>
    private static (int Low, int High) Band(long position, long stepJ, long distance, int last)
    {
        var low = position < distance ? 0 : ((position - distance) / stepJ) + 1;
        var high = (position + distance - 1) / stepJ;
        return ((int)low, (int)Math.Min(high, last));
    }
}
