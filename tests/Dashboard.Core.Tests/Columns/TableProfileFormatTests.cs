using System.Numerics;
using System.Runtime.InteropServices;
using Dashboard.Core.Monitoring.Columns;

namespace Dashboard.Core.Tests.Columns;

/// <summary>Stored profiles may come from anywhere: what is not one is refused, and nothing is allocated on the word of a length.</summary>
public sealed class TableProfileFormatTests
{
    private static readonly byte[] Stored = Sample().Serialize();

    [Fact]
    public void What_is_written_is_read_again_byte_for_byte() =>
        Assert.Equal(Stored, TableProfile.Deserialize(Stored).Value.Serialize());

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(200)]
    public void A_profile_that_is_cut_off_is_refused(int length) => AssertRefused(Stored[..length], null);

    [Fact]
    public void A_profile_that_was_changed_on_its_way_is_refused()
    {
        for (var at = 10; at < Stored.Length; at += 37)
        {
            var changed = Stored.ToArray();
            changed[at] ^= 0x10;
            AssertRefused(changed, "changed or cut off");
        }
    }

    [Fact]
    public void Another_version_is_named()
    {
        var changed = Stored.ToArray();
        changed[9] = 200;
        AssertRefused(changed, "version 200, expected 1");
    }

    [Fact]
    public void Something_else_is_called_so() => AssertRefused("a,b\n1,2\n"u8.ToArray(), "it is no profile of a table");

    [Fact]
    public void Hostile_bytes_with_a_right_checksum_are_refused_or_are_a_profile_that_adds_up()
    {
        var random = new Random(11);
        var read = 0;
        for (var trial = 0; trial < 3_000; trial++)
        {
            var bytes = Stored[..^4].ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(10, bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(10, bytes.Length)];
            var result = TableProfile.Deserialize(Checked(bytes));
            if (!result.IsSuccess)
            {
                Assert.Equal("profile", result.Error!.Field);
                continue;
            }

            read++;
            foreach (var column in result.Value.Columns)
            {
                Assert.InRange(column.Missing, 0, result.Value.Rows);
                _ = (column.Type, column.Distinct, column.Histogram()?.Counts.Count, column.TopValues(5).Count, column.Numbers?.StandardDeviation);
            }

            result.Value.Add(Sample());
        }

        // Changes of names and of single values cannot be told.
        Assert.InRange(read, 0, 2_500);
    }

    [Fact]
    public void A_length_that_the_bytes_cannot_hold_is_refused_before_anything_is_allocated()
    {
        // Rows, rejected rows, and 2⁶³ columns.
        byte[] bytes = [.. Stored.AsSpan(0, 10), 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
        AssertRefused(Checked(bytes), "does not fit");
    }

    private static void AssertRefused(byte[] bytes, string? reason)
    {
        var error = TableProfile.Deserialize(bytes).Error;
        Assert.NotNull(error);
        Assert.Equal("profile", error.Field);
        if (reason is not null)
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static TableProfile Sample() => TableText.Profile(TableText.Lines(["n,many,c,t,b,mixed", .. Enumerable.Range(0, 1_500).Select(i =>
        $"{i % 50},{i * 0.37},{(char)('a' + (i % 9))},2001-01-01T00:{i % 60:00},{(i % 2 == 0 ? "yes" : "no")},{(i % 40 == 0 ? "?" : i % 41 == 0 ? "inf" : i % 43 == 0 ? "word" : i % 7)}")]));

    private static byte[] Checked(byte[] bytes)
    {
        var checksum = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            checksum = BitOperations.Crc32C(checksum, word);
        foreach (var last in bytes.AsSpan(words.Length * 8))
            checksum = BitOperations.Crc32C(checksum, last);
        return [.. bytes, .. BitConverter.GetBytes(~checksum)];
    }
}
