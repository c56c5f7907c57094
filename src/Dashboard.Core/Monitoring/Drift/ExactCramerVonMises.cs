namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// The exact null distribution of the two-sample Cramér–von Mises statistic: for every way in which the pooled rows can fall on the two sides, the statistic is a sum over distinct values, so that the ways can be counted
/// value by value (Xiao, Gordon and Yakovlev 2006, algorithm 1). Here ties are part of the count; scipy counts as though there were none, and can then call a difference impossible that is likely.
/// </summary>
internal static class ExactCramerVonMises
{
    /// <summary>The chance of a statistic of at least that of <paramref name="pair"/>.</summary>
    /// <param name="pair">At most <see cref="CramerVonMises.LargestExact"/> rows a side: the number of ways, C(40, 20), fits a double exactly.</param>
    public static double Survival(SamplePair pair)
    {
        ReadOnlySpan<int> reference = pair.Reference, current = pair.Current;
        long n = pair.ReferenceRows, m = pair.CurrentRows, seen = 0;
        int r = 0, c = 0;
        // ways[r]: with r of the rows so far in the reference, how many ways lead to each sum.
        var ways = new Dictionary<long, double>[n + 1];
        ways[0] = new() { [0] = 1 };
        for (var i = 0; i < reference.Length; i++)
        {
            seen += CramerVonMises.Quarters(n, m, r, c, reference[i], current[i]);
            ways = Next(ways, n, m, r + c, reference[i] + current[i]);
            r += reference[i];
            c += current[i];
        }

        var (atLeast, all) = (0.0, 0.0);
        foreach (var (sum, count) in ways[n])
        {
            all += count;
            atLeast += sum >= seen ? count : 0;
        }

        return atLeast / all;
    }

    /// <summary>Adds <paramref name="tied"/> rows of one value to the <paramref name="before"/> rows below it.</summary>
    private static Dictionary<long, double>[] Next(Dictionary<long, double>[] ways, long n, long m, int before, int tied)
    {
        var next = new Dictionary<long, double>[ways.Length];
        for (var r = 0; r < ways.Length; r++)
        {
            if (ways[r] is null)
                continue;
            var choose = 1.0;
            for (var a = 0; a <= tied && r + a <= n; choose = choose * (tied - a) / (a + 1), a++)
            {
                if (before + tied - r - a > m)
                    continue;
                var added = CramerVonMises.Quarters(n, m, r, before - r, a, tied - a);
                var sums = next[r + a] ??= [];
                foreach (var (sum, count) in ways[r])
                    sums[sum + added] = sums.GetValueOrDefault(sum + added) + (count * choose);
            }
        }

        return next;
    }
}
