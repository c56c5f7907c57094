using MathNet.Numerics.Distributions;

namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>
/// How unusual a ratio is among those of the reference's own blocks. Within what the reference has seen, p = (1 + #{Rᵢ ≥ R})/(1 + n), which needs no assumption but that blocks are
/// exchangeable. Beyond the largest of them ranks say no more than 1/(1 + n), too coarse for many columns and many windows; there p is the predictive tail of a log-normal fitted to the
/// blocks: t = (ln R − mean)/(sd·√(1 + 1/n)) has Student's distribution with n − 1 degrees of freedom. The fit never makes p larger than the rank's, and the logarithm makes it cautious:
/// on shuffled flights, where nothing drifts, any of five columns is called moved in at most 5 % of windows for 20 to 100 blocks.
/// </summary>
public sealed class RatioCalibration
{
    /// <summary>Fewer blocks than this calibrate nothing.</summary>
    public const int FewBlocks = 20;

    /// <summary>Ratios far below the usual carry no information about the upper tail, but would widen the fit.</summary>
    private const double Floor = 0.25;

    private readonly double[] ascending;
    private readonly double mean;
    private readonly double deviation;

    /// <param name="ratios">Of the reference's blocks, each at least 0; any order.</param>
    public RatioCalibration(ReadOnlySpan<double> ratios)
    {
        ascending = ratios.ToArray();
        Array.Sort(ascending);
        if (ascending.Length < 2 || ascending[^1] <= 0)
            return;
        var least = ascending.Where(ratio => ratio > 0).ToArray() is var positive ? Floor * positive[positive.Length / 2] : 0;
        var logs = ascending.Select(ratio => Math.Log(Math.Max(ratio, least))).ToArray();
        mean = logs.Average();
        deviation = Math.Sqrt(logs.Sum(log => (log - mean) * (log - mean)) / (logs.Length - 1));
    }

    /// <summary>The number of blocks.</summary>
    public int Blocks => ascending.Length;

    public bool IsCalibrated => Blocks >= FewBlocks;

    private bool HasTail => deviation > 0;

    /// <summary>(1 + #{Rᵢ ≥ R})/(1 + n), in (0, 1].</summary>
    public double RankP(double ratio) => (1.0 + AtLeast(ratio)) / (1 + Blocks);

    /// <summary>The rank's p inside the reference's range, the fitted tail's beyond it; in (0, 1].</summary>
    public double P(double ratio)
    {
        var rank = RankP(ratio);
        return AtLeast(ratio) > 0 || !HasTail ? rank : Math.Min(rank, Tail(ratio));
    }

    /// <summary>The smallest ratio whose p is at most a level; infinity where no ratio is that unusual.</summary>
    public double Limit(double level)
    {
        var above = (int)Math.Floor((level * (1 + Blocks)) - 1 + 1e-9);
        if (above >= 0 && Blocks > 0)
            return above >= Blocks ? 0 : Math.BitIncrement(ascending[Blocks - 1 - above]);
        if (!HasTail)
            return double.PositiveInfinity;
        var t = -StudentT.InvCDF(0, 1, Blocks - 1, level);
        return Math.Max(Math.BitIncrement(ascending[^1]), Math.Exp(mean + (t * deviation * Math.Sqrt(1 + (1.0 / Blocks)))));
    }

    private double Tail(double ratio)
    {
        var t = (Math.Log(ratio) - mean) / (deviation * Math.Sqrt(1 + (1.0 / Blocks)));
        return Math.Max(StudentT.CDF(0, 1, Blocks - 1, -t), double.Epsilon);
    }

    private int AtLeast(double ratio)
    {
        int low = 0, high = ascending.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ascending[middle] < ratio)
                low = middle + 1;
            else
                high = middle;
        }

        return ascending.Length - low;
    }
}
