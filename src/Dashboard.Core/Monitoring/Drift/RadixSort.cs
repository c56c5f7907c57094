using System.Runtime.InteropServices;

namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Sorts doubles by their bits, eight at a time from the lowest (LSD radix sort): the time grows with the rows alone. Bytes that all values share are passed over, so that whole numbers,
/// whose lowest bytes are zero, take two or three passes.
/// </summary>
internal static class RadixSort
{
    /// <summary>Below this many values a comparison sort is as fast.</summary>
    private const int FewValues = 2_000;

    private const int Bytes = 8;

    /// <summary>Ascending, −∞ first. There must be no NaN.</summary>
    public static void Sort(Span<double> values)
    {
        if (values.Length < FewValues)
        {
            values.Sort();
            return;
        }

        var keys = MemoryMarshal.Cast<double, ulong>(values);
        Span<int> places = stackalloc int[Bytes << 8];
        places.Clear();
        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[i];
            // The order of doubles as unsigned numbers: all bits turn for a negative one, the sign alone for the others.
            key ^= (ulong)((long)key >> 63) | 0x8000_0000_0000_0000;
            keys[i] = key;
            for (var b = 0; b < Bytes; b++)
                places[(b << 8) | (byte)(key >> (8 * b))]++;
        }

        Span<ulong> from = keys, to = GC.AllocateUninitializedArray<ulong>(keys.Length);
        for (var b = 0; b < Bytes; b++)
        {
            var starts = places.Slice(b << 8, 256);
            if (starts[(byte)(from[0] >> (8 * b))] == from.Length)
                continue;
            var next = 0;
            foreach (ref var start in starts)
                (start, next) = (next, next + start);
            foreach (var key in from)
                to[starts[(byte)(key >> (8 * b))]++] = key;
            var sorted = to;
            to = from;
            from = sorted;
        }

        for (var i = 0; i < keys.Length; i++)
        {
            var key = from[i];
            keys[i] = key ^ ((ulong)(~(long)key >> 63) | 0x8000_0000_0000_0000);
        }
    }
}
