using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Sketches;

/// <summary>
/// A sum of doubles without rounding, so that it depends on neither order nor grouping, and what is subtracted again leaves nothing behind. A small superaccumulator
/// (Kulisch; Neal 2015, arXiv:1505.05571): signed 64-bit limbs of radix 2³², whose carries are passed on only after 2²⁹ additions. Limbs are kept only
/// in the range that was touched: about five for numbers of like size. Any finite double and the exact product of any two fit. One thread may add; any number may read while none does.
/// </summary>
public sealed class ExactSum
{
    /// <summary>The weight of the first bit of limb 0 is 2 to this power: below the product of the two smallest doubles, 2⁻²¹⁴⁸.</summary>
    internal const int LowestExponent = -68 * 32;

    /// <summary>Limbs to the product of the two largest doubles, 2²⁰⁴⁸, and 2⁶³ times that.</summary>
    private const int MostLimbs = 136;

    private const int MostPending = 1 << 29;

    /// <summary>Where the bytes of a stored sum usually begin, near 2⁻³²: places are written from here, in one byte for nearly every sum.</summary>
    private const int UsualPlace = (-LowestExponent / 8) - 4;

    private const ulong LowBits = 0xFFFF_FFFF;

    private long[] limbs = [];
    private int first;
    private int pending;

    /// <summary>True where the sum is exactly zero.</summary>
    public bool IsZero => !limbs.AsSpan().ContainsAnyExcept(0) || ToInteger().Value.IsZero;

    /// <summary>Adds a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is infinite or not a number; callers count those apart.</exception>
    public void Add(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7FF;
        var mantissa = (ulong)bits & 0xF_FFFF_FFFF_FFFF;
        if (exponent == 0)
        {
            if (mantissa == 0)
                return;
            exponent = 1;
        }
        else
        {
            mantissa |= 1UL << 52;
            Refuse(exponent == 0x7FF, value);
        }

        var place = exponent - 1075 - LowestExponent;
        var shift = place & 31;
        var sign = bits >> 63;
        var at = Room(place >> 5, 3);
        var low = mantissa << shift;
        // x ^ sign − sign negates where the sign is −1.
        at[0] += ((long)(low & LowBits) ^ sign) - sign;
        at[1] += ((long)(low >> 32) ^ sign) - sign;
        at[2] += ((long)((mantissa >> 32) >> (32 - shift)) ^ sign) - sign;
        if (++pending >= MostPending)
            Normalize();
    }

    public void Subtract(double value) => Add(-value);

    /// <summary>Adds a · b without rounding the product. For two float32 numbers <see cref="Add(double)"/> of their product as doubles is exact as well, and cheaper.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A factor is infinite or not a number.</exception>
    public void AddProduct(double a, double b)
    {
        var (left, leftPlace) = Split(a);
        var (right, rightPlace) = Split(b);
        if (left == 0 || right == 0)
            return;
        var place = leftPlace + rightPlace - LowestExponent;
        var shift = place & 31;
        var sign = (BitConverter.DoubleToInt64Bits(a) ^ BitConverter.DoubleToInt64Bits(b)) >> 63;
        var high = Math.BigMul(left, right, out var low);
        // 106 bits, moved by up to 31: over 128, so the bits that are moved out are the fifth limb's.
        var moved = new UInt128(high, low) << shift;
        var at = Room(place >> 5, 5);
        for (var i = 0; i < 4; i++)
            at[i] += ((long)((ulong)(moved >> (32 * i)) & LowBits) ^ sign) - sign;
        at[4] += ((long)((high >> 32) >> (32 - shift)) ^ sign) - sign;
        if (++pending >= MostPending)
            Normalize();
    }

    /// <summary>Adds another sum.</summary>
    public void Add(ExactSum other)
    {
        if (other.limbs.Length == 0)
            return;
        var at = Room(other.first, other.limbs.Length);
        var added = other.limbs;
        for (var i = 0; i < added.Length; i++)
            at[i] += added[i];
        pending += other.pending + 1;
        if (pending >= MostPending)
            Normalize();
    }

    /// <summary>Back to zero, keeping the room.</summary>
    public void Clear()
    {
        Array.Clear(limbs);
        pending = 0;
    }

    /// <summary>The sum, rounded once to the nearest double, ties to even; ±infinity beyond the largest.</summary>
    public double ToDouble()
    {
        var (value, exponent) = ToInteger();
        return ExactMoments.Round(value, exponent, exact: true);
    }

    public override string ToString() => ToDouble().ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The sum as bytes; see <see cref="Deserialize"/>.</summary>
    public byte[] Serialize() => StoredSketch.Write(Write);

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <returns>The sum, or an error that says what is wrong with the bytes.</returns>
    public static Result<ExactSum> Deserialize(ReadOnlySpan<byte> bytes) => StoredSketch.Read(bytes, Read);

    /// <summary>The sum as integer · 2^exponent.</summary>
    internal (BigInteger Value, int Exponent) ToInteger()
    {
        Span<byte> bytes = stackalloc byte[4 * (limbs.Length + 1)];
        var magnitude = Magnitude(bytes, out var negative, out var place);
        var value = new BigInteger(magnitude, isUnsigned: true);
        return (negative ? -value : value, LowestExponent + (8 * place));
    }

    /// <summary>Writes the sum; equal sums give equal bytes: twice the number of bytes, odd for a negative sum, where they begin, and the magnitude without zeros around it.</summary>
    internal void Write(ProfileWriter writer)
    {
        Span<byte> bytes = stackalloc byte[4 * (limbs.Length + 1)];
        var magnitude = Magnitude(bytes, out var negative, out var place);
        writer.Varint((ulong)((2 * magnitude.Length) + (negative ? 1 : 0)));
        if (magnitude.IsEmpty)
            return;
        writer.Varint((ulong)(place >= UsualPlace ? 2 * (place - UsualPlace) : (2 * (UsualPlace - place)) - 1));
        writer.Raw(magnitude);
    }

    /// <summary>Reads a stored sum.</summary>
    /// <exception cref="ProfileFormatException">The bytes are not what <see cref="Write"/> writes.</exception>
    internal static ExactSum Read(ref ProfileReader reader)
    {
        var read = new ExactSum();
        if (reader.Varint() is var header && header != 0)
            read.AddStored(header, ref reader);
        return read;
    }

    private static void Refuse(bool refused, double value)
    {
        if (refused)
            throw new ArgumentOutOfRangeException(nameof(value), value, "Only finite numbers can be summed.");
    }

    private static (ulong Mantissa, int Exponent) Split(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7FF;
        Refuse(exponent == 0x7FF, value);
        var mantissa = (ulong)bits & 0xF_FFFF_FFFF_FFFF;
        return exponent == 0 ? (mantissa, -1074) : (mantissa | (1UL << 52), exponent - 1075);
    }

    private void AddStored(ulong header, ref ProfileReader reader)
    {
        var code = (int)Math.Min(reader.Varint(), 16 * MostLimbs);
        var place = UsualPlace + ((code & 1) == 0 ? code / 2 : -(code / 2) - 1);
        // Two limbs less than there is room for: a sum of sums may grow.
        if (header < 2 || header > 8 * MostLimbs || place < 0 || (int)(header / 2) + place > 4 * (MostLimbs - 2))
            throw new ProfileFormatException($"a sum of {header / 2} bytes at {place} does not fit");
        var magnitude = reader.Raw((int)(header / 2));
        if (magnitude[0] == 0 || magnitude[^1] == 0)
            throw new ProfileFormatException("a sum has zeros around it");
        var sign = (header & 1) == 0 ? 1 : -1;
        int begin = place / 4, end = (place + magnitude.Length + 3) / 4;
        var at = Room(begin, end - begin);
        for (var i = 0; i < magnitude.Length; i++)
            at[((place + i) / 4) - begin] += sign * ((long)magnitude[i] << (8 * ((place + i) & 3)));
        pending++;
    }

    /// <summary>The limbs from <paramref name="limb"/> on, at least <paramref name="count"/> of them.</summary>
    private Span<long> Room(int limb, int count)
    {
        var at = limb - first;
        if (at < 0 || at + count > limbs.Length)
        {
            var from = limbs.Length == 0 ? limb : Math.Min(limb, first);
            var to = limbs.Length == 0 ? limb + count : Math.Max(limb + count, first + limbs.Length);
            var wider = new long[to - from];
            limbs.CopyTo(wider, limbs.Length == 0 ? 0 : first - from);
            (limbs, first, at) = (wider, from, limb - from);
        }

        return limbs.AsSpan(at);
    }

    /// <summary>Passes carries on: every limb but the last is in [0, 2³²) afterwards, the last carries the sign and is small.</summary>
    private void Normalize()
    {
        Carry(limbs);
        if (limbs.Length > 0 && limbs[^1] is var last and (< -(1L << 31) or > 1L << 31))
        {
            Room(first + limbs.Length, 1)[0] = last >> 32;
            limbs[^2] = last & (long)LowBits;
        }

        pending = 0;
    }

    private static void Carry(Span<long> limbs)
    {
        for (var i = 0; i < limbs.Length - 1; i++)
        {
            limbs[i + 1] += limbs[i] >> 32;
            limbs[i] &= (long)LowBits;
        }
    }

    /// <summary>|sum|, little-endian and without zeros around it, in a buffer of four bytes for each limb and one more.</summary>
    /// <param name="place">Where it begins: byte 0 has the weight 2^<see cref="LowestExponent"/>.</param>
    private ReadOnlySpan<byte> Magnitude(Span<byte> bytes, out bool negative, out int place)
    {
        Span<long> digits = stackalloc long[limbs.Length + 1];
        limbs.CopyTo(digits);
        digits[^1] = 0;
        Carry(digits);
        negative = digits[^1] < 0;
        if (negative)
        {
            foreach (ref var digit in digits)
                digit = -digit;
            Carry(digits);
        }

        for (var i = 0; i < digits.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(4 * i)..], (uint)digits[i]);
        var begin = bytes.IndexOfAnyExcept((byte)0);
        place = begin < 0 ? 0 : (4 * first) + begin;
        negative &= begin >= 0;
        return begin < 0 ? [] : bytes[begin..(bytes.LastIndexOfAnyExcept((byte)0) + 1)];
    }
}
