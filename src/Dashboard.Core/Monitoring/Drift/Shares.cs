namespace Dashboard.Core.Monitoring.Drift;

/// <summary>What the tests on counts have in common.</summary>
internal static class Shares
{
    /// <exception cref="ArgumentException">The lengths differ or a count is negative.</exception>
    public static (double Reference, double Current) Totals(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (reference.Length != current.Length)
            throw new ArgumentException($"The reference has {reference.Length} bins and the current counts {current.Length}; expected the same bins.", nameof(current));
        return (Total(reference), Total(current));
    }

    private static double Total(ReadOnlySpan<long> counts)
    {
        var total = 0L;
        foreach (var count in counts)
        {
            if (count < 0)
                throw new ArgumentException($"A count is {count}; expected 0 or more.", nameof(counts));
            total += count;
        }

        return total;
    }
}
