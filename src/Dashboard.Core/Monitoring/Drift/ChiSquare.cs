using MathNet.Numerics;

namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Pearson's chi-square test that two samples share one distribution over categories, on the 2×k table without Yates's correction. Both samples are taken as samples: taking the
/// reference as exact alarms far too often. The effect size is Cramér's V = √(χ²/n), in [0, 1].
/// </summary>
public static class ChiSquare
{
    public const string Name = "chi_square";

    /// <summary>On counts of the same categories; those that occur on neither side do not count. With one category only the samples are equal: 0 with p = 1. Null without rows on either side.</summary>
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static DriftStatistic? OfCounts(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (referenceRows, currentRows) = Shares.Totals(reference, current);
        if (referenceRows == 0 || currentRows == 0)
            return null;
        var (all, statistic, categories) = (referenceRows + currentRows, 0.0, 0);
        for (var i = 0; i < reference.Length; i++)
        {
            double both = reference[i] + (double)current[i];
            if (both == 0)
                continue;
            categories++;
            double expectedReference = both * referenceRows / all, expectedCurrent = both * currentRows / all;
            var deviation = reference[i] - expectedReference;
            statistic += deviation * deviation * ((1 / expectedReference) + (1 / expectedCurrent));
        }

        return categories < 2
            ? new(Name, 0, 1, 0)
            : new(Name, statistic, Survival(statistic, categories - 1), Math.Sqrt(statistic / all));
    }

    /// <summary>The chance that a chi-square variable exceeds a value: the regularised upper incomplete gamma function Q(k/2, x/2).</summary>
    public static double Survival(double statistic, double degreesOfFreedom) =>
        statistic <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized(degreesOfFreedom / 2, statistic / 2);
}
