namespace Dashboard.Browser.Tests.Load;

/// <summary>How long predictions took to be seen.</summary>
internal static class LatencyOf
{
    /// <summary>For each request the milliseconds until a number was seen that includes it: the n-th sent is in a count of n and more.</summary>
    /// <param name="sentAt">Unix milliseconds, ascending.</param>
    /// <param name="before">The count before the first of them.</param>
    /// <param name="seen">Count and Unix milliseconds, in order.</param>
    public static IEnumerable<double> Each(double[] sentAt, long before, IReadOnlyList<double[]> seen)
    {
        var at = 0;
        for (var n = 0; n < sentAt.Length; n++)
        {
            while (at < seen.Count && seen[at][0] < before + n + 1)
                at++;
            if (at == seen.Count)
                yield break;
            yield return seen[at][1] - sentAt[n];
        }
    }

    public static double Quantile(IReadOnlyList<double> ascending, double share) => ascending.Count == 0 ? double.NaN : ascending[(int)(share * (ascending.Count - 1))];
}
