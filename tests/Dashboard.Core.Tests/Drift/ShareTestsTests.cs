using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Tests.Drift;

/// <summary>The tests on shares: missing values, new categories, rare categories.</summary>
public sealed class ShareTestsTests
{
    [Fact]
    public void A_change_of_the_missing_rate_has_its_share_its_p_and_its_size()
    {
        var test = MissingRate.Of(0, 10_000, 3, 1_000)!;

        Assert.Equal(0.003, test.Statistic, 1e-12);
        // scipy's fisher_exact.
        Assert.Equal(0.000749266692205412, test.PValue!.Value, 1e-9);
        Assert.Equal(0.003 / 2 / Math.Sqrt(0.0015 * 0.9985), test.EffectSize, 1e-12);
    }

    [Fact]
    public void The_exact_and_the_approximate_p_of_a_missing_rate_meet()
    {
        var exact = MissingRate.Of(4_900, 100_000, 5_100, 100_000)!.PValue!.Value;
        var approximate = MissingRate.Of(4_901, 100_000, 5_100, 100_000)!.PValue!.Value;

        Assert.InRange(approximate, exact * 0.9, exact * 1.1);
    }

    [Fact]
    public void With_nothing_missing_there_is_nothing_to_test()
    {
        Assert.Null(MissingRate.Of(0, 100, 0, 50));
        Assert.Null(MissingRate.Of(0, 0, 3, 50));
        Assert.Equal(1, MissingRate.Of(100, 100, 50, 50)!.PValue);
    }

    [Fact]
    public void More_missing_than_rows_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => MissingRate.Of(5, 4, 0, 1));

    [Fact]
    public void A_column_of_ids_in_which_every_value_is_new_does_not_alarm()
    {
        long[] reference = [.. Enumerable.Repeat(1L, 3_000), .. new long[1_000]], current = [.. new long[3_000], .. Enumerable.Repeat(1L, 1_000)];
        var test = NewCategories.OfCounts(reference, current)!;

        Assert.Equal(1, test.Statistic);
        Assert.True(test.PValue > 0.4);
        Assert.Equal(0, test.EffectSize, 1e-6);
    }

    [Fact]
    public void A_value_that_appears_with_thirty_rows_is_new_beyond_doubt()
    {
        var test = NewCategories.OfCounts([9_000, 1_000, 0], [800, 170, 30])!;

        Assert.Equal(0.03, test.Statistic);
        Assert.True(test.PValue < 1e-20);
    }

    [Fact]
    public void One_row_of_a_value_that_is_rare_on_both_sides_is_no_news()
    {
        long[] reference = [5_000, .. Enumerable.Repeat(1L, 200), 0], current = [500, .. new long[200], 1];

        Assert.True(NewCategories.OfCounts(reference, current)!.PValue > 0.5);
    }

    [Theory]
    [InlineData(10_000, 1_000, 400)]
    [InlineData(500, 500, 400)]
    [InlineData(200, 2_000, 50)]
    [InlineData(3_000, 3_000, 20_000)]
    public void Without_a_change_new_categories_alarm_no_more_often_than_promised(int referenceRows, int currentRows, int categories)
    {
        var random = new Random(7);
        var cumulated = new double[categories];
        for (var i = 0; i < categories; i++)
            cumulated[i] = (i == 0 ? 0 : cumulated[i - 1]) + (1.0 / (i + 1));
        const int Trials = 600;
        var alarms = 0;
        for (var trial = 0; trial < Trials; trial++)
            alarms += NewCategories.OfCounts(Draw(referenceRows), Draw(currentRows))!.PValue <= 0.05 ? 1 : 0;

        // 600 trials at 5 %: 30 alarms, standard deviation 5.3.
        Assert.InRange(alarms, 0, 46);

        long[] Draw(int rows)
        {
            var counts = new long[categories];
            for (var row = 0; row < rows; row++)
            {
                var at = Array.BinarySearch(cumulated, random.NextDouble() * cumulated[^1]);
                counts[at < 0 ? ~at : at]++;
            }

            return counts;
        }
    }

    [Fact]
    public void Rare_categories_that_are_rare_together_join_the_smallest_frequent_one()
    {
        // Of 100 + 100 rows a category needs 10 in all: the last two, 6 rows, join the third.
        var pooled = PooledChiSquare.OfCounts([50, 30, 16, 2, 2], [40, 35, 23, 1, 1])!;
        var byHand = ChiSquare.OfCounts([50, 30, 20], [40, 35, 25])!;

        Assert.Equal((byHand.Statistic, byHand.PValue), (pooled.Statistic, pooled.PValue));
    }

    [Fact]
    public void With_few_rows_the_most_frequent_category_is_tested_exactly_against_the_rest()
    {
        var test = PooledChiSquare.OfCounts([900, 50, 50], [0, 2, 1])!;

        Assert.Equal(FisherExact.TwoSided(900, 1_000, 0, 3), test.PValue);
        Assert.True(test.PValue < 0.01);
    }

    [Fact]
    public void Values_that_never_repeat_are_no_drift()
    {
        long[] reference = [.. Enumerable.Repeat(1L, 300), .. new long[100]], current = [.. new long[300], .. Enumerable.Repeat(1L, 100)];

        Assert.Equal(1, PooledChiSquare.OfCounts(reference, current)!.PValue!.Value, 1e-9);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    public void One_category_or_one_row_gives_a_p_of_one(long current, long other)
    {
        Assert.Equal(1, PooledChiSquare.OfCounts([10, 0], [current, 0])!.PValue);
        Assert.Equal(1, PooledChiSquare.OfCounts([1, 1], [1 - other, other])!.PValue);
    }

    [Fact]
    public void Without_rows_on_a_side_nothing_is_said()
    {
        Assert.Null(PooledChiSquare.OfCounts([1, 2], [0, 0]));
        Assert.Null(NewCategories.OfCounts([0, 0], [1, 2]));
        Assert.Null(NewCategories.OfCounts([5], [2]));
    }

    [Fact]
    public void The_effect_of_a_change_does_not_depend_on_how_many_rows_each_side_has()
    {
        var even = PooledChiSquare.OfCounts([500_000, 500_000], [550_000, 450_000])!.EffectSize;
        var uneven = PooledChiSquare.OfCounts([5_000_000, 5_000_000], [55_000, 45_000])!.EffectSize;

        Assert.Equal(0.05, even, 1e-3);
        Assert.Equal(0.05, uneven, 1e-3);
    }
}
