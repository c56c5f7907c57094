using MathNet.Numerics;

namespace Dashboard.Core.Deployments.Statistics;

/// <summary>
/// The e-test for a sample-ratio mismatch: whether traffic is split as planned. E = B(a + n_A, b + n_B)/B(a, b) / (w_A^{n_A}·w_B^{n_B}), a mixture over Beta(a, b) splits centred on the planned one
/// (Lindon and Malek 2022, "Anytime-valid inference for multinomial count data"). It may be looked at all the time and needs no memory; a right split ever reaches <see cref="Alarm"/> with
/// probability at most 1 in 1,000. One test for each fixed weight: counts of another weight do not belong in. Count what the split assigns (entities), not what they send: requests of one entity
/// go together and would ring falsely.
/// </summary>
public static class RatioMismatch
{
    /// <summary>E from which a comparison is not to be trusted.</summary>
    public const double Alarm = 1000;

    /// <summary>a + b: as firm a belief in the plan as a hundred entities give, so that a split that is off by a fifth is seen at the earliest.</summary>
    private const double Firmness = 100;

    /// <summary>ln E.</summary>
    /// <param name="champion">n_A, 0 or more.</param>
    /// <param name="challenger">n_B, 0 or more.</param>
    /// <param name="share">w_B, the planned share of the new version, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static double LogE(long champion, long challenger, double share)
    {
        if (champion < 0 || challenger < 0)
            throw new ArgumentOutOfRangeException(nameof(champion), $"{champion} and {challenger}", "Counts are 0 or more.");
        if (share is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share of split traffic lies between 0 and 1.");
        double a = Firmness * (1 - share), b = Firmness * share;
        return SpecialFunctions.BetaLn(a + champion, b + challenger) - SpecialFunctions.BetaLn(a, b) - (champion * Math.Log(1 - share)) - (challenger * Math.Log(share));
    }

    public static bool IsAlarm(double logE) => logE >= Math.Log(Alarm);
}
