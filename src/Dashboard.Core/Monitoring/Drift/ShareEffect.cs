namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Cramér's V of a change in shares, as it would be between two samples of equal size: ½·√(Σ (rⱼ − cⱼ)²/p̄ⱼ). In [0, 1]; 0.05 where 50 % become 55 % or 0 % become ½ %. Unlike √(χ²/n) it does not
/// shrink because one sample is larger than the other.
/// </summary>
internal static class ShareEffect
{
    /// <summary>Of one share that changed from <paramref name="reference"/> to <paramref name="current"/>.</summary>
    public static double OfShare(double reference, double current)
    {
        var middle = (reference + current) / 2;
        return middle is <= 0 or >= 1 ? 0 : Math.Abs(reference - current) / 2 / Math.Sqrt(middle * (1 - middle));
    }

    /// <summary>Of the chi-square statistic of a 2×k table with n and m rows, less what chance alone gives on average: χ² − (k − 1), as in Bergsma's correction (2013).</summary>
    public static double OfChiSquare(double statistic, int degreesOfFreedom, double n, double m) =>
        Math.Min(1, Math.Sqrt(Math.Max(0, statistic - degreesOfFreedom) * (n + m) / (n * m)) / 2);
}
