namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// Bins of a probability that fit every model: uniform where it is neither rare nor certain, and logarithmic towards 0 and towards 1, so that a model whose
/// scores all lie under one percent is ranked as well as any other. Below 2⁻¹⁶ and above 1 − 2⁻¹⁶ there is one bin each. Symmetric: p and 1 − p mirror each other.
/// </summary>
public sealed class ScoreBins
{
    private const int Octaves = 11;
    private const int LowestExponent = -16;

    /// <summary>1,666 bins, a thousandth wide in the middle.</summary>
    public static readonly ScoreBins Fine = new(perUnit: 1024, mantissaBits: 5);

    /// <summary>210 bins, for models of many classes.</summary>
    public static readonly ScoreBins Coarse = new(perUnit: 128, mantissaBits: 2);

    private readonly int perUnit;
    private readonly int shift;
    private readonly int firstTail;
    private readonly int tail;
    private readonly int half;

    private ScoreBins(int perUnit, int mantissaBits)
    {
        this.perUnit = perUnit;
        shift = 23 - mantissaBits;
        firstTail = (127 + LowestExponent) << mantissaBits;
        tail = Octaves << mantissaBits;
        half = 1 + tail + (perUnit / 2) - (perUnit / 32);
        Count = 2 * half;
    }

    public int Count { get; }

    /// <summary>The bin of a score; what lies outside [0, 1] falls into the first or last bin.</summary>
    public int BinOf(float score) => score < 0.5f ? LowBinOf(score) : Count - 1 - LowBinOf(1 - score);

    /// <summary>The lower edge of a bin; the edge of <see cref="Count"/> is 1.</summary>
    public double LowerEdge(int bin) => bin <= half ? LowEdge(bin) : 1 - LowEdge(Count - bin);

    private int LowBinOf(float score)
    {
        if (score >= 1f / 32)
            return Math.Min(1 + tail + (int)(score * perUnit) - (perUnit / 32), half - 1);
        return score < 1f / 65_536 ? 0 : 1 + (BitConverter.SingleToInt32Bits(score) >> shift) - firstTail;
    }

    private double LowEdge(int bin) => bin switch
    {
        0 => 0,
        _ when bin <= tail => BitConverter.Int32BitsToSingle((bin - 1 + firstTail) << shift),
        _ => (bin - 1 - tail + (perUnit / 32)) / (double)perUnit,
    };
}
