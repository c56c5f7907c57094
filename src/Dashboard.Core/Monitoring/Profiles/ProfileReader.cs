using System.Buffers.Binary;
using System.Text;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>Reads what <see cref="ProfileWriter"/> wrote. Bytes may come from a package that somebody made elsewhere: every length is checked before anything is allocated.</summary>
internal ref struct ProfileReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool AtEnd => rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public ulong Varint()
    {
        // Sketches are mostly varints, so that this is written without a call for each byte.
        ulong value = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            var part = rest[i];
            if (i == 9 && part > 1)
                break;
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part >= 0x80)
                continue;
            rest = rest[(i + 1)..];
            return value;
        }

        throw new ProfileFormatException(rest.Length < 10 ? "it ends too early" : "a number is longer than 64 bits");
    }

    /// <summary>A count of things of which each takes at least <paramref name="least"/> bytes.</summary>
    public int Length(int least, int most)
    {
        var value = Varint();
        if (value > (ulong)most || (long)value * least > rest.Length)
            throw new ProfileFormatException($"a length of {value} does not fit");
        return (int)value;
    }

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public long Count()
    {
        var value = Varint();
        return value <= long.MaxValue / 2 ? (long)value : throw new ProfileFormatException($"a count of {value} is too large");
    }

    public double Double()
    {
        var value = BinaryPrimitives.ReadDoubleLittleEndian(Take(8));
        return double.IsFinite(value) ? value : throw new ProfileFormatException("a sum is not a finite number");
    }

    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public float FiniteSingle() => Single() is var value && float.IsFinite(value) ? value : throw new ProfileFormatException("an extreme is not a finite number");

    public ReadOnlySpan<byte> Bytes(int most) => Take(Length(1, most));

    /// <summary>Bytes whose number is known.</summary>
    public ReadOnlySpan<byte> Raw(int count) => Take(count);

    public string Text() => Encoding.UTF8.GetString(Bytes(1 << 16));

    /// <summary>A count that may be below zero.</summary>
    public long Signed()
    {
        var value = (long)Varint();
        return value is >= -long.MaxValue / 2 and <= long.MaxValue / 2 ? value : throw new ProfileFormatException($"a count of {value} is too large");
    }

    /// <summary>What <see cref="ProfileWriter.Signed"/> wrote.</summary>
    public void Signed(Span<long> values)
    {
        if (values.Length > ProfileWriter.MostPlain)
        {
            Sparse(values, signed: true);
            return;
        }

        foreach (ref var value in values)
            value = Signed();
    }

    public void Sparse(Span<long> values, bool signed = false)
    {
        var filled = Length(2, values.Length);
        long at = -1;
        for (var i = 0; i < filled; i++)
        {
            at += 1 + Count();
            if (at >= values.Length)
                throw new ProfileFormatException($"place {at} is outside {values.Length}");
            values[(int)at] = signed ? Signed() : Count();
        }
    }

    public void Doubles(Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Double();
    }

    public void Singles(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Single() is var value && !float.IsNaN(value) ? value : throw new ProfileFormatException("an extreme is not a number");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
            throw new ProfileFormatException("it ends too early");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}

/// <summary>Carries the first fault out of the reader; it never leaves the room.</summary>
internal sealed class ProfileFormatException(string message) : Exception(message);
