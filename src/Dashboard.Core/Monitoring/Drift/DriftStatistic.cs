namespace Dashboard.Core.Monitoring.Drift;

/// <summary>How far a current sample is from the reference, by one test. Where nothing can be said (no rows on either side) a test gives null, never NaN.</summary>
/// <param name="Test">psi, jensen_shannon, hellinger, kl, wasserstein, ks, anderson_darling, cramer_von_mises, chi_square, chi_square_pooled, missing_rate or new_categories.</param>
/// <param name="Statistic">The test's own figure.</param>
/// <param name="PValue">The chance of a figure at least as large without any change; null for a distance.</param>
/// <param name="EffectSize">A size that does not grow with the number of rows: D for ks, Cramér's V for chi_square, the normalised distance for wasserstein, the figure itself for the others.</param>
public sealed record DriftStatistic(string Test, double Statistic, double? PValue, double EffectSize)
{
    /// <summary>For a statistic read from bins: the largest value that the rows behind the bins could have. The statistic itself is the smallest.</summary>
    public double? UpperBound { get; init; }

    /// <summary>For a statistic read from a sketch: by how much it, and the effect size, may be off either way. p is that of the statistic less this error, so that it never claims more than the rows would.</summary>
    public double? Error { get; init; }
}
