using System.Numerics;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>
/// Divides what a coalition is worth among its players (Shapley 1953): each player's mean contribution over all orders in which they can join. A worth may be a vector; each entry is divided
/// for itself.
/// </summary>
/// <param name="Values">For each player its share of the worth; together exactly what all players are worth more than none.</param>
/// <param name="IsExact">False: estimated from sampled orders.</param>
public sealed record ShapleyValues(IReadOnlyList<double[]> Values, bool IsExact)
{
    /// <summary>Up to so many players every coalition is asked for.</summary>
    public const int MostExact = 8;

    /// <summary>Beyond that, about so many coalitions.</summary>
    public const int SampledCoalitions = 1 << MostExact;

    private const int Seed = 42;

    /// <param name="players">From 1 to 64.</param>
    /// <param name="worth">What a coalition, given by its bits, is worth; vectors of one length. Asked once for each.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no players or too many.</exception>
    public static ShapleyValues Of(int players, Func<ulong, double[]> worth)
    {
        if (players is < 1 or > 64)
            throw new ArgumentOutOfRangeException(nameof(players), players, "From 1 to 64 players.");
        var known = new Dictionary<ulong, double[]>();
        double[] Known(ulong coalition)
        {
            if (!known.TryGetValue(coalition, out var value))
                known[coalition] = value = worth(coalition);
            return value;
        }

        return players <= MostExact ? new(Exact(players, Known), true) : new(Sampled(players, Known, () => known.Count), false);
    }

    private static double[][] Exact(int players, Func<ulong, double[]> worth)
    {
        var values = Empty(players, worth(0).Length);
        for (var coalition = 0UL; coalition < 1UL << players; coalition++)
        {
            // Orders in which exactly these came before: |S|!·(n − |S| − 1)!/n!.
            var before = BitOperations.PopCount(coalition);
            if (before == players)
                continue;
            var weight = 1.0 / players;
            for (var i = 1; i <= before; i++)
                weight *= i / (double)(players - before - 1 + i);
            for (var player = 0; player < players; player++)
                if ((coalition & (1UL << player)) == 0)
                    Add(values[player], worth(coalition | (1UL << player)), worth(coalition), weight);
        }

        return values;
    }

    /// <summary>Orders drawn at random, each followed by its reverse, which evens out the draw (Mitchell, Cooper, Frank and Holmes 2022).</summary>
    private static double[][] Sampled(int players, Func<ulong, double[]> worth, Func<int> asked)
    {
        var values = Empty(players, worth(0).Length);
        var random = new Random(Seed);
        int[] order = [.. Enumerable.Range(0, players)];
        var orders = 0;
        do
        {
            random.Shuffle(order);
            Join(order, values, worth);
            Join([.. order.Reverse()], values, worth);
            orders += 2;
        }
        while (asked() + (2 * players) <= SampledCoalitions);
        foreach (var value in values)
            for (var i = 0; i < value.Length; i++)
                value[i] /= orders;
        return values;
    }

    private static void Join(int[] order, double[][] values, Func<ulong, double[]> worth)
    {
        var coalition = 0UL;
        foreach (var player in order)
        {
            Add(values[player], worth(coalition | (1UL << player)), worth(coalition), 1);
            coalition |= 1UL << player;
        }
    }

    private static double[][] Empty(int players, int length) => [.. Enumerable.Range(0, players).Select(_ => new double[length])];

    private static void Add(double[] to, double[] with, double[] without, double weight)
    {
        for (var i = 0; i < to.Length; i++)
            to[i] += weight * (with[i] - without[i]);
    }
}
