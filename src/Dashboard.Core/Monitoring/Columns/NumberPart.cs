using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Monitoring.Columns;

/// <summary>The numbers of a column (or its timestamps, as Unix seconds): exact counts, moments and extremes, exact counts of each value up to <see cref="MostValues"/> different ones, a quantile sketch, and how many values differ.</summary>
public sealed class NumberPart
{
    /// <summary>Up to this many different numbers each is counted, so that tests on a profile are as exact as on its rows.</summary>
    public const int MostValues = 1_000;

    /// <summary>
    /// The sketch's size: 99 of 100 distribution functions are within <see cref="KllSketch.LargestRankError"/>, 0.35 % of the rows, everywhere. Smaller differences than twice that, which no test from a profile can see,
    /// are far below what is called small.
    /// </summary>
    internal const int SketchSize = 1_024;

    private Dictionary<double, long>? values = [];

    /// <summary>Finite numbers.</summary>
    public long Finite { get; private set; }

    public long PositiveInfinities { get; private set; }

    public long NegativeInfinities { get; private set; }

    /// <summary>All numbers.</summary>
    public long Count => Finite + PositiveInfinities + NegativeInfinities;

    /// <summary>The smallest finite number; +∞ without any.</summary>
    public double Minimum { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest finite number; −∞ without any.</summary>
    public double Maximum { get; private set; } = double.NegativeInfinity;

    /// <summary>The smallest number, infinities included; null without any.</summary>
    public double? Smallest => Count == 0 ? null : Sketch.Minimum;

    /// <summary>The largest number, infinities included; null without any.</summary>
    public double? Largest => Count == 0 ? null : Sketch.Maximum;

    /// <summary>Mean of the finite numbers; null without any.</summary>
    public double? Mean => Finite == 0 ? null : ExactMoments.Mean(Sum, Finite);

    /// <summary>Standard deviation of the finite numbers as a sample (n − 1); null below two.</summary>
    public double? StandardDeviation => Finite < 2 ? null : Math.Sqrt(ExactMoments.Variance(Sum, Squares, Finite));

    /// <summary>How many numbers differ: exact while <see cref="Values"/> is known, beyond it within about 2 %.</summary>
    public long Distinct => values?.Count ?? (long)Math.Round(DistinctSketch.Estimate());

    /// <summary>How often each number occurs, infinities included, in no order; null where there are more than <see cref="MostValues"/> different ones.</summary>
    public IReadOnlyDictionary<double, long>? Values => values;

    /// <summary>Quantiles, infinities included.</summary>
    public KllSketch Sketch { get; private set; } = new(SketchSize);

    internal ExactSum Sum { get; private set; } = new();

    internal ExactSum Squares { get; private set; } = new();

    internal HyperLogLog DistinctSketch { get; private set; } = new();

    public void Add(double number)
    {
        if (double.IsFinite(number))
        {
            Finite++;
            Sum.Add(number);
            Squares.AddProduct(number, number);
            Minimum = Math.Min(Minimum, number);
            Maximum = Math.Max(Maximum, number);
        }
        else if (number > 0)
        {
            PositiveInfinities++;
        }
        else
        {
            NegativeInfinities++;
        }

        Sketch.Add(number);
        DistinctSketch.Add(number);
        if (values is not null)
            Count1(number, 1);
    }

    public void Add(NumberPart other)
    {
        Finite += other.Finite;
        PositiveInfinities += other.PositiveInfinities;
        NegativeInfinities += other.NegativeInfinities;
        Sum.Add(other.Sum);
        Squares.Add(other.Squares);
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
        Sketch.Add(other.Sketch);
        DistinctSketch.Add(other.DistinctSketch);
        if (other.values is null)
            values = null;
        foreach (var (number, count) in other.values ?? [])
            Count1(number, count);
    }

    /// <summary>The distribution as steps: exact where every value is counted, otherwise the sketch's; null without a number.</summary>
    internal NumberSteps? ToSteps() => Count == 0 ? null : values is null ? NumberSteps.Of(Sketch) : NumberSteps.Of(values);

    internal void Write(ProfileWriter writer)
    {
        writer.Varint((ulong)Finite);
        writer.Varint((ulong)PositiveInfinities);
        writer.Varint((ulong)NegativeInfinities);
        if (Finite > 0)
        {
            writer.Double(Minimum);
            writer.Double(Maximum);
            Sum.Write(writer);
            Squares.Write(writer);
        }

        writer.Byte((byte)(values is null ? 0 : 1));
        if (values is not null)
        {
            // What differs follows from the counts.
            writer.Varint((ulong)values.Count);
            foreach (var (number, count) in values.OrderBy(pair => pair.Key))
            {
                writer.UInt64(BitConverter.DoubleToUInt64Bits(number));
                writer.Varint((ulong)count);
            }
        }
        else
        {
            DistinctSketch.Write(writer);
        }

        Sketch.Write(writer);
    }

    /// <exception cref="ProfileFormatException">The bytes are not what <see cref="Write"/> writes.</exception>
    internal static NumberPart Read(ref ProfileReader reader)
    {
        var part = new NumberPart { Finite = reader.Count(), PositiveInfinities = reader.Count(), NegativeInfinities = reader.Count() };
        if (part.Finite > 0)
        {
            (part.Minimum, part.Maximum) = (reader.Double(), reader.Double());
            (part.Sum, part.Squares) = (ExactSum.Read(ref reader), ExactSum.Read(ref reader));
        }

        if (part.Minimum > part.Maximum && part.Finite > 0)
            throw new ProfileFormatException("a minimum is above its maximum");
        if (reader.Byte() is 1)
        {
            part.ReadValues(ref reader);
        }
        else
        {
            part.values = null;
            part.DistinctSketch = HyperLogLog.Read(ref reader);
        }

        part.Sketch = KllSketch.Read(ref reader);
        if (part.Sketch.Count != part.Count)
            throw new ProfileFormatException($"a sketch of {part.Sketch.Count} numbers belongs to {part.Count}");
        return part;
    }

    private void ReadValues(ref ProfileReader reader)
    {
        var last = double.NegativeInfinity;
        var (counted, length) = (0L, reader.Length(9, MostValues));
        for (var i = 0; i < length; i++)
        {
            var number = BitConverter.UInt64BitsToDouble(reader.UInt64());
            var count = reader.Count();
            if (double.IsNaN(number) || count == 0 || (i > 0 && number <= last))
                throw new ProfileFormatException("the counts of numbers are not in order");
            values![number] = count;
            DistinctSketch.Add(number);
            (last, counted) = (number, counted + count);
        }

        if (counted != Count)
            throw new ProfileFormatException($"the counts of numbers come to {counted}, expected {Count}");
    }

    private void Count1(double number, long times)
    {
        if (values is null)
            return;
        ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(values, number + 0.0, out _);
        count += times;
        if (values.Count > MostValues)
            values = null;
    }
}
