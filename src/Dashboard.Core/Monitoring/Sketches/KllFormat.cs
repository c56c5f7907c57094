using System.Numerics;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Sketches;

/// <summary>
/// How a KLL sketch is stored. Values become integers of the same order (of 32 bits where all are float32, otherwise of 64) without the zeros that all end in,
/// and a level is the steps from each value to the next, a run of equal values as one: whole numbers take a byte or two each.
/// </summary>
internal static class KllFormat
{
    private const byte Wide = 64;

    private const int MostOnStack = 2048;

    public static void Write(ProfileWriter writer, KllSketch sketch)
    {
        writer.Varint((ulong)sketch.Count);
        if (sketch.Count == 0)
            return;
        var codes = sketch.Held <= MostOnStack ? stackalloc ulong[sketch.Held] : new ulong[sketch.Held];
        var isWide = !Encode(sketch, codes, isWide: false, out var bits) && Encode(sketch, codes, isWide: true, out bits);
        var shift = Math.Min(BitOperations.TrailingZeroCount(bits), isWide ? 63 : 31);
        writer.Varint((ulong)sketch.K);
        writer.Byte((byte)(shift | (isWide ? Wide : 0)));
        var minimum = Code(sketch.Minimum, isWide) >> shift;
        writer.Varint(minimum);
        writer.Varint((Code(sketch.Maximum, isWide) >> shift) - minimum);
        writer.Varint((ulong)sketch.LevelCount);
        var at = 0;
        for (var level = 0; level < sketch.LevelCount; level++)
        {
            var size = sketch.SizeOf(level);
            Write(writer, codes.Slice(at, size), minimum, shift);
            at += size;
        }
    }

    public static KllSketch Read(ref ProfileReader reader)
    {
        var count = reader.Count();
        if (count == 0)
            return new();
        var k = reader.Varint();
        if (k is < KllSketch.LeastK or > KllSketch.MostK)
            throw new ProfileFormatException($"a sketch of size {k} is not known");
        var header = reader.Byte();
        var (isWide, shift) = ((header & Wide) != 0, header & 63);
        if (header >= 2 * Wide || (!isWide && shift > 31))
            throw new ProfileFormatException($"a sketch of form {header} is not known");
        var most = (isWide ? ulong.MaxValue : uint.MaxValue) >> shift;
        var minimum = reader.Varint();
        var span = reader.Varint();
        if (minimum > most || span > most - minimum)
            throw new ProfileFormatException("the extremes of a sketch are out of range");
        var levels = new double[Math.Max(1, reader.Length(1, KllSketch.MostLevels))][];
        long weight = 0, room = KllSketch.MostHeld((int)k, levels.Length);
        for (var level = 0; level < levels.Length; level++)
        {
            levels[level] = ReadLevel(ref reader, minimum, span, isWide, shift, room);
            room -= levels[level].Length;
            if (levels[level].Length > (count - weight) >> level)
                throw new ProfileFormatException("a sketch holds more than its count");
            weight += (long)levels[level].Length << level;
        }

        if (weight != count)
            throw new ProfileFormatException($"a sketch of {count} values holds {weight}");
        var sketch = new KllSketch((int)k);
        sketch.Restore(levels, count, Value(minimum << shift, isWide), Value((minimum + span) << shift, isWide));
        return sketch;
    }

    private static void Write(ProfileWriter writer, ReadOnlySpan<ulong> ascending, ulong minimum, int shift)
    {
        writer.Varint((ulong)ascending.Length);
        var last = minimum;
        for (var i = 0; i < ascending.Length;)
        {
            var run = 1;
            while (i + run < ascending.Length && ascending[i + run] == ascending[i])
                run++;
            // A step of 0 says that the value before it comes again; the first value may be a step of 0 from the minimum.
            var code = ascending[i] >> shift;
            writer.Varint(code - last + (i == 0 ? 1UL : 0));
            if (run > 1)
            {
                writer.Varint(0);
                writer.Varint((ulong)(run - 2));
            }

            last = code;
            i += run;
        }
    }

    private static double[] ReadLevel(ref ProfileReader reader, ulong minimum, ulong span, bool isWide, int shift, long room)
    {
        var length = reader.Varint();
        if (length > (ulong)room)
            throw new ProfileFormatException($"a level of {length} values does not fit");
        var values = new double[(int)length];
        ulong at = 0;
        for (var i = 0; i < values.Length;)
        {
            var step = reader.Varint();
            var times = 1UL;
            if (i == 0)
            {
                if (step == 0)
                    throw new ProfileFormatException("a level begins with a repetition");
                step--;
            }
            else if (step == 0)
            {
                times = reader.Varint();
                if (times >= (ulong)(values.Length - i))
                    throw new ProfileFormatException("a value is repeated beyond its level");
                times++;
            }

            if (step > span - at)
                throw new ProfileFormatException("a value lies beyond its maximum");
            at += step;
            var value = Value((minimum + at) << shift, isWide);
            for (; times > 0; times--)
                values[i++] = value;
        }

        return values;
    }

    /// <summary>Turns everything that is held into codes, level after level, each ascending.</summary>
    /// <param name="bits">The bits that are set in any of them, or in the extremes.</param>
    /// <returns>False where a value is no float32 and codes are not wide.</returns>
    private static bool Encode(KllSketch sketch, Span<ulong> codes, bool isWide, out ulong bits)
    {
        bits = Code(sketch.Minimum, isWide) | Code(sketch.Maximum, isWide);
        var at = 0;
        for (var level = 0; level < sketch.LevelCount; level++)
        {
            foreach (var value in sketch.Level(level))
            {
                if (!isWide && (float)value != value)
                    return false;
                bits |= codes[at++] = Code(value, isWide);
            }

            // Those above are sorted already.
            if (level == 0)
                codes[..at].Sort();
        }

        return isWide || ((float)sketch.Minimum == sketch.Minimum && (float)sketch.Maximum == sketch.Maximum);
    }

    /// <summary>An integer that orders as the number does: the middle of the range is zero, a number's magnitude without its sign lies above or below it.</summary>
    private static ulong Code(double value, bool isWide)
    {
        if (isWide)
            return BitConverter.DoubleToInt64Bits(Math.Abs(value)) is var wide && value < 0 ? (1UL << 63) - (ulong)wide : (1UL << 63) + (ulong)wide;
        var narrow = BitConverter.SingleToUInt32Bits(Math.Abs((float)value));
        return value < 0 ? (1U << 31) - narrow : (1U << 31) + narrow;
    }

    private static double Value(ulong code, bool isWide)
    {
        var middle = isWide ? 1UL << 63 : 1UL << 31;
        var bits = code < middle ? middle - code : code - middle;
        var magnitude = isWide ? BitConverter.UInt64BitsToDouble(bits) : BitConverter.UInt32BitsToSingle((uint)bits);
        if (!(magnitude >= 0))
            throw new ProfileFormatException("a value of a sketch is not a number");
        return code < middle ? -magnitude : magnitude;
    }
}
