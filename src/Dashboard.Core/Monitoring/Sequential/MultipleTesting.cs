namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>What a procedure for many tests at once decided, in the order of the tests.</summary>
/// <param name="Reject">Whether the test's null hypothesis is rejected.</param>
/// <param name="Adjusted">The smallest level at which it would be, in [0, 1]; NaN for a test that was not made.</param>
public sealed record TestDecisions(IReadOnlyList<bool> Reject, IReadOnlyList<double> Adjusted)
{
    public int Rejections => Reject.Count(rejected => rejected);
}

/// <summary>
/// Many hypotheses tested together: fifty columns at 5 % each would raise two and a half false alarms a window. A p-value of NaN stands for a test that was not made (no data): it counts in no
/// denominator and is never rejected.
/// </summary>
public static class MultipleTesting
{
    /// <summary>Controls the false discovery rate where the tests are independent or positively dependent (Benjamini and Hochberg 1995; Benjamini and Yekutieli 2001).</summary>
    /// <param name="pValues">Each in [0, 1] or NaN.</param>
    /// <param name="level">The rate promised, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A p-value or the level is out of range.</exception>
    public static TestDecisions BenjaminiHochberg(ReadOnlySpan<double> pValues, double level) => StepUp(pValues, level, _ => 1);

    /// <summary>Controls the false discovery rate under any dependence, at the price of a factor Σ 1/i (Benjamini and Yekutieli 2001).</summary>
    /// <inheritdoc cref="BenjaminiHochberg"/>
    public static TestDecisions BenjaminiYekutieli(ReadOnlySpan<double> pValues, double level) => StepUp(pValues, level, tests =>
    {
        var harmonic = 0.0;
        for (var i = 1; i <= tests; i++)
            harmonic += 1.0 / i;
        return harmonic;
    });

    /// <summary>Controls the chance of any false rejection under any dependence (Holm 1979); never weaker than <see cref="Bonferroni"/>.</summary>
    /// <inheritdoc cref="BenjaminiHochberg"/>
    public static TestDecisions Holm(ReadOnlySpan<double> pValues, double level)
    {
        var order = Ascending(pValues, level);
        var adjusted = NotMade(pValues.Length);
        var most = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
        {
            most = Math.Max(most, Math.Min(1, (order.Length - rank) * pValues[order[rank]]));
            adjusted[order[rank]] = most;
        }

        return Decide(adjusted, level);
    }

    /// <summary>Controls the chance of any false rejection under any dependence: each p-value times the number of tests.</summary>
    /// <inheritdoc cref="BenjaminiHochberg"/>
    public static TestDecisions Bonferroni(ReadOnlySpan<double> pValues, double level)
    {
        var order = Ascending(pValues, level);
        var adjusted = NotMade(pValues.Length);
        foreach (var test in order)
            adjusted[test] = Math.Min(1, order.Length * pValues[test]);
        return Decide(adjusted, level);
    }

    /// <summary>
    /// e-BH: controls the false discovery rate of e-values under any dependence (Wang and Ramdas 2022). Rejects the k largest for the largest k with k·e₍k₎/m ≥ 1/level. What is given as
    /// adjusted is the smallest level that would reject, min over k at or after the value's own rank of m/(k·e₍k₎), at most 1.
    /// </summary>
    /// <param name="eValues">Each 0 or more, infinity allowed; NaN for a test that was not made.</param>
    /// <param name="level">The rate promised, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An e-value is negative or the level is out of range.</exception>
    public static TestDecisions EBenjaminiHochberg(ReadOnlySpan<double> eValues, double level)
    {
        var inverse = new double[eValues.Length];
        for (var i = 0; i < eValues.Length; i++)
        {
            if (eValues[i] < 0)
                throw new ArgumentOutOfRangeException(nameof(eValues), eValues[i], "An e-value is 0 or more.");
            // BH on 1/e is e-BH; above 1 the value says nothing either way.
            inverse[i] = double.IsNaN(eValues[i]) ? double.NaN : Math.Min(1, 1 / eValues[i]);
        }

        return StepUp(inverse, level, _ => 1);
    }

    private static TestDecisions StepUp(ReadOnlySpan<double> pValues, double level, Func<int, double> factor)
    {
        var order = Ascending(pValues, level);
        var adjusted = NotMade(pValues.Length);
        var (least, scale) = (1.0, factor(order.Length) * order.Length);
        for (var rank = order.Length - 1; rank >= 0; rank--)
        {
            least = Math.Min(least, pValues[order[rank]] * scale / (rank + 1));
            adjusted[order[rank]] = least;
        }

        return Decide(adjusted, level);
    }

    private static int[] Ascending(ReadOnlySpan<double> pValues, double level)
    {
        if (level is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "A level lies between 0 and 1.");
        var (keys, tests) = (new List<double>(pValues.Length), new List<int>(pValues.Length));
        for (var i = 0; i < pValues.Length; i++)
        {
            if (double.IsNaN(pValues[i]))
                continue;
            if (pValues[i] is not (>= 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(pValues), pValues[i], $"The p-value of test {i} must be from 0 to 1.");
            keys.Add(pValues[i]);
            tests.Add(i);
        }

        int[] order = [.. tests];
        Array.Sort([.. keys], order);
        return order;
    }

    private static double[] NotMade(int tests)
    {
        var adjusted = new double[tests];
        Array.Fill(adjusted, double.NaN);
        return adjusted;
    }

    private static TestDecisions Decide(double[] adjusted, double level) => new(Array.ConvertAll(adjusted, p => p <= level), adjusted);
}
