using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Tests.Drift;

public sealed class DriftVerdictTests
{
    private static readonly long[] Even = [1000, 1000, 1000, 1000];

    [Fact]
    public void The_same_shares_are_steady() => Assert.Equal(DriftLevel.Steady, DriftVerdict.OfNumber(Even, 0, [100, 102, 99, 101], 0).Level);

    [Theory]
    [InlineData(new long[] { 150, 120, 80, 70 }, DriftLevel.Steady)]
    [InlineData(new long[] { 170, 110, 80, 60 }, DriftLevel.MovedALittle)]
    [InlineData(new long[] { 250, 90, 40, 20 }, DriftLevel.Moved)]
    public void The_stability_index_decides_how_much_a_feature_moved(long[] current, DriftLevel expected) =>
        Assert.Equal(expected, DriftVerdict.OfNumber(Even, 0, current, 0).Level);

    [Fact]
    public void What_chance_gives_in_few_rows_is_steady_however_large_the_index()
    {
        var verdict = DriftVerdict.OfCategory(Even, 0, [3, 1, 0, 2], 0);

        Assert.True(verdict["psi"]!.Statistic > DriftRule.MovedFrom);
        Assert.True(verdict["chi_square"]!.PValue > DriftRule.Chance);
        Assert.Equal(DriftLevel.Steady, verdict.Level);
    }

    [Fact]
    public void A_number_that_goes_missing_has_moved()
    {
        var verdict = DriftVerdict.OfNumber(Even, 0, [50, 50, 50, 50], 200);

        Assert.Equal(0, verdict["ks"]!.Statistic);
        Assert.True(verdict["missing"]!.PValue < 1e-6);
        Assert.Equal(DriftLevel.Moved, verdict.Level);
    }

    [Fact]
    public void A_number_that_is_missing_altogether_has_moved() =>
        Assert.Equal(DriftLevel.Moved, DriftVerdict.OfNumber(Even, 10, [0, 0, 0, 0], 500).Level);

    [Fact]
    public void A_new_category_that_takes_over_has_moved() =>
        Assert.Equal(DriftLevel.Moved, DriftVerdict.OfCategory([500, 500, 0], 0, [100, 100, 200], 0).Level);

    [Fact]
    public void Without_rows_there_is_no_data_and_without_a_reference_no_reference()
    {
        Assert.Equal(DriftLevel.NoData, DriftVerdict.OfNumber(Even, 0, [0, 0, 0, 0], 0).Level);
        Assert.Equal(DriftLevel.NoReference, DriftVerdict.OfNumber([0, 0], 0, [5, 5], 0).Level);
        Assert.Empty(DriftVerdict.OfCategory([0, 0], 0, [5, 5], 0).Statistics);
    }

    [Fact]
    public void A_number_is_tested_by_shape_and_a_category_by_shares()
    {
        Assert.Equal(["psi", "jensen_shannon", "ks"], DriftVerdict.OfNumber(Even, 0, Even, 0).Statistics.Select(statistic => statistic.Test));
        Assert.Equal(["psi", "jensen_shannon", "chi_square"], DriftVerdict.OfCategory(Even, 0, Even, 0).Statistics.Select(statistic => statistic.Test));
    }
}
