namespace Dashboard.Core.Monitoring.Drift;

/// <summary>Jensen–Shannon distance √(½·KL(r‖m) + ½·KL(c‖m)), m = (r + c) / 2: 0 for equal shares, 1 in base 2 for shares with nothing in common.</summary>
public static class JensenShannon
{
    public const string Name = "jensen_shannon";

    /// <summary>On counts in the same bins or categories; null without rows on either side.</summary>
    /// <param name="logBase">2 for a distance in [0, 1]; e for one in [0, √ln 2].</param>
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static DriftStatistic? OfCounts(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double logBase = 2)
    {
        var (referenceRows, currentRows) = Shares.Totals(reference, current);
        if (referenceRows == 0 || currentRows == 0)
            return null;
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            double r = reference[i] / referenceRows, c = current[i] / currentRows, middle = (r + c) / 2;
            if (r > 0)
                sum += r * Math.Log(r / middle);
            if (c > 0)
                sum += c * Math.Log(c / middle);
        }

        // Rounding can leave −1e-17 where shares are equal.
        var distance = Math.Sqrt(Math.Max(0, sum) / 2 / Math.Log(logBase));
        return new(Name, distance, null, distance);
    }
}

/// <summary>Hellinger distance √(½·Σ(√r − √c)²), in [0, 1].</summary>
public static class Hellinger
{
    public const string Name = "hellinger";

    /// <inheritdoc cref="PopulationStabilityIndex.OfCounts"/>
    public static DriftStatistic? OfCounts(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (referenceRows, currentRows) = Shares.Totals(reference, current);
        if (referenceRows == 0 || currentRows == 0)
            return null;
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var difference = Math.Sqrt(reference[i] / referenceRows) - Math.Sqrt(current[i] / currentRows);
            sum += difference * difference;
        }

        var distance = Math.Sqrt(sum / 2);
        return new(Name, distance, null, distance);
    }
}

/// <summary>Kullback–Leibler divergence Σ r·ln(r / c) of the current from the reference shares, in nats; an empty current share counts as 1e-4 so that it stays finite.</summary>
public static class KullbackLeibler
{
    public const string Name = "kl";

    /// <inheritdoc cref="PopulationStabilityIndex.OfCounts"/>
    public static DriftStatistic? OfCounts(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (referenceRows, currentRows) = Shares.Totals(reference, current);
        if (referenceRows == 0 || currentRows == 0)
            return null;
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] == 0)
                continue;
            var r = reference[i] / referenceRows;
            var c = current[i] == 0 ? PopulationStabilityIndex.EmptyShare : current[i] / currentRows;
            sum += r * Math.Log(r / c);
        }

        return new(Name, sum, null, sum);
    }
}
