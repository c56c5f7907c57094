using System.Runtime.InteropServices;
using Dashboard.Web.Components.Charts;

namespace Dashboard.Web.Tests.Kit;

public sealed class DownsampleTests
{
    [Fact]
    public void Few_points_stay_as_they_are() => Assert.Equal([0, 1, 2], Downsample.Keep([1, 2, 3], [5, double.NaN, 7]));

    [Theory]
    [InlineData(401)]
    [InlineData(10_000)]
    [InlineData(166_650)]
    public void Many_points_become_at_most_400_in_order_with_both_ends(int count)
    {
        double[] x = [.. Enumerable.Range(0, count).Select(i => (double)i)], y = [.. x.Select(v => Math.Sin(v / 50))];
        var kept = Downsample.Keep(x, y);
        Assert.InRange(kept.Length, 200, 400);
        Assert.Equal(0, kept[0]);
        Assert.Equal(count - 1, kept[^1]);
        Assert.Equal(kept.Distinct().Order(), kept);
    }

    [Fact]
    public void A_single_spike_up_and_a_single_spike_down_survive()
    {
        var (x, y) = (new double[50_000], new double[50_000]);
        for (var i = 0; i < x.Length; i++)
            (x[i], y[i]) = (i, 1);
        (y[12_345], y[40_001]) = (9, -9);
        var kept = Downsample.Keep(x, y);
        Assert.Contains(12_345, kept);
        Assert.Contains(40_001, kept);
    }

    [Fact]
    public void A_gap_stays_a_gap()
    {
        var (x, y) = (new double[5000], new double[5000]);
        for (var i = 0; i < x.Length; i++)
            (x[i], y[i]) = (i, i is > 2000 and < 2600 ? double.NaN : i);
        Assert.Contains(Downsample.Keep(x, y), i => double.IsNaN(y[i]));
    }

    [Fact]
    public void Series_of_different_lengths_are_refused() =>
        Assert.Contains("x has 2 values and y 1", Assert.Throws<ArgumentException>(() => Downsample.Keep([1, 2], [1])).Message);

    [Fact]
    public void A_frame_aligns_series_on_one_axis_and_tells_a_gap_from_a_point_that_is_not_there()
    {
        var frame = new TimeChartFrame([new("a", [1, 2, 3], [10, double.NaN, 30]), new("b", [2, 4], [5, 6])], new HashSet<string>(), 0).Encode();
        Assert.Equal([2u, 4u], MemoryMarshal.Cast<byte, uint>(frame.AsSpan(0, 8)).ToArray());
        Assert.Equal([1.0, 2, 3, 4], MemoryMarshal.Cast<byte, double>(frame.AsSpan(8, 32)).ToArray());
        var values = MemoryMarshal.Cast<byte, float>(frame.AsSpan(40)).ToArray();
        Assert.Equal([10, float.NaN, 30, float.PositiveInfinity, float.PositiveInfinity, 5, float.PositiveInfinity, 6], values);
    }

    [Fact]
    public void Smoothing_starts_at_the_first_value_and_keeps_the_raw_line()
    {
        Assert.Equal([10, 15.263157894737, double.NaN, 20.701107011070], TimeChartFrame.Smooth([10, 20, double.NaN, 30], 0.9).Select(v => Math.Round(v, 12)));
        var frame = new TimeChartFrame([new("loss", [1, 2], [1, 2])], new HashSet<string>(), 0.5);
        Assert.Equal(2, frame.Described.Count);
    }
}
