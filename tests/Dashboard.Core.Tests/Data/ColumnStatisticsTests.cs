using System.Globalization;
using Dashboard.Core.Data;

namespace Dashboard.Core.Tests.Data;

public sealed class ColumnStatisticsTests
{
    [Fact]
    public async Task Moments_and_quantiles_of_a_small_column_are_exact()
    {
        // numpy: mean 5.5, std(ddof=1) 3.0276503540974917, quantile 0.05 1.45, 0.5 5.5, 0.95 9.55
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value", .. Enumerable.Range(1, 10).Select(i => $"{i}"), "NA"]));
        var column = profile.Columns[0];

        Assert.Equal((11, 1, 10, false), (column.Count, column.Missing, column.Distinct, column.DistinctIsLowerBound));
        Assert.Equal((1, 10, 5.5), (column.Minimum, column.Maximum, column.Mean));
        Assert.Equal(3.0276503540974917, column.StandardDeviation!.Value, 1e-12);
        Assert.Equal((1.45, 5.5, 9.55), (Math.Round(column.Quantile05!.Value, 12), column.Median, Math.Round(column.Quantile95!.Value, 12)));
    }

    [Fact]
    public async Task Quantiles_of_a_long_column_are_within_one_and_a_half_per_cent_of_rank_and_repeat()
    {
        var random = new Random(7);
        var csv = CsvText.Lines(["value", .. Enumerable.Range(0, 60_000).Select(_ => random.NextDouble().ToString(CultureInfo.InvariantCulture))]);
        var first = (await CsvText.Import(csv)).Profile.Columns[0];
        var second = (await CsvText.Import(csv)).Profile.Columns[0];

        Assert.InRange(first.Quantile05!.Value, 0.035, 0.065);
        Assert.InRange(first.Median!.Value, 0.485, 0.515);
        Assert.InRange(first.Quantile95!.Value, 0.935, 0.965);
        Assert.Equal((first.Quantile05, first.Median, first.Quantile95), (second.Quantile05, second.Median, second.Quantile95));
    }

    [Fact]
    public async Task A_large_offset_does_not_spoil_the_deviation()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value", .. Enumerable.Range(0, 1_000).Select(i => (1e9 + i % 2).ToString(CultureInfo.InvariantCulture))]));

        Assert.Equal(0.50025018764071, profile.Columns[0].StandardDeviation!.Value, 1e-9);
    }

    [Fact]
    public async Task A_histogram_holds_every_present_value_between_its_edges()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value", .. Enumerable.Range(0, 5_000).Select(i => Math.Sin(i).ToString("R", CultureInfo.InvariantCulture))]));
        var column = profile.Columns[0];

        Assert.Equal(41, column.HistogramEdges.Count);
        Assert.Equal(column.HistogramEdges.Order(), column.HistogramEdges);
        Assert.Equal((column.Minimum, column.Maximum), (column.HistogramEdges[0], column.HistogramEdges[^1]));
        Assert.Equal(5_000, column.HistogramCounts.Sum());
        // The arcsine distribution is high at both ends: P(sin x < -0.95) = acos(0.95)/pi = 0.1011
        Assert.Equal(5_000 * 0.1011, column.HistogramCounts[0], 60.0);
        Assert.Equal(5_000 * 0.1011, column.HistogramCounts[^1], 60.0);
    }

    [Fact]
    public async Task Whole_numbers_get_a_bin_each_while_there_are_few()
    {
        var (profile, _) = await CsvText.Import("value\n1\n2\n2\n4\n");
        var column = profile.Columns[0];

        Assert.Equal([0.5, 1.5, 2.5, 3.5, 4.5], column.HistogramEdges);
        Assert.Equal([1, 2, 0, 1], column.HistogramCounts);
    }

    [Theory]
    [InlineData("5", "5", "5")]
    [InlineData("0.1", "0.1", "0.1")]
    [InlineData("-1e308", "0", "1e308")]
    [InlineData("1e15", "1000000000000000.1", "1000000000000000.2")]
    public async Task A_histogram_of_constant_or_extreme_values_has_ascending_edges_and_all_values(params string[] cells)
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value", .. cells]));
        var column = profile.Columns[0];

        Assert.Equal(column.HistogramEdges.Distinct().Order(), column.HistogramEdges);
        Assert.Equal(3, column.HistogramCounts.Sum());
        Assert.True(double.IsFinite(column.Mean!.Value));
    }

    [Fact]
    public async Task Categories_have_their_most_frequent_values_first()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value", .. Enumerable.Range(0, 100).Select(i => i % 3 == 0 ? "rare" : i % 2 == 0 ? "often" : "also")]));
        var column = profile.Columns[0];

        Assert.Equal(3, column.Distinct);
        Assert.Equal([new("rare", 34), new("also", 33), new("often", 33)], column.TopValues);
        Assert.Null(column.Mean);
    }

    [Fact]
    public async Task Timestamps_are_counted_in_seconds()
    {
        var (profile, _) = await CsvText.Import("t,n\n1970-01-01,1\n1970-01-01T00:01,2\n");
        var column = profile.Columns[0];

        Assert.Equal((0, 60, 30), (column.Minimum, column.Maximum, column.Mean));
        Assert.Equal(2, column.HistogramCounts.Sum());
    }

    [Fact]
    public async Task Distinct_values_past_the_bound_are_a_lower_bound()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value", .. Enumerable.Range(0, 12_000).Select(i => $"user {i}")]));

        Assert.Equal((10_000, true), (profile.Columns[0].Distinct, profile.Columns[0].DistinctIsLowerBound));
    }

    [Fact]
    public async Task Statistics_are_of_accepted_rows_only()
    {
        var (profile, _) = await CsvText.Import(CsvText.Lines(["value,other", "1,1", "2,2", "3,3", "4,4", "1000,broken", "5,5", "6,6", "7,7"]));

        Assert.Equal((7, 7), (profile.Column("value").Maximum, profile.Column("value").Count));
    }
}
