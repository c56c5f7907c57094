using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Columns;

/// <summary>
/// How a table's profile is stored: the mark, a version, rows and columns (little-endian, varints, sketches in their own form), and a checksum of all that (CRC-32C), so that a file that was cut off or changed on its way is told
/// from one that was not. Bytes may come from anywhere: every length is checked before anything is allocated, and counts must add up.
/// </summary>
internal static class TableProfileFormat
{
    private const byte Version = 1;
    private const int MostColumns = 100_000;
    private const int ChecksumLength = 4;

    /// <summary>What a stored profile begins with.</summary>
    public static ReadOnlySpan<byte> Mark => "\u0089TABPROF"u8;

    public static byte[] Write(TableProfile profile)
    {
        var writer = new ProfileWriter();
        writer.Raw(Mark);
        writer.Byte(Version);
        writer.Varint((ulong)profile.Rows);
        writer.Varint((ulong)profile.RejectedRows);
        writer.Varint((ulong)profile.Columns.Count);
        foreach (var column in profile.Columns)
            column.Write(writer);
        var bytes = writer.ToArray();
        Span<byte> checksum = stackalloc byte[ChecksumLength];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Checksum(bytes));
        return [.. bytes, .. checksum];
    }

    public static Result<TableProfile> Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (!bytes.StartsWith(Mark))
                throw new ProfileFormatException("it is no profile of a table");
            if (bytes.Length < Mark.Length + 1 + ChecksumLength)
                throw new ProfileFormatException("it ends too early");
            if (bytes[Mark.Length] is var version && version != Version)
                throw new ProfileFormatException($"it is of version {version}, expected {Version}");
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumLength..]) != Checksum(bytes[..^ChecksumLength]))
                throw new ProfileFormatException("it was changed or cut off after it was written");
            var reader = new ProfileReader(bytes[(Mark.Length + 1)..^ChecksumLength]);
            long rows = reader.Count(), rejected = reader.Count();
            var columns = new ColumnProfile[reader.Length(20, MostColumns)];
            for (var i = 0; i < columns.Length; i++)
                columns[i] = ColumnProfile.Read(ref reader, rows);
            return reader.AtEnd ? TableProfile.Of(rows, rejected, columns) : throw new ProfileFormatException("there are bytes behind its end");
        }
        catch (ProfileFormatException fault)
        {
            return InvalidValue.Of("profile", fault.Message, "a profile of a table as this product writes it");
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            checksum = BitOperations.Crc32C(checksum, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (var last in bytes[(words.Length * 8)..])
            checksum = BitOperations.Crc32C(checksum, last);
        return ~checksum;
    }
}
