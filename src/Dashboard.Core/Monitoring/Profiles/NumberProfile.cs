using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>The finite values of one number feature: exact moments and extremes, a sketch of the distribution, and once that is no longer exact a count of different values.</summary>
internal sealed class NumberProfile
{
    public long Count { get; private set; }

    public ExactSum Sum { get; private set; } = new();

    public ExactSum Squares { get; private set; } = new();

    public float Minimum { get; private set; } = float.PositiveInfinity;

    public float Maximum { get; private set; } = float.NegativeInfinity;

    /// <summary>Holds fewer values than <see cref="Count"/> where some were counted before sketches were kept.</summary>
    public KllSketch Values { get; private set; } = new();

    /// <summary>Null while <see cref="Values"/> holds every value, which then tells how many differ.</summary>
    public HyperLogLog? Distinct { get; private set; }

    /// <summary>How many different values there were.</summary>
    public double DistinctCount
    {
        get
        {
            if (Distinct is not null)
                return Distinct.Estimate();
            var count = 0;
            var held = Values.Ranked.Values;
            for (var i = 0; i < held.Length; i++)
                count += i == 0 || held[i] != held[i - 1] ? 1 : 0;
            return count;
        }
    }

    /// <summary>Adds finite values.</summary>
    public void Add(ReadOnlySpan<float> finite)
    {
        Count += finite.Length;
        float minimum = Minimum, maximum = Maximum;
        foreach (var value in finite)
        {
            // The square of a float32 is exact as a double.
            Sum.Add(value);
            Squares.Add((double)value * value);
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
        }

        (Minimum, Maximum) = (minimum, maximum);
        Widen(finite.Length);
        if (Distinct is not null)
            foreach (var value in finite)
                Distinct.Add((double)value);
        Values.Add(finite);
    }

    public void Add(NumberProfile other)
    {
        Count += other.Count;
        Sum.Add(other.Sum);
        Squares.Add(other.Squares);
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
        Widen(other.Values.Count);
        if (Distinct is not null && other.Distinct is not null)
            Distinct.Add(other.Distinct);
        else if (Distinct is not null)
            Add(Distinct, other.Values);
        Values.Add(other.Values);
    }

    public void Clear()
    {
        Count = 0;
        Sum.Clear();
        Squares.Clear();
        (Minimum, Maximum) = (float.PositiveInfinity, float.NegativeInfinity);
        Values.Clear();
        Distinct = null;
    }

    /// <summary>Moments and extremes, as they were stored.</summary>
    public static NumberProfile Of(long count, ExactSum sum, ExactSum squares, float minimum, float maximum) =>
        new() { Count = count, Sum = sum, Squares = squares, Minimum = minimum, Maximum = maximum };

    /// <summary>Takes over the sketches that belong to it.</summary>
    public void Restore(KllSketch values, HyperLogLog? distinct) => (Values, Distinct) = (values, distinct);

    /// <summary>Starts to count different values before the sketch lets go of the first of them, so that a count covers all.</summary>
    private void Widen(long more)
    {
        if (Distinct is null && Values.Count + more > Values.K)
            Add(Distinct = new(), Values);
    }

    private static void Add(HyperLogLog distinct, KllSketch values)
    {
        foreach (var value in values.Ranked.Values)
            distinct.Add(value);
    }
}
