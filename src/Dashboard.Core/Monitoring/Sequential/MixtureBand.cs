using Dashboard.Core.Deployments.Statistics;
using MathNet.Numerics;

namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>
/// A band that needs no memory: it follows from a count and a sum, and may still be looked at all the time. For windows whose profile holds sums: accuracy, error rates, clipped losses.
/// <para>The likelihood ratio ∫(q/p)^s((1 − q)/(1 − p))^{n−s} dBeta(q; ½, ½) is a martingale at the true mean p of 0/1 observations and a supermartingale for any in [0, 1] with that mean, since each
/// factor is convex in x (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021, sub-Bernoulli case). By Ville's inequality it exceeds 1/α ever with probability at most α; the band holds the
/// p at which it does not. It assumes E[x | past] = p throughout; the order of rows does not matter. For 0/1 losses it is tighter than <see cref="ConfidenceSequence"/>, which gains where the
/// observations vary less than 0/1 ones of the same mean would.</para>
/// </summary>
public static class MixtureBand
{
    private const double Prior = 0.5;

    /// <param name="sum">Σx, from 0 to <paramref name="rows"/>.</param>
    /// <param name="rows">n, 0 or more; need not be whole (see <see cref="AucBand"/>).</param>
    /// <param name="miscoverage">α, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static AnytimeBand Of(double sum, double rows, double miscoverage)
    {
        if (miscoverage is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(miscoverage), miscoverage, "A miscoverage lies between 0 and 1.");
        if (!(rows >= 0 && double.IsFinite(rows)))
            throw new ArgumentOutOfRangeException(nameof(rows), rows, "A count is 0 or more.");
        if (!(sum >= 0 && sum <= rows))
            throw new ArgumentOutOfRangeException(nameof(sum), sum, $"Observations are from 0 to 1, so the sum of {rows} is from 0 to {rows}.");
        if (rows == 0)
            return new(0, double.NaN, 1);
        var evidence = SpecialFunctions.BetaLn(sum + Prior, rows - sum + Prior) - SpecialFunctions.BetaLn(Prior, Prior);
        bool Refutes(double p) => evidence - Term(sum, p) - Term(rows - sum, 1 - p) > -Math.Log(miscoverage);
        var mean = sum / rows;
        return new(Edge(mean, 0, Refutes), mean, Edge(mean, 1, Refutes));
    }

    private static double Term(double count, double p) => count == 0 ? 0 : count * Math.Log(p);

    /// <summary>The last value on the way from the mean to an end of [0, 1] that is not refuted; the ratio only grows on that way.</summary>
    private static double Edge(double mean, double end, Func<double, bool> refutes)
    {
        if (!refutes(end))
            return end;
        var (held, refuted) = (mean, end);
        while (Math.Abs(refuted - held) > 1e-12)
        {
            var middle = (held + refuted) / 2;
            if (refutes(middle))
                refuted = middle;
            else
                held = middle;
        }

        // The outer of the two: rounding must not narrow the band.
        return refuted;
    }
}
