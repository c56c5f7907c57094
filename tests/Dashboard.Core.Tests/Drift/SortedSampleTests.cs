using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Tests.Drift;

public sealed class SortedSampleTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(5_000)]
    public void Values_are_sorted_as_a_comparison_sorts_them(int count)
    {
        var random = new Random(count);
        double[] special = [double.NegativeInfinity, double.PositiveInfinity, 0, double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon];
        double[] values = [.. Enumerable.Range(0, count).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))).Where(double.IsFinite), .. special];

        Assert.Equal(values.Order(), SortedSample.Of(values).Values.ToArray());
    }

    [Fact]
    public void Whole_numbers_are_sorted_too()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 4_000).Select(_ => (double)random.Next(-60, 400))];

        Assert.Equal(values.Order(), SortedSample.Of(values).Values.ToArray());
    }

    [Fact]
    public void NaN_is_missing_and_infinities_can_be_left_out()
    {
        var sample = SortedSample.Of([double.NaN, 2, double.NegativeInfinity, 1, double.NaN, double.PositiveInfinity]);

        Assert.Equal((4, 2, false), (sample.Count, sample.Missing, sample.IsFinite));
        Assert.Equal([1, 2], sample.Finite().Values.ToArray());
        Assert.Equal(4, sample.Finite().Missing);
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(2, 4, 1)]
    [InlineData(double.PositiveInfinity, 5, 5)]
    public void Values_are_counted_up_to_and_below_a_limit(double limit, int upTo, int below)
    {
        var sample = SortedSample.Of([2, 1, 2, 3, 2]);

        Assert.Equal((upTo, below), (sample.CountUpTo(limit), sample.CountBelow(limit)));
    }

    [Fact]
    public void A_pair_counts_each_value_on_both_sides()
    {
        var pair = SamplePair.Of([3, 1, 1, double.NaN, -0.0], [2, 1, 0.0]);

        Assert.Equal([0, 1, 2, 3], pair.Values.ToArray());
        Assert.Equal([1, 2, 0, 1], pair.Reference.ToArray());
        Assert.Equal([1, 1, 1, 0], pair.Current.ToArray());
        Assert.Equal((4, 3), (pair.ReferenceRows, pair.CurrentRows));
    }

    [Fact]
    public void A_pair_from_counts_is_the_pair_of_the_rows()
    {
        var rows = SamplePair.Of([1, 1, 2, 5], [2, 2, 7]);
        var counts = SamplePair.OfCounts([1, 2, 5, 7], [2, 1, 1, 0], [0, 2, 0, 1]);

        Assert.Equal(AndersonDarling.Of(rows), AndersonDarling.Of(counts));
        Assert.Equal(KolmogorovSmirnov.Of(rows), KolmogorovSmirnov.Of(counts));
    }
}
