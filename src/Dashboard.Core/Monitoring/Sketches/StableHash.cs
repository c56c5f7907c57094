using System.Buffers.Binary;
using System.Text;

namespace Dashboard.Core.Monitoring.Sketches;

/// <summary>
/// 64-bit hashes of numbers and texts that are the same in every process, on every machine and in every version, since sketches that were made with them are stored.
/// Texts are mixed as wyhash does (folded 128-bit products over little-endian words of their UTF-8); both end in the finaliser of MurmurHash3.
/// </summary>
public static class StableHash
{
    private const ulong A = 0x9E37_79B9_7F4A_7C15, B = 0xD6E8_FEB8_6659_FD93;

    /// <summary>The hash of a number. Equal numbers hash alike whether they came as float32 or as double; −0 is 0, and one NaN is as good as another.</summary>
    public static ulong Of(double value) => Mix(double.IsNaN(value) ? A : BitConverter.DoubleToUInt64Bits(value + 0.0) ^ B);

    /// <summary>The hash of a text's UTF-8.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        Span<byte> buffer = stackalloc byte[512];
        return Encoding.UTF8.TryGetBytes(text, buffer, out var length) ? Of(buffer[..length]) : Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>The hash of a text in UTF-8.</summary>
    public static ulong Of(ReadOnlySpan<byte> utf8)
    {
        var hash = Fold((ulong)utf8.Length ^ B, A);
        for (; utf8.Length >= 8; utf8 = utf8[8..])
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(utf8), A);
        ulong last = 0;
        for (var i = 0; i < utf8.Length; i++)
            last |= (ulong)utf8[i] << (8 * i);
        return Mix(Fold(hash ^ last, B));
    }

    /// <summary>Spreads every bit over all others; different inputs give different outputs.</summary>
    internal static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xFF51_AFD7_ED55_8CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CE_B9FE_1A85_EC53;
        return hash ^ (hash >> 33);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a ^ B, b, out var low);
        return high ^ low;
    }
}
