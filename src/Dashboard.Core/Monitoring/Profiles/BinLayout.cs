namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// The bins of one encoded feature or of a regression's output, fixed by the reference. A number has n ascending edges and n + 1 bins: below the first edge,
/// [edge, next edge), and from the last edge on. A category has a bin for each known value and a last one for values that the model does not know.
/// Missing is no bin: it is counted apart.
/// </summary>
/// <param name="Name">The encoded feature's name.</param>
/// <param name="IsCategorical">True: bins are <paramref name="Categories"/>. False: bins are cut by <paramref name="Edges"/>.</param>
/// <param name="Edges">Strictly ascending. With <paramref name="HasOwnBins"/> each edge but the last is a value of its own.</param>
/// <param name="Categories">The category behind each code.</param>
/// <param name="Deciles">Positions in <paramref name="Edges"/> of the reference's deciles: the ten bins of a population stability index.</param>
/// <param name="HasOwnBins">True where the reference has so few distinct numbers that each has its bin.</param>
/// <param name="Shift">The reference's mean: sums are kept relative to it, so that they stay exact.</param>
public sealed record BinLayout(string Name, bool IsCategorical, float[] Edges, IReadOnlyList<string> Categories, int[] Deciles, bool HasOwnBins, double Shift)
{
    /// <summary>At most this many bins are cut from a reference.</summary>
    public const int MostBins = 100;

    /// <summary>The number of bins.</summary>
    public int Count => IsCategorical ? Categories.Count + 1 : Edges.Length + 1;

    /// <summary>Bins for a category.</summary>
    public static BinLayout OfCategories(string name, IReadOnlyList<string> categories) => new(name, true, [], categories, [], false, 0);

    /// <summary>Bins that hold any real number, for a model without a reference: two an octave from 2⁻²⁰ to 2⁴⁰ on both sides of zero.</summary>
    public static BinLayout Generic(string name)
    {
        var positive = Enumerable.Range(-40, 121).Select(half => (float)Math.Pow(2, half / 2.0)).ToArray();
        return new(name, false, [.. positive.Reverse().Select(edge => -edge), .. positive], [], [], false, 0);
    }

    /// <summary>
    /// Bins from a sample: one for each value where there are at most a hundred, otherwise cut at its percentiles. Edges are values of the sample
    /// (the order statistic at ⌊n·i/100⌋), so that the deciles are among them.
    /// </summary>
    /// <param name="sample">Any order; NaN and infinities are passed over. It is sorted in place.</param>
    public static BinLayout OfSample(string name, Span<float> sample)
    {
        var finite = 0;
        foreach (var value in sample)
            if (float.IsFinite(value))
                sample[finite++] = value;
        sample = sample[..finite];
        if (sample.IsEmpty)
            return Generic(name);
        sample.Sort();

        var sum = 0.0;
        foreach (var value in sample)
            sum += value;
        var distinct = Distinct(sample);
        var own = distinct is not null;
        var edges = distinct ?? Quantiles(sample, MostBins);
        edges.Add(float.BitIncrement(sample[^1]));
        var cuts = edges.ToArray();
        var deciles = distinct?.Count <= 11 ? Enumerable.Range(0, cuts.Length - 1) : Quantiles(sample, 10).Select(value => Array.BinarySearch(cuts, value));
        return new(name, false, cuts, [], [.. deciles], own, sum / finite);
    }

    /// <summary>The bin of a value that is not missing: a finite or infinite number, a category's code, or the unknown category's NaN.</summary>
    public int BinOf(float value)
    {
        if (IsCategorical)
            return value >= 0 && value < Categories.Count ? (int)value : Categories.Count;
        // The number of edges that are not above the value.
        int low = 0, high = Edges.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Edges[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>For each bin the coarse bin that it belongs to: at most ten groups of about equal reference mass for numbers, itself for categories.</summary>
    public int[] CoarseBins()
    {
        var groups = new int[Count];
        if (IsCategorical || Deciles.Length == 0)
        {
            for (var bin = 0; bin < groups.Length; bin++)
                groups[bin] = bin;
            return groups;
        }

        // Bin b starts at edge b − 1. What lies under the first decile edge belongs to the first group, what lies above the last to the last.
        var group = -1;
        for (var bin = 0; bin < groups.Length; bin++)
        {
            if (bin > 0 && group + 1 < Deciles.Length && Deciles[group + 1] == bin - 1)
                group++;
            groups[bin] = Math.Max(group, 0);
        }

        return groups;
    }

    public bool Equals(BinLayout? other) => other is not null && Name == other.Name && IsCategorical == other.IsCategorical && HasOwnBins == other.HasOwnBins
        && Shift.Equals(other.Shift) && Edges.AsSpan().SequenceEqual(other.Edges) && Deciles.AsSpan().SequenceEqual(other.Deciles) && Categories.SequenceEqual(other.Categories);

    public override int GetHashCode() => HashCode.Combine(Name, IsCategorical, Edges.Length, Categories.Count, Shift);

    private static List<float>? Distinct(ReadOnlySpan<float> ascending)
    {
        var distinct = new List<float>();
        foreach (var value in ascending)
        {
            if (distinct.Count > 0 && distinct[^1] == value)
                continue;
            if (distinct.Count == MostBins)
                return null;
            distinct.Add(value);
        }

        return distinct;
    }

    private static List<float> Quantiles(ReadOnlySpan<float> ascending, int parts)
    {
        var edges = new List<float>();
        for (var i = 0; i < parts; i++)
        {
            var value = ascending[(int)((long)ascending.Length * i / parts)];
            if (edges.Count == 0 || edges[^1] < value)
                edges.Add(value);
        }

        return edges;
    }
}
