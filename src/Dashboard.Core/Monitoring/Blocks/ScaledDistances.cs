namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>
/// Makes distances of blocks with different numbers of rows comparable. A block of m rows, held against N others, is expected at a root-mean-square distance of
/// s(m, N) = √(τ² + c·(1/m + 1/N)): c is what independent rows do by chance, τ² how much blocks truly differ from each other beyond that, estimated from the reference's blocks by the method of
/// moments. The ratio D/s has no unit and does not depend on m, so a day that has only begun is not taken for drift because it has few rows.
/// </summary>
internal sealed class ScaledDistances
{
    private readonly double noise;

    /// <param name="blocks">Of each block its distance to the others, its rows and theirs.</param>
    /// <param name="noise">c; see <see cref="BlockDistance.Noise"/>.</param>
    /// <param name="least">
    /// For windows τ² is taken to be at least this: what blocks of more rows have shown, where those here are too small to show it. The blocks' own ratios are in multiples of what they show themselves, so that
    /// both are about 1 where nothing moves.
    /// </param>
    public ScaledDistances(IReadOnlyList<(double Distance, long Rows, long Others)> blocks, double noise, double least = 0)
    {
        this.noise = noise;
        var spread = 0.0;
        foreach (var (distance, rows, others) in blocks)
            spread += (distance * distance) - (noise * Inverse(rows, others));
        Spread = blocks.Count == 0 ? 0 : Math.Max(0, spread / blocks.Count);
        Ratios = [.. blocks.Select(block => Ratio(block.Distance, block.Rows, block.Others))];
        Spread = Math.Max(least, Spread);
        Calibration = new(Ratios);
    }

    /// <summary>τ².</summary>
    public double Spread { get; }

    /// <summary>The blocks' ratios in their order.</summary>
    public double[] Ratios { get; }

    public RatioCalibration Calibration { get; }

    /// <summary>D/s(m, N); 0 for a distance of 0.</summary>
    public double Ratio(double distance, long rows, long others) => distance == 0 ? 0 : distance / Scale(rows, others);

    /// <summary>s(m, N).</summary>
    public double Scale(long rows, long others) => Math.Sqrt(Spread + (noise * Inverse(rows, others)));

    private static double Inverse(long rows, long others) => (1.0 / Math.Max(1, rows)) + (1.0 / Math.Max(1, others));
}
