using System.Globalization;
using System.Text;
using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Tests.Monitoring.Sketches;

public sealed class HyperLogLogTests
{
    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    [InlineData(3000)]
    [InlineData(6000)]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public void Counts_are_within_the_standard_error_and_unbiased(int distinct)
    {
        const int rounds = 100;
        var (sum, squares) = (0.0, 0.0);
        for (var round = 0; round < rounds; round++)
        {
            var counter = new HyperLogLog();
            for (var i = 0; i < distinct; i++)
                counter.Add((double)(((long)round << 32) + i));
            var error = (counter.Estimate() / distinct) - 1;
            sum += error;
            squares += error * error;
        }

        // The standard deviation of a hundred rounds is known to 7 %, their mean to a tenth of it.
        Assert.InRange(Math.Sqrt(squares / rounds), 0.001, 1.2 * HyperLogLog.StandardError);
        Assert.InRange(sum / rounds, -0.3 * HyperLogLog.StandardError, 0.3 * HyperLogLog.StandardError);
    }

    [Fact]
    public void Few_values_are_counted_one_by_one()
    {
        var counter = new HyperLogLog();
        for (var i = 1; i <= HyperLogLog.MostSparse; i++)
        {
            counter.Add(i * 0.1);
            counter.Add(i * 0.1);
            Assert.Equal(i, counter.Estimate());
        }

        Assert.True(counter.IsSparse);
        counter.Add(-1);
        Assert.False(counter.IsSparse);
        Assert.Equal(257, counter.Estimate(), 257 * 4 * HyperLogLog.StandardError);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(400)]
    [InlineData(50_000)]
    public void Any_split_and_any_order_of_merging_gives_the_same_bytes(int distinct)
    {
        var random = new Random(distinct);
        var whole = new HyperLogLog();
        for (var i = 0; i < distinct; i++)
            whole.Add(i);
        for (var round = 1; round < 12; round++)
        {
            var parts = Enumerable.Range(0, 1 + round).Select(_ => new HyperLogLog()).ToList();
            foreach (var i in Enumerable.Range(0, distinct).Concat(Enumerable.Range(0, distinct / 2)).OrderBy(_ => random.Next()))
                parts[random.Next(parts.Count)].Add(i);
            while (parts.Count > 1)
            {
                var at = random.Next(parts.Count - 1);
                parts[at].Add(Stored(parts[at + 1]));
                parts.RemoveAt(at + 1);
            }

            Assert.Equal(Bytes(whole), Bytes(parts[0]));
            Assert.Equal(whole.Estimate(), parts[0].Estimate());
        }
    }

    [Fact]
    public void Texts_are_counted_however_they_come()
    {
        HyperLogLog chars = new(), bytes = new();
        for (var i = 0; i < 10_000; i++)
        {
            var text = $"Zürich {i.ToString(CultureInfo.InvariantCulture)}" + new string('x', i % 700);
            chars.Add(text.AsSpan());
            bytes.Add(Encoding.UTF8.GetBytes(text));
        }

        Assert.Equal(Bytes(chars), Bytes(bytes));
        Assert.Equal(10_000, chars.Estimate(), 10_000 * 4 * HyperLogLog.StandardError);
    }

    [Fact]
    public void Hashes_never_change()
    {
        // Sketches are stored: a hash that changes would count every value anew.
        Assert.Equal(0x4F4044ED9D4ECC7EUL, StableHash.Of(0.5));
        Assert.Equal(StableHash.Of(0.1f), StableHash.Of((double)0.1f));
        Assert.Equal(StableHash.Of(0.0), StableHash.Of(-0.0));
        Assert.Equal(StableHash.Of(double.NaN), StableHash.Of(-double.NaN));
        Assert.Equal(0xAA520E388D4C87E0UL, StableHash.Of("ORD"));
        Assert.Equal(0x8CE4A0CA8AC9DAEEUL, StableHash.Of(""));
        Assert.Equal(0xED6E4F4DE6B30B03UL, StableHash.Of("Chicago O'Hare"));
    }

    [Fact]
    public void A_stored_count_is_small()
    {
        var counter = new HyperLogLog();
        Assert.Single(Bytes(counter));
        for (var i = 0; i < 24; i++)
            counter.Add(i);
        Assert.InRange(Bytes(counter).Length, 60, 24 * 5);
        for (var i = 0; i < 1_000_000; i++)
            counter.Add(i);
        Assert.InRange(Bytes(counter).Length, 1024, 1060);
    }

    [Fact]
    public void Hostile_bytes_are_refused_or_read_without_a_fault() => Hostile.Try(
        [Bytes(Of(10)), Bytes(Of(256)), Bytes(Of(5000))],
        HyperLogLog.Deserialize,
        static counter =>
        {
            counter.Add(Of(5000));
            _ = Bytes(counter);
            Assert.True(counter.Estimate() > 0);
        });

    private static HyperLogLog Of(int distinct)
    {
        var counter = new HyperLogLog();
        for (var i = 0; i < distinct; i++)
            counter.Add(i);
        return counter;
    }

    private static byte[] Bytes(HyperLogLog counter) => counter.Serialize();

    private static HyperLogLog Stored(HyperLogLog counter) => HyperLogLog.Deserialize(counter.Serialize()).Value;
}
