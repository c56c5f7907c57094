using System.Globalization;
using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Tests.Monitoring.Sketches;

public sealed class ValueCountsTests
{
    [Fact]
    public void Up_to_a_thousand_texts_any_split_and_any_order_of_merging_gives_the_same_bytes()
    {
        var random = new Random(1);
        var texts = Enumerable.Range(0, 20_000).Select(_ => Text((int)(1000 * Math.Pow(random.NextDouble(), 3)))).Concat(Enumerable.Range(0, 1000).Select(Text)).ToArray();
        var whole = Of(texts);
        Assert.Equal((true, 1000, 21_000L), (whole.IsExact, whole.Distinct, whole.Total));
        foreach (var group in texts.GroupBy(text => text))
            Assert.Equal(group.Count(), whole[group.Key]);
        for (var round = 1; round < 10; round++)
        {
            random.Shuffle(texts);
            Assert.Equal(Bytes(whole), Bytes(Merged(texts, 1 + (3 * round), random)));
        }
    }

    [Theory]
    [InlineData(3000, 1.0)]
    [InlineData(50_000, 1.0)]
    [InlineData(50_000, 3.0)]
    public void Beyond_a_thousand_texts_counts_are_within_the_bound(int distinct, double skew)
    {
        var random = new Random(distinct);
        var texts = Enumerable.Range(0, 60_000).Select(_ => Text((int)(distinct * Math.Pow(random.NextDouble(), skew)))).ToArray();
        var exact = texts.CountBy(text => text).ToDictionary();
        Assert.True(exact.Count > ValueCounts.MostValues);
        for (var parts = 1; parts < 40; parts += 9)
        {
            var counts = Merged(texts, parts, random);
            Assert.False(counts.IsExact);
            Assert.InRange(counts.Undercount, 1, counts.Total / (ValueCounts.MostValues + 1));
            Assert.InRange(counts.Distinct, 0, ValueCounts.MostValues);
            Assert.Equal(60_000, counts.Total);
            foreach (var (text, count) in exact)
                Assert.InRange(counts[text], count - counts.Undercount, count);
        }
    }

    [Fact]
    public void The_frequent_ones_are_found_in_a_stream_of_new_ones()
    {
        var counts = new ValueCounts();
        for (var i = 0; i < 100_000; i++)
            counts.Add(i % 20 == 0 ? "ORD" : Text(i));

        Assert.Equal("ORD", counts.Largest().First().Key);
        Assert.InRange(counts["ORD"], 5000 - (100_000 / 1001), 5000);
    }

    [Fact]
    public void Which_of_two_is_added_makes_no_difference()
    {
        var random = new Random(3);
        string[] one = [.. Enumerable.Range(0, 5000).Select(_ => Text(random.Next(1500)))], other = [.. Enumerable.Range(0, 3000).Select(_ => Text(random.Next(9000)))];
        ValueCounts a = Of(one), b = Of(other);
        a.Add(Of(other));
        b.Add(Of(one));
        Assert.Equal(Bytes(a), Bytes(b));
    }

    [Fact]
    public void Long_and_malformed_texts_are_kept_in_a_form_that_survives()
    {
        string[] texts = [new string('a', 5000), new string('a', 5001), "\ud800", "x\udc00y", "", new string('b', 182) + "\ud83d\ude00" + new string('b', 100)];
        var counts = Of(texts);
        var read = ValueCounts.Deserialize(Bytes(counts)).Value;

        Assert.Equal(6, counts.Distinct);
        Assert.All(counts.Largest(), pair => Assert.InRange(pair.Key.Length, 0, ValueCounts.MostLength));
        Assert.All(texts, text => Assert.Equal(1, read[text]));
        Assert.Equal(Bytes(counts), Bytes(read));
        read.Add(texts[0]);
        Assert.Equal((2, 6), (read[texts[0]], read.Distinct));
    }

    [Fact]
    public void Hostile_bytes_are_refused_or_read_without_a_fault() => Hostile.Try(
        [Bytes(Of([.. Enumerable.Range(0, 50).Select(Text)])), Bytes(Of([.. Enumerable.Range(0, 4000).Select(i => Text(i % 1100))])), Bytes(new())],
        ValueCounts.Deserialize,
        static counts =>
        {
            counts.Add(Of(["a", "b"]));
            Assert.True(counts.Total >= counts.Distinct);
            _ = Bytes(counts);
        });

    private static string Text(int i) => "v" + i.ToString(CultureInfo.InvariantCulture);

    private static ValueCounts Of(params string[] texts)
    {
        var counts = new ValueCounts();
        foreach (var text in texts)
            counts.Add(text);
        return counts;
    }

    private static ValueCounts Merged(string[] texts, int count, Random random)
    {
        var parts = texts.GroupBy(_ => random.Next(count)).Select(group => Of([.. group])).ToList();
        while (parts.Count > 1)
        {
            var at = random.Next(parts.Count - 1);
            parts[at].Add(parts[at + 1]);
            parts.RemoveAt(at + 1);
        }

        return parts[0];
    }

    private static byte[] Bytes(ValueCounts counts) => counts.Serialize();
}
