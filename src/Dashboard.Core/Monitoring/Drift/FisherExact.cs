namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Fisher's exact test that two shares are equal: given how many rows have the property in all, the number among the current rows is hypergeometric. Two-sided: the chance of every table that is at most as likely
/// as the one that was seen, as in scipy and R. Its cost grows with the smallest of the four margins.
/// </summary>
public static class FisherExact
{
    /// <summary>Tables as likely as the one that was seen must not be lost to rounding.</summary>
    private const double Margin = 1e-9;

    /// <param name="inReference">Reference rows with the property, of <paramref name="reference"/>.</param>
    /// <param name="inCurrent">Current rows with the property, of <paramref name="current"/>.</param>
    public static double TwoSided(long inReference, long reference, long inCurrent, long current)
    {
        var with = inReference + inCurrent;
        var (weights, low) = Likelihoods(reference, with, current);
        var limit = weights[inCurrent - low] * (1 + Margin);
        var (asUnlikely, all) = (0.0, 0.0);
        foreach (var weight in weights)
        {
            all += weight;
            asUnlikely += weight <= limit ? weight : 0;
        }

        return asUnlikely / all;
    }

    /// <summary>The smallest chance that any table with these margins can have: where it is large, no split of the rows could find anything.</summary>
    /// <param name="with">Rows with the property on both sides.</param>
    public static double Smallest(long reference, long with, long current)
    {
        long low = Math.Max(0, with - reference), high = Math.Min(with, current);
        return Math.Min(TwoSided(with - low, reference, low, current), TwoSided(with - high, reference, high, current));
    }

    /// <summary>The likelihood of each number of current rows with the property, from the lowest possible on, relative to the likeliest.</summary>
    private static (double[] Weights, long Low) Likelihoods(long reference, long with, long current)
    {
        long low = Math.Max(0, with - reference), high = Math.Min(with, current);
        var mode = Math.Clamp((long)((with + 1.0) * (current + 1.0) / (reference + current + 2.0)), low, high);
        var weights = new double[high - low + 1];
        weights[mode - low] = 1;
        for (var at = mode; at < high; at++)
            weights[at + 1 - low] = weights[at - low] * (with - at) * (current - at) / ((at + 1.0) * (reference - with + at + 1));
        for (var at = mode; at > low; at--)
            weights[at - 1 - low] = weights[at - low] * at * (reference - with + at) / ((with - at + 1.0) * (current - at + 1));
        return (weights, low);
    }
}
