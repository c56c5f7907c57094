using MathNet.Numerics;

namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Whether more current rows than chance explains have a value that the reference does not have. The statistic is their share. A fresh sample of the same source has some too: every value that is so rare that by chance
/// all its rows fell on the current side. Given how often each value occurs on both sides together and without a change, value j with tⱼ rows is new with the chance qⱼ = Πᵢ (m − i)/(n + m − i), i &lt; tⱼ; p is
/// the chance of as many new rows. So a column of ids, in which every row is new, does not alarm, and an airport that appears with thirty flights does. The effect size is Cramér's V of the share beyond
/// what is expected.
/// </summary>
public static class NewCategories
{
    public const string Name = "new_categories";

    /// <summary>Up to this many expected new rows p is a convolution; above it, a normal tail.</summary>
    private const double MostConvolved = 50;

    /// <summary>Sums less likely than this are left out; p is right down to about 1e-25.</summary>
    private const double Negligible = 1e-30;

    /// <summary>On counts of the same categories. p is 1 without a new value. Null where a side has no row, and with fewer than two categories in all, as then none could be new.</summary>
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static DriftStatistic? OfCounts(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (referenceRows, currentRows) = Shares.Totals(reference, current);
        long found = 0;
        SortedDictionary<long, long> valuesByRows = [];
        for (var i = 0; i < reference.Length; i++)
        {
            var rows = reference[i] + current[i];
            found += reference[i] == 0 ? current[i] : 0;
            if (rows > 0)
                valuesByRows[rows] = valuesByRows.GetValueOrDefault(rows) + 1;
        }

        if (referenceRows == 0 || currentRows == 0 || valuesByRows.Values.Sum() < 2)
            return null;
        var groups = Groups(valuesByRows, referenceRows, currentRows);
        var expected = groups.Sum(group => group.Expected);
        var share = found / currentRows;
        var p = found == 0 ? 1 : expected <= MostConvolved ? Convolved(groups, found) : Normal(groups, found, expected, (1 / currentRows) - (1 / (referenceRows + currentRows)));
        return new(Name, share, p, ShareEffect.OfShare(0, Math.Max(0, share - (expected / currentRows))));
    }

    private static List<Group> Groups(SortedDictionary<long, long> valuesByRows, double referenceRows, double currentRows)
    {
        List<Group> groups = [];
        var (chance, placed) = (1.0, 0L);
        foreach (var (rows, values) in valuesByRows)
        {
            for (; placed < rows && chance > 0; placed++)
                chance *= Math.Max(0, currentRows - placed) / (referenceRows + currentRows - placed);
            if (values * chance < Negligible)
                break;
            groups.Add(new(rows, values, chance));
        }

        return groups;
    }

    /// <summary>P(Σ tⱼ·Bⱼ ≥ found) with Bⱼ independent; in truth they are slightly negatively dependent, which makes the tail no longer.</summary>
    private static double Convolved(List<Group> groups, long found)
    {
        Dictionary<long, double> chances = new() { [0] = 1 };
        var reached = 0.0;
        foreach (var group in groups)
        {
            Dictionary<long, double> next = [];
            foreach (var (sum, chance) in chances)
                for (var l = 0L; l <= group.Values; l++)
                {
                    var both = chance * group.Binomial(l);
                    if (both < Negligible && l > group.Values * group.Chance)
                        break;
                    if (sum + (l * group.Rows) >= found)
                        reached += both;
                    else if (both >= Negligible)
                        next[sum + (l * group.Rows)] = next.GetValueOrDefault(sum + (l * group.Rows)) + both;
                }

            chances = next;
        }

        return Math.Min(1, reached);
    }

    /// <summary>The normal tail from half a row below the number found.</summary>
    /// <param name="scarcity">1/m − 1/(n + m): rows are drawn without replacement, so that P(both new) ≈ qⱼ·qₖ·exp(−tⱼ·tₖ·scarcity).</param>
    private static double Normal(List<Group> groups, long found, double expected, double scarcity)
    {
        var variance = 0.0;
        foreach (var one in groups)
        {
            variance += one.Rows * one.Expected * (1 - one.Chance);
            foreach (var other in groups)
            {
                var pairs = (one.Expected * other.Expected) - (ReferenceEquals(one, other) ? one.Expected * one.Rows * one.Chance : 0);
                variance += pairs * Math.Exp(-one.Rows * (double)other.Rows * scarcity) - pairs;
            }
        }

        return 0.5 * SpecialFunctions.Erfc((found - 0.5 - expected) / Math.Sqrt(2 * Math.Max(variance, 0.25)));
    }

    /// <summary>Values that occur equally often.</summary>
    /// <param name="Chance">That all rows of one of them are current.</param>
    private sealed record Group(long Rows, long Values, double Chance)
    {
        /// <summary>Rows of new values that chance gives.</summary>
        public double Expected => Rows * (double)Values * Chance;

        /// <summary>The chance that <paramref name="count"/> of the values are new.</summary>
        public double Binomial(long count) => Math.Exp(SpecialFunctions.GammaLn(Values + 1.0) - SpecialFunctions.GammaLn(count + 1.0) - SpecialFunctions.GammaLn(Values - count + 1.0)
            + (count * Math.Log(Chance)) + ((Values - count) * double.LogP1(-Chance)));
    }
}
