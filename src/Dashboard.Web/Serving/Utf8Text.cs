using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Dashboard.Web.Serving;

/// <summary>A response under construction, in a rented buffer: the few pieces of JSON that answers to predictions are made of, without a writer's bookkeeping.</summary>
internal struct Utf8Text(int capacity) : IDisposable
{
    /// <summary>What stands in a JSON text as it is, and what ids are made of.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:;,/|@#=()[]{}~!?*$% ");

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Room(utf8.Length));
        Length += utf8.Length;
    }

    /// <summary>A text that was escaped before, in quotes.</summary>
    public void AppendQuoted(JsonEncodedText text)
    {
        var utf8 = text.EncodedUtf8Bytes;
        var room = Room(utf8.Length + 2);
        room[0] = (byte)'"';
        utf8.CopyTo(room[1..]);
        room[utf8.Length + 1] = (byte)'"';
        Length += utf8.Length + 2;
    }

    /// <summary>A text of plain ASCII that needs no escapes, without quotes.</summary>
    public void AppendPlain(string ascii) => Length += Encoding.ASCII.GetBytes(ascii, Room(ascii.Length));

    /// <summary>A text in quotes, escaped where it must be.</summary>
    public void AppendQuoted(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(Plain))
        {
            AppendQuoted(JsonEncodedText.Encode(text));
            return;
        }

        var room = Room(text.Length + 2);
        room[0] = (byte)'"';
        var length = Encoding.UTF8.GetBytes(text, room[1..]);
        room[length + 1] = (byte)'"';
        Length += length + 2;
    }

    /// <summary>A number in the shortest form that reads back as the same number; null where it is none, which JSON cannot say.</summary>
    public void Append(float number)
    {
        if (!float.IsFinite(number))
        {
            Append("null"u8);
            return;
        }

        number.TryFormat(Room(32), out var length, provider: CultureInfo.InvariantCulture);
        Length += length;
    }

    public void Append(int number)
    {
        number.TryFormat(Room(16), out var length, provider: CultureInfo.InvariantCulture);
        Length += length;
    }

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private Span<byte> Room(int size)
    {
        if (buffer.Length - Length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, Length + size));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return buffer.AsSpan(Length);
    }
}
