using System.Buffers.Binary;
using System.Text;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>Writes the parts of a stored profile: varints (LEB128), sparse vectors, little-endian floats.</summary>
internal sealed class ProfileWriter
{
    /// <summary>Up to this many counts are written one by one.</summary>
    internal const int MostPlain = 16;

    private byte[] buffer = new byte[1024];
    private int length;

    public bool IsEmpty => length == 0;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    public void Clear() => length = 0;

    public byte[] ToArray() => buffer[..length];

    public void Byte(byte value) => Room(1)[0] = value;

    public void Varint(ulong value)
    {
        if (length + 10 > buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        var at = length;
        for (; value >= 0x80; value >>= 7)
            buffer[at++] = (byte)(value | 0x80);
        buffer[at++] = (byte)value;
        length = at;
    }

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);

    public void Single(float value) => BinaryPrimitives.WriteSingleLittleEndian(Room(4), value);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        value.CopyTo(Room(value.Length));
    }

    /// <summary>Bytes whose number the reader knows.</summary>
    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Room(value.Length));

    public void Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>The places that are not zero: how many, then gap and value of each.</summary>
    public void Sparse(ReadOnlySpan<long> values)
    {
        Varint((ulong)(values.Length - values.Count(0L)));
        for (var gap = values.IndexOfAnyExcept(0L); gap >= 0; gap = values.IndexOfAnyExcept(0L))
        {
            Varint((ulong)gap);
            Varint((ulong)values[gap]);
            values = values[(gap + 1)..];
        }
    }

    /// <summary>
    /// Counts that may for once be below zero, as where a label is taken back from a window that was cut differently when it was counted: few as they are, many as <see cref="Sparse"/>.
    /// </summary>
    public void Signed(ReadOnlySpan<long> values)
    {
        if (values.Length > MostPlain)
        {
            Sparse(values);
            return;
        }

        foreach (var value in values)
            Varint((ulong)value);
    }

    public void Singles(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            Single(value);
    }

    private Span<byte> Room(int count)
    {
        if (length + count > buffer.Length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        length += count;
        return buffer.AsSpan(length - count, count);
    }
}
