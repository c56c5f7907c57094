using System.Numerics;
using System.Numerics.Tensors;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Sketches;

/// <summary>
/// How many different values there were, in at most about a kilobyte: HyperLogLog with 2¹¹ registers over 64-bit hashes and Ertl's improved estimator
/// (2017, arXiv:1702.01284, algorithm 6), which has no bias at any size. Up to 256 different values their hashes' first bits are kept instead and the count is exact but for collisions
/// (one in 2,000 at 256). Merging is a union: order and grouping make no difference, nor how often a value came. One thread may add; any number may read while none does.
/// </summary>
public sealed class HyperLogLog
{
    /// <summary>The standard error of a count beyond <see cref="MostSparse"/> as a share of it: 1.04 / √2¹¹ = 2.3 %.</summary>
    public const double StandardError = 0.023;

    /// <summary>Up to this many different values are told apart one by one.</summary>
    public const int MostSparse = 256;

    private const int Precision = 11;
    private const int Registers = 1 << Precision;
    private const int MostRank = 64 - Precision + 1;

    // A sparse code is 26 bits of the hash and, where they do not settle the register's rank, the rank of the rest.
    private const int CodePrefix = 26;
    private const int CodeRankBits = 6;

    /// <summary>Codes that came lately, by their last bits: where few values come again and again they need not be searched for.</summary>
    private const int Recent = 64;

    private uint[] codes = [];
    private int codeCount;
    private uint[]? recent;
    private byte[]? registers;

    /// <summary>True while values are told apart one by one.</summary>
    public bool IsSparse => registers is null;

    /// <summary>True where no value was added.</summary>
    public bool IsEmpty => registers is null && codeCount == 0;

    /// <summary>Adds a number.</summary>
    public void Add(double value) => AddHash(StableHash.Of(value));

    /// <summary>Adds a text.</summary>
    public void Add(ReadOnlySpan<char> text) => AddHash(StableHash.Of(text));

    /// <summary>Adds a text in UTF-8.</summary>
    public void Add(ReadOnlySpan<byte> utf8) => AddHash(StableHash.Of(utf8));

    /// <summary>Adds a value by its hash, all of whose bits must be as good as random.</summary>
    public void AddHash(ulong hash)
    {
        if (registers is not null)
            Raise(registers, (int)(hash >> (64 - Precision)), (byte)Math.Min(BitOperations.LeadingZeroCount(hash << Precision) + 1, MostRank));
        else
            AddCode(CodeOf(hash));
    }

    /// <summary>Adds the values of another count.</summary>
    public void Add(HyperLogLog other)
    {
        if (other.registers is not null)
            TensorPrimitives.Max<byte>(Dense(), other.registers, Dense());
        else
            foreach (var code in other.codes.AsSpan(0, other.codeCount))
                AddStoredCode(code);
    }

    /// <summary>The estimated number of different values.</summary>
    public double Estimate() => registers is null ? codeCount : Ertl(registers);

    /// <summary>Back to no values.</summary>
    public void Clear()
    {
        codeCount = 0;
        recent = null;
        registers = null;
    }

    /// <summary>The count as bytes; see <see cref="Deserialize"/>.</summary>
    public byte[] Serialize() => StoredSketch.Write(Write);

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <returns>The count, or an error that says what is wrong with the bytes.</returns>
    public static Result<HyperLogLog> Deserialize(ReadOnlySpan<byte> bytes) => StoredSketch.Read(bytes, Read);

    internal void Write(ProfileWriter writer)
    {
        if (registers is null)
        {
            writer.Varint((ulong)codeCount << 1);
            uint last = 0;
            foreach (var code in codes.AsSpan(0, codeCount))
            {
                writer.Varint(code - last);
                last = code;
            }

            return;
        }

        // Registers lie within a few of each other: half a byte each above the smallest, those that are further away once more behind.
        writer.Varint(1);
        var least = TensorPrimitives.Min<byte>(registers);
        writer.Byte(least);
        Span<byte> halves = stackalloc byte[Registers / 2];
        for (var i = 0; i < halves.Length; i++)
            halves[i] = (byte)(Math.Min(registers[2 * i] - least, 15) | (Math.Min(registers[(2 * i) + 1] - least, 15) << 4));
        writer.Raw(halves);
        foreach (var register in registers)
            if (register - least >= 15)
                writer.Byte(register);
    }

    /// <exception cref="ProfileFormatException">The bytes are not what <see cref="Write"/> writes.</exception>
    internal static HyperLogLog Read(ref ProfileReader reader)
    {
        var header = reader.Varint();
        var read = new HyperLogLog();
        if (header == 1)
        {
            read.registers = ReadRegisters(ref reader);
            return read;
        }

        if ((header & 1) != 0 || header >> 1 > MostSparse)
            throw new ProfileFormatException($"a count of form {header} is not known");
        read.codeCount = (int)(header >> 1);
        read.codes = new uint[read.codeCount];
        ulong last = 0;
        for (var i = 0; i < read.codeCount; i++)
        {
            var step = reader.Varint();
            if ((step == 0 && i > 0) || step > uint.MaxValue - last || ((last + step) & ((1 << CodeRankBits) - 1)) > 64 - CodePrefix + 1)
                throw new ProfileFormatException("the codes of a count do not ascend or are out of range");
            read.codes[i] = (uint)(last += step);
        }

        return read;
    }

    private static byte[] ReadRegisters(ref ProfileReader reader)
    {
        var least = reader.Byte();
        var stored = new byte[Registers];
        var halves = reader.Raw(Registers / 2);
        for (var i = 0; i < Registers; i++)
        {
            var above = (halves[i / 2] >> (4 * (i & 1))) & 15;
            if (least + above > MostRank)
                throw new ProfileFormatException("a register is out of range");
            stored[i] = (byte)(least + above);
        }

        for (var i = 0; i < Registers; i++)
            if (stored[i] - least == 15 && (stored[i] = reader.Byte()) is var register && (register < least + 15 || register > MostRank))
                throw new ProfileFormatException($"a register of {register} is out of range");
        return stored;
    }

    private static uint CodeOf(ulong hash)
    {
        var prefix = (uint)(hash >> (64 - CodePrefix));
        // The bits between the register's number and the end of the prefix settle the rank unless all are zero.
        var rank = (prefix & ((1u << (CodePrefix - Precision)) - 1)) != 0 ? 0 : Math.Min(BitOperations.LeadingZeroCount(hash << CodePrefix), 64 - CodePrefix) + 1;
        return (prefix << CodeRankBits) | (uint)rank;
    }

    private static void Raise(byte[] registers, int at, byte rank)
    {
        if (registers[at] < rank)
            registers[at] = rank;
    }

    private static void Raise(byte[] registers, uint code)
    {
        var prefix = code >> CodeRankBits;
        var rest = prefix << (32 - CodePrefix + Precision);
        var rank = rest != 0 ? BitOperations.LeadingZeroCount(rest) + 1 : CodePrefix - Precision + (int)(code & ((1 << CodeRankBits) - 1));
        Raise(registers, (int)(prefix >> (CodePrefix - Precision)), (byte)Math.Min(rank, MostRank));
    }

    private void AddStoredCode(uint code)
    {
        if (registers is not null)
            Raise(registers, code);
        else
            AddCode(code);
    }

    private void AddCode(uint code)
    {
        ref var last = ref (recent ??= new uint[Recent])[(code >> CodeRankBits) % Recent];
        if (last == code && code != 0)
            return;
        last = code;
        var at = codes.AsSpan(0, codeCount).BinarySearch(code);
        if (at >= 0)
            return;
        if (codeCount == MostSparse)
        {
            Raise(Dense(), code);
            return;
        }

        if (codeCount == codes.Length)
            Array.Resize(ref codes, Math.Min(MostSparse, Math.Max(8, 2 * codes.Length)));
        at = ~at;
        Array.Copy(codes, at, codes, at + 1, codeCount - at);
        codes[at] = code;
        codeCount++;
    }

    private byte[] Dense()
    {
        if (registers is not null)
            return registers;
        registers = new byte[Registers];
        foreach (var code in codes.AsSpan(0, codeCount))
            Raise(registers, code);
        (codes, codeCount, recent) = ([], 0, null);
        return registers;
    }

    private static double Ertl(byte[] registers)
    {
        Span<int> counts = stackalloc int[MostRank + 1];
        counts.Clear();
        foreach (var register in registers)
            counts[register]++;
        var z = Registers * Tau(1 - ((double)counts[MostRank] / Registers));
        for (var rank = MostRank - 1; rank >= 1; rank--)
            z = 0.5 * (z + counts[rank]);
        z += Registers * Sigma((double)counts[0] / Registers);
        return Registers / (2 * Math.Log(2)) * Registers / z;
    }

    private static double Sigma(double x)
    {
        if (x == 1)
            return double.PositiveInfinity;
        double y = 1, z = x, before;
        do
        {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        }
        while (z != before);
        return z;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1)
            return 0;
        double y = 1, z = 1 - x, before;
        do
        {
            x = Math.Sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        }
        while (z != before);
        return z / 3;
    }
}
