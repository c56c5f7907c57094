using System.Runtime.InteropServices;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>A 64-bit hash of a model and a prediction id. Seeded by each installation, so that nobody outside can choose ids that collide.</summary>
internal readonly struct IdHash(ulong seed)
{
    private const ulong A = 0x9E3779B97F4A7C15, B = 0xD6E8FEB86659FD93;

    public ulong Of(int model, ReadOnlySpan<char> id)
    {
        var hash = Mix(seed ^ ((ulong)model * A), (ulong)id.Length + B);
        var bytes = MemoryMarshal.AsBytes(id);
        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes), seed ^ A);
            bytes = bytes[8..];
        }

        ulong last = 0;
        foreach (var part in bytes)
            last = (last << 8) | part;
        return Mix(hash ^ last, seed ^ B);
    }

    /// <summary>The folded 128-bit product, as wyhash mixes.</summary>
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a ^ A, b, out var low);
        return high ^ low;
    }
}
