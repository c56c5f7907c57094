using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Tests.Monitoring.Sketches;

public sealed class KllSketchTests
{
    private const int Rows = 50_000;

    /// <summary>How values come: at random, ascending, descending, few different ones, with long tails.</summary>
    private static readonly string[] Orders = ["random", "ascending", "descending", "hours", "tails"];

    [Theory]
    [InlineData("one stream")]
    [InlineData("windows of a minute")]
    [InlineData("merged as a tree")]
    public void Ranks_are_within_the_stated_bound(string way)
    {
        var errors = new List<double>();
        var largest = new List<double>();
        for (var seed = 0; seed < 60; seed++)
        {
            var values = Values(seed, Orders[seed % Orders.Length]);
            var sketch = way switch
            {
                "one stream" => Of(values),
                "windows of a minute" => Chain(values, seed),
                _ => Tree(values, seed),
            };
            Assert.Equal(Rows, sketch.Count);
            Array.Sort(values);
            Assert.Equal((values[0], values[^1]), (sketch.Minimum, sketch.Maximum));
            var worst = 0.0;
            for (var at = 1; at < 100; at++)
            {
                // Between the ranks that a value has when it occurs more than once any is right.
                var value = sketch.Quantile(at / 100.0);
                var (below, upTo) = (Share(values, value, inclusive: false), Share(values, value, inclusive: true));
                var error = Math.Max(0, Math.Max(below - (at / 100.0), (at / 100.0) - upTo));
                errors.Add(error);
                worst = Math.Max(worst, Math.Max(error, Math.Abs(sketch.Rank(value) - upTo)));
            }

            largest.Add(worst);
        }

        errors.Sort();
        largest.Sort();
        var bound = Of(Values(0, "random")).RankError;
        Assert.InRange(bound, 0.009, 0.01);
        // 99 of 100 ranks within the bound; all ranks of a sketch at once within the larger one.
        Assert.InRange(errors[(int)(0.99 * errors.Count)], 0.001, bound);
        Assert.InRange(largest[^2], 0.001, Of(Values(0, "random")).LargestRankError);
    }

    [Fact]
    public void Everything_is_exact_while_everything_is_held()
    {
        var values = Values(1, "random")[..KllSketch.DefaultK];
        var sketch = Of(values);
        Array.Sort(values);

        Assert.True(sketch.IsExact);
        Assert.Equal(0, sketch.RankError);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], sketch.Quantile((i + 1.0) / values.Length));
            Assert.Equal((i + 1.0) / values.Length, sketch.Rank(values[i]));
        }

        sketch.Add(0.5);
        Assert.False(sketch.IsExact);
    }

    [Fact]
    public void The_size_stays_a_few_kilobytes()
    {
        var sketch = new KllSketch();
        var random = new Random(3);
        for (var i = 0; i < 1_000_000; i++)
            sketch.Add((float)(random.NextDouble() * random.NextDouble()));
        Assert.InRange(Bytes(sketch).Length, 1000, 3500);

        var distances = new KllSketch();
        for (var i = 0; i < 1_000_000; i++)
            distances.Add(random.Next(100, 3000));
        Assert.InRange(Bytes(distances).Length, 500, 1700);

        var hours = new KllSketch();
        for (var i = 0; i < 1_000_000; i++)
            hours.Add(random.Next(24));
        Assert.InRange(Bytes(hours).Length, 100, 800);
        Assert.InRange(Bytes(Of([1, 2, 3])).Length, 5, 16);
        Assert.Single(Bytes(new()));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("tails")]
    [InlineData("hours")]
    public void A_stored_sketch_goes_on_the_same(string order)
    {
        var values = Values(4, order);
        var expected = Of(values);
        var sketch = new KllSketch();
        foreach (var part in values.Chunk(3333))
        {
            sketch.Add(part);
            sketch = Stored(sketch);
        }

        Assert.Equal(Bytes(expected), Bytes(sketch));
        Assert.Equal(expected.Quantile(0.37), sketch.Quantile(0.37));
    }

    [Fact]
    public void Which_of_two_is_added_makes_no_difference()
    {
        var values = Values(5, "random");
        for (var cut = 100; cut < Rows; cut += 7777)
        {
            KllSketch ab = Of(values[..cut]), ba = Of(values[cut..]);
            ab.Add(Of(values[cut..]));
            ba.Add(Of(values[..cut]));
            Assert.Equal(Bytes(ab), Bytes(ba));
        }
    }

    [Fact]
    public void Sizes_merge_to_the_smaller()
    {
        var values = Values(6, "random");
        var wide = new KllSketch(1000);
        wide.Add(values);
        var narrow = new KllSketch(100);
        narrow.Add(values);
        narrow.Add(wide);

        Assert.Equal((100, 2 * Rows), (narrow.K, narrow.Count));
        Array.Sort(values);
        Assert.Equal(0.5, Share(values, narrow.Quantile(0.5), inclusive: true), narrow.LargestRankError);
        Assert.True(wide.RankError < narrow.RankError);
        Assert.InRange(Bytes(narrow).Length, 300, 1800);
    }

    [Fact]
    public void Infinities_have_their_place_and_what_is_not_a_number_has_none()
    {
        var sketch = Of([1, double.NegativeInfinity, double.PositiveInfinity, 0, -0.0]);

        Assert.Equal(double.NegativeInfinity, Stored(sketch).Quantile(0.2));
        Assert.Equal(0, Stored(sketch).Quantile(0.6));
        Assert.Equal(double.PositiveInfinity, sketch.Quantile(1));
        Assert.Equal(0.8, sketch.Rank(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => sketch.Add(double.NaN));
        Assert.Equal(double.NaN, new KllSketch().Quantile(0.5));
    }

    [Fact]
    public void Clearing_leaves_nothing()
    {
        var sketch = Of(Values(7, "random"));
        sketch.Clear();
        Assert.Equal(Bytes(new()), Bytes(sketch));
        sketch.Add([2.0, 1.0]);
        Assert.Equal((1.0, 2.0, 2L), (sketch.Quantile(0.5), sketch.Maximum, sketch.Count));
    }

    [Fact]
    public void Hostile_bytes_are_refused_or_read_without_a_fault() => Hostile.Try(
        [Bytes(Of(Values(8, "random"))), Bytes(Of(Values(9, "hours"))), Bytes(Of([-1, 0, 1]))],
        KllSketch.Deserialize,
        static sketch =>
        {
            sketch.Add(Of([1, 2, 3]));
            _ = Bytes(sketch);
            Assert.False(double.IsNaN(sketch.Quantile(0.5) * 0 + sketch.Rank(0)) && double.IsFinite(sketch.Maximum));
        });

    private static double[] Values(int seed, string order)
    {
        var random = new Random(seed);
        return order switch
        {
            "ascending" => [.. Enumerable.Range(0, Rows).Select(i => i + random.NextDouble())],
            "descending" => [.. Enumerable.Range(0, Rows).Select(i => -i - random.NextDouble())],
            "hours" => [.. Enumerable.Range(0, Rows).Select(_ => (double)random.Next(24))],
            "tails" => [.. Enumerable.Range(0, Rows).Select(_ => Math.Tan(3.14 * (random.NextDouble() - 0.5)))],
            _ => [.. Enumerable.Range(0, Rows).Select(_ => (double)(float)(random.NextDouble() * random.NextDouble()))],
        };
    }

    private static KllSketch Of(double[] values)
    {
        var sketch = new KllSketch();
        sketch.Add(values);
        return sketch;
    }

    /// <summary>One window after the other, of 20 to 400 values, added to one.</summary>
    private static KllSketch Chain(double[] values, int seed)
    {
        var random = new Random(seed);
        var all = new KllSketch();
        for (var at = 0; at < values.Length;)
        {
            var next = Math.Min(values.Length, at + random.Next(20, 400));
            all.Add(Of(values[at..next]));
            at = next;
        }

        return all;
    }

    /// <summary>Many parts of very different size, merged in any order.</summary>
    private static KllSketch Tree(double[] values, int seed)
    {
        var random = new Random(seed);
        var parts = values.GroupBy(_ => (int)(300 * Math.Pow(random.NextDouble(), 3))).Select(group => Of([.. group])).ToList();
        while (parts.Count > 1)
        {
            var at = random.Next(parts.Count - 1);
            parts[at].Add(parts[at + 1]);
            parts.RemoveAt(at + 1);
        }

        return parts[0];
    }

    private static double Share(double[] ascending, double value, bool inclusive)
    {
        int low = 0, high = ascending.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ascending[middle] < value || (inclusive && ascending[middle] == value))
                low = middle + 1;
            else
                high = middle;
        }

        return (double)low / ascending.Length;
    }

    private static byte[] Bytes(KllSketch sketch) => sketch.Serialize();

    private static KllSketch Stored(KllSketch sketch) => KllSketch.Deserialize(sketch.Serialize()).Value;
}
