namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>
/// What the blocks of the reference lose, and what is tolerated above it: how block losses are fed to a <see cref="ShiryaevRobertsDetector"/>. Blocks differ more than their rows do, so the
/// blocks are what is judged.
/// <para>Losses below <paramref name="Floor"/> count as the floor. The detector may stake only as much as it could lose in the best block there can be; days far better than usual never
/// come, and with the reference's lower quartile as the floor it may stake more and finds a rise in about half the time. What is then tolerated, and what an alarm speaks against, is a mean of
/// max(loss, floor).</para>
/// </summary>
/// <param name="Floor">In [0, 1).</param>
/// <param name="Mean">The mean of max(loss, floor) over the reference's blocks.</param>
/// <param name="Tolerated">The largest mean that is not harmful, below 1.</param>
public sealed record LossBaseline(double Floor, double Mean, double Tolerated)
{
    /// <summary>Fewer blocks give no baseline.</summary>
    public const int LeastBlocks = 5;

    /// <summary>The tolerance is at least so many standard errors of the mean, since the baseline is itself an estimate and a baseline too low alarms for ever.</summary>
    private const double StandardErrors = 2;

    /// <param name="blockLosses">The mean loss of each block of the reference, in [0, 1], of rows that the model was not trained on.</param>
    /// <param name="tolerance">A rise of the mean loss that is not harmful, 0 or more.</param>
    /// <returns>The baseline, or why there is none.</returns>
    public static Result<LossBaseline> Of(IReadOnlyList<double> blockLosses, double tolerance)
    {
        if (blockLosses.Count < LeastBlocks)
            return InvalidValue.Of("blockLosses", $"{blockLosses.Count} blocks", $"at least {LeastBlocks} blocks of reference rows with ground truth");
        if (blockLosses.FirstOrDefault(loss => loss is not (>= 0 and <= 1), 0) is var impossible and not 0)
            return InvalidValue.Of("blockLosses", $"{impossible:R}", "losses from 0 to 1");
        if (!(tolerance >= 0))
            return InvalidValue.Of("tolerance", $"{tolerance:R}", "0 or more");
        var floor = blockLosses.Order().ElementAt(blockLosses.Count / 4);
        double[] above = [.. blockLosses.Select(loss => Math.Max(loss, floor))];
        var mean = above.Average();
        var error = Math.Sqrt(above.Sum(loss => (loss - mean) * (loss - mean)) / (above.Length - 1) / above.Length);
        var tolerated = mean + Math.Max(tolerance, StandardErrors * error);
        return tolerated > floor && tolerated < 1
            ? new LossBaseline(floor, mean, tolerated)
            : InvalidValue.Of("tolerance", $"{tolerance:R}", $"a tolerance that leaves room above the reference's mean loss of {mean:R} and below 1");
    }

    /// <summary>A detector whose chance of a false alarm within so many blocks is at most so much: by Ville's inequality on M + (N − t) it is at most N/A, so A = N/chance.</summary>
    /// <param name="blocks">N, for example a year's.</param>
    /// <param name="chance">In (0, 1).</param>
    public ShiryaevRobertsDetector Detector(long blocks, double chance) => new(ToUnit(Tolerated), Math.Clamp(blocks / chance, 1 + 1e-9, ShiryaevRobertsDetector.LargestSum));

    /// <summary>A block's mean loss as the detector takes it.</summary>
    public double ToUnit(double loss) => (Math.Max(loss, Floor) - Floor) / (1 - Floor);
}
