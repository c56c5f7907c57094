namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>
/// Evidence for a shift too small to be called in one block that goes on in block after block: a Shiryaev–Roberts e-detector M ← (1 + M)·e(p) (Shin, Ramdas and Rinaldo 2024) over p-values,
/// with the calibrator e(p) = ∫₀¹ κ·p^(κ−1) dκ = (1 − p + p·ln p)/(p·(ln p)²), whose mean is at most 1 for a valid p (Vovk and Wang 2021). Until something moves it takes at least as many
/// blocks as the threshold to a false alarm, on average.
/// </summary>
public static class LastingShift
{
    /// <summary>Above so many thresholds the evidence stops growing, so that it can fall again within days.</summary>
    private const double Ceiling = 10;

    /// <summary>The evidence after another block.</summary>
    /// <param name="before">Before it; 0 at the beginning.</param>
    /// <param name="p">Of the block, in (0, 1].</param>
    public static double After(double before, double p, double threshold) => Math.Min((1 + before) * Value(p), Ceiling * threshold);

    /// <summary>
    /// p as it may be with another reference: n blocks know it only with a standard deviation of √(p(1 − p)/(n + 2)), that of the Beta distribution of a rank among n, and the same error goes
    /// into every block of the stream, where it would multiply. So one standard deviation is added.
    /// </summary>
    /// <param name="blocks">n, of the reference.</param>
    public static double Cautious(double p, int blocks) => Math.Min(1, p + Math.Sqrt(p * (1 - p) / (blocks + 2)));

    /// <summary>e(p); ½ at p = 1, without a bound towards p = 0.</summary>
    public static double Value(double p)
    {
        // Near 1 both sides of the fraction vanish; their series agree to 1e-8 from here on.
        if (p > 1 - 1e-4)
            return 0.5 + ((1 - p) / 6);
        var log = Math.Log(p);
        return (1 - p + (p * log)) / (p * log * log);
    }
}
