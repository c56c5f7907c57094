using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>
/// How far one sample of a column is from another, in [0, 1], missing values left out: for ordered bins the Kolmogorov–Smirnov distance, for categories √(½·Σ(c − r)²), which a change of
/// one common value moves far and the noise of hundreds of rare ones does not.
/// </summary>
internal static class BlockDistance
{
    private const int Draws = 256;

    public static double Of(bool isOrdered, ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (referenceRows, currentRows) = Shares.Totals(reference, current);
        if (referenceRows == 0 || currentRows == 0)
            return 0;
        var (below, most, squares) = (0.0, 0.0, 0.0);
        for (var i = 0; i < reference.Length; i++)
        {
            var difference = (reference[i] / referenceRows) - (current[i] / currentRows);
            below += difference;
            most = Math.Max(most, Math.Abs(below));
            squares += difference * difference;
        }

        // What sums of rounded shares leave where both samples are alike is no distance.
        var distance = isOrdered ? most : Math.Sqrt(squares / 2);
        return distance < 1e-12 ? 0 : distance;
    }

    /// <summary>
    /// What independent rows alone do to the distance: c such that E[D²] = c·(1/m + 1/n) for samples of m and n rows of one distribution. For categories ½·(1 − Σr²); for ordered bins the
    /// mean of sup B² of a Brownian bridge B that is seen at the bins' edges only, by simulation with a fixed seed (π²/12 in the limit of many bins).
    /// </summary>
    public static double Noise(bool isOrdered, ReadOnlySpan<long> reference)
    {
        double rows = 0, squares = 0;
        foreach (var count in reference)
            rows += count;
        if (rows == 0)
            return 0;
        foreach (var count in reference)
            squares += count / rows * (count / rows);
        return isOrdered ? BridgeNoise(reference, rows) : (1 - squares) / 2;
    }

    private static double BridgeNoise(ReadOnlySpan<long> reference, double rows)
    {
        var random = new Random(20_010_131);
        var (total, walk) = (0.0, new double[reference.Length]);
        for (var draw = 0; draw < Draws; draw++)
        {
            double at = 0, most = 0, before = 0;
            for (var i = 0; i < walk.Length; i++)
                walk[i] = at += Math.Sqrt(reference[i] / rows) * Gaussian(random);
            for (var i = 0; i < walk.Length - 1; i++)
            {
                before += reference[i];
                most = Math.Max(most, Math.Abs(walk[i] - (before / rows * at)));
            }

            total += most * most;
        }

        return total / Draws;
    }

    /// <summary>Box and Muller's transformation.</summary>
    private static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
