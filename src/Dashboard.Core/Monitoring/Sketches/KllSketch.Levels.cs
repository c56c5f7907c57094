namespace Dashboard.Core.Monitoring.Sketches;

/// <content>Levels and how they are made shorter.</content>
public sealed partial class KllSketch
{
    /// <summary>How many values a sketch of these levels may hold before it is made shorter.</summary>
    internal static int MostHeld(int k, int levelCount)
    {
        var most = 0;
        for (var level = 0; level < levelCount; level++)
            most += Capacity(k, levelCount - 1 - level);
        return most;
    }

    private static int Capacity(int k, int depth) => Math.Max(LeastCapacity, (int)Math.Ceiling(k * Math.Pow(Shrink, depth)));

    private void Measure()
    {
        capacities = new int[levels.Length];
        for (var level = 0; level < capacities.Length; level++)
            capacities[level] = Capacity(K, capacities.Length - 1 - level);
        capacity = capacities.Sum();
    }

    private void AddLevel()
    {
        levels = [.. levels, []];
        sizes = [.. sizes, 0];
        Measure();
    }

    private double[] Grow(int level, int more)
    {
        if (sizes[level] + more > levels[level].Length)
            Array.Resize(ref levels[level], Math.Max(sizes[level] + more, Math.Max(LeastCapacity, 2 * levels[level].Length)));
        return levels[level];
    }

    /// <summary>Counts values that were put behind level 0.</summary>
    private void Added(Span<double> values)
    {
        double minimum = Minimum, maximum = Maximum;
        var isNumber = true;
        foreach (ref var value in values)
        {
            // −0 becomes 0: it is stored as such, and a sketch goes on the same after it was.
            value += 0.0;
            minimum = value < minimum ? value : minimum;
            maximum = value > maximum ? value : maximum;
            isNumber &= !double.IsNaN(value);
        }

        if (!isNumber)
            throw new ArgumentOutOfRangeException(nameof(values), double.NaN, "What is not a number has no rank.");
        (Minimum, Maximum, ranked) = (minimum, maximum, null);
        Count += values.Length;
        sizes[0] += values.Length;
        held += values.Length;
        Shorten();
    }

    private void Shorten()
    {
        while (held > capacity)
        {
            var level = 0;
            while (level < levels.Length - 1 && sizes[level] < capacities[level])
                level++;
            if (level == levels.Length - 1)
                AddLevel();

            Compact(level);
        }
    }

    /// <summary>Sends every other value of a level up. Of an odd number the smallest stays.</summary>
    private void Compact(int level)
    {
        if (level == 0)
            Order();
        var values = levels[level].AsSpan(0, sizes[level]);
        var stays = values.Length & 1;
        var half = values.Length / 2;
        var from = stays + Coin(values);
        Span<double> up = half <= 512 ? stackalloc double[half] : new double[half];
        for (var i = 0; i < half; i++)
            up[i] = values[from + (2 * i)];
        Merge(level + 1, up);
        sizes[level] = stays;
        if (level == 0)
            ordered = stays;
        held -= half;
    }

    /// <summary>0 or 1, as good as drawn by lot.</summary>
    private static int Coin(ReadOnlySpan<double> values)
    {
        var hash = (ulong)values.Length;
        foreach (var value in values)
            hash = (hash ^ BitConverter.DoubleToUInt64Bits(value)) * 0x9E37_79B9_7F4A_7C15;
        return (int)(StableHash.Mix(hash) >> 63);
    }

    /// <summary>Merges ascending values into a level above the lowest, from the back so that nothing needs to be set aside.</summary>
    private void Merge(int level, ReadOnlySpan<double> added)
    {
        var values = Grow(level, added.Length);
        int left = sizes[level] - 1, right = added.Length - 1;
        for (var at = left + right + 1; right >= 0; at--)
            values[at] = left >= 0 && values[left] > added[right] ? values[left--] : added[right--];
        sizes[level] += added.Length;
    }
}
