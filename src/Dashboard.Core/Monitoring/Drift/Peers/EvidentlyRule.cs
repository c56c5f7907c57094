using MathNet.Numerics;

namespace Dashboard.Core.Monitoring.Drift.Peers;

/// <summary>What a peer's rule says of a column.</summary>
/// <param name="Test">The test by which it decides.</param>
/// <param name="Score">A distance, or the p-value where <paramref name="IsPValue"/>.</param>
/// <param name="Limit">What the score is compared with.</param>
public sealed record PeerVerdict(string Test, double Score, bool IsPValue, double Limit, bool Drifted);

/// <summary>
/// Evidently's default rule (0.7), for those who compare: up to 1,000 reference rows Kolmogorov–Smirnov for numbers of more than five values, otherwise chi-square (the reference taken as exact) or, for two values,
/// the Z test, each at 5 %; with more rows the normalised Wasserstein distance for numbers and the Jensen–Shannon distance in base e for the others, each from 0.1 on. Missing and infinite values are dropped. A table has
/// drifted when half of its columns have.
/// </summary>
public static class EvidentlyRule
{
    public const string ChiSquareTest = "chisquare", ZTest = "z", JensenShannonDistance = "jensenshannon", WassersteinDistance = "wasserstein", KolmogorovSmirnovTest = "ks";

    private const int SmallReference = 1_000, FewValues = 5, CountedValues = 20;
    private const double Level = 0.05, SmallestDistance = 0.1;

    /// <summary>The share of columns from which on a table has drifted.</summary>
    public const double DriftedShare = 0.5;

    /// <returns>Null where a side has no value.</returns>
    public static PeerVerdict? OfNumbers(SortedSample reference, SortedSample current)
    {
        (reference, current) = (reference.Finite(), current.Finite());
        if (reference.Count == 0 || current.Count == 0)
            return null;
        var pair = SamplePair.Of(reference, current);
        if (pair.Distinct <= FewValues)
            return OfCounts(Longs(pair.Reference), Longs(pair.Current));
        return reference.Count <= SmallReference
            ? PValue(KolmogorovSmirnovTest, KolmogorovSmirnov.Of(pair)!.PValue!.Value)
            : Distance(WassersteinDistance, Wasserstein.Of(pair)!.EffectSize);
    }

    /// <summary>On counts of the same categories, in ascending order of their names (the Z test is of the first).</summary>
    /// <returns>Null without rows on either side.</returns>
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static PeerVerdict? OfCounts(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = Shares.Totals(reference, current);
        if (n == 0 || m == 0)
            return null;
        if (n > SmallReference)
            return Distance(JensenShannonDistance, JensenShannon.OfCounts(reference, current, Math.E)!.Statistic);
        return Occurring(reference, current) > 2 ? PValue(ChiSquareTest, OneSample(reference, current)) : PValue(ZTest, Z(reference, current));
    }

    /// <summary>Its Jensen–Shannon distance of numbers: on Sturges's bins of both samples, or on the values themselves up to twenty. Null where a side has no value.</summary>
    public static double? JensenShannonOfNumbers(SortedSample reference, SortedSample current)
    {
        (reference, current) = (reference.Finite(), current.Finite());
        if (reference.Count == 0 || current.Count == 0)
            return null;
        var pair = SamplePair.Of(reference, current);
        if (SamplePair.Of(reference, SortedSample.Of([])).Distinct <= CountedValues)
            return JensenShannon.OfCounts(Longs(pair.Reference), Longs(pair.Current), Math.E)!.Statistic;
        var edges = NumPyBins.Sturges(pair.Values[0], pair.Values[^1], reference.Count + current.Count);
        return JensenShannon.OfCounts(NumPyBins.Count(reference, edges), NumPyBins.Count(current, edges), Math.E)!.Statistic;
    }

    private static PeerVerdict PValue(string test, double p) => new(test, p, true, Level, p < Level);

    private static PeerVerdict Distance(string test, double distance) => new(test, distance, false, SmallestDistance, distance >= SmallestDistance);

    private static int Occurring(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var occurring = 0;
        for (var i = 0; i < reference.Length; i++)
            occurring += reference[i] + current[i] > 0 ? 1 : 0;
        return occurring;
    }

    /// <summary>p of its chi-square test: Pearson's goodness of fit with the reference taken as exact; a value that the reference does not have makes it 0. Both sides must have rows.</summary>
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static double OneSample(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = Shares.Totals(reference, current);
        var ratio = m / n;
        var (statistic, values) = (0.0, 0);
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] + current[i] == 0)
                continue;
            values++;
            var expected = reference[i] * ratio;
            statistic += (current[i] - expected) * (current[i] - expected) / expected;
        }

        return double.IsInfinity(statistic) ? 0 : ChiSquare.Survival(statistic, values - 1);
    }

    /// <summary>p of its Z test: two-sided, of the share of the first category that occurs. Both sides must have rows.</summary>
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static double Z(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = Shares.Totals(reference, current);
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] + current[i] == 0)
                continue;
            double r = 1 - (reference[i] / n), c = 1 - (current[i] / m), both = ((r * n) + (c * m)) / (n + m);
            return both == 0 ? 1 : SpecialFunctions.Erfc(Math.Abs(r - c) / Math.Sqrt(both * (1 - both) * ((1 / n) + (1 / m))) / Math.Sqrt(2));
        }

        return 1;
    }

    private static long[] Longs(ReadOnlySpan<int> counts)
    {
        var longs = new long[counts.Length];
        for (var i = 0; i < counts.Length; i++)
            longs[i] = counts[i];
        return longs;
    }
}
