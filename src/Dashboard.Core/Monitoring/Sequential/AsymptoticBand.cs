using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>
/// An asymptotic confidence sequence for a mean without bounds (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, Theorem 2.2): x̄ₙ ± σ̂ₙ·√(2(nρ² + 1)/(n²ρ²)·ln(√(nρ² + 1)/α)). It may be
/// looked at all the time; as with the central limit theorem its level is reached as rows grow, for independent rows of finite variance (within 5 % for exponential losses from about two hundred rows on). ρ makes it tightest at about a thousand rows.
/// </summary>
public static class AsymptoticBand
{
    private const double TightestAt = 1000;

    /// <param name="sum">Σx.</param>
    /// <param name="squares">Σx².</param>
    /// <param name="rows">n; below two there is no deviation, and the band is the whole line.</param>
    /// <param name="miscoverage">α, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The miscoverage is out of range.</exception>
    public static AnytimeBand Of(double sum, double squares, long rows, double miscoverage)
    {
        if (miscoverage is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(miscoverage), miscoverage, "A miscoverage lies between 0 and 1.");
        var mean = sum / rows;
        if (rows < 2)
            return new(double.NegativeInfinity, mean, double.PositiveInfinity);
        var deviation = Math.Sqrt(Math.Max(0, (squares / rows) - (mean * mean)));
        var log = -2 * Math.Log(miscoverage);
        var spread = rows * (log + Math.Log(log + 1)) / TightestAt;
        var half = deviation * Math.Sqrt(2 * (spread + 1) / (rows * spread) * Math.Log(Math.Sqrt(spread + 1) / miscoverage));
        return new(mean - half, mean, mean + half);
    }
}
