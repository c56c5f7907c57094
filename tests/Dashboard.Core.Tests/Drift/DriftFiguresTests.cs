using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Tests.Drift;

public sealed class DriftFiguresTests
{
    private static readonly long[] Even = [1000, 1000, 1000, 1000];
    private static readonly double[] Middles = [0, 1, 2, 3];
    private static readonly double[] Points = [0, 0, 0, 0];

    [Fact]
    public void A_number_that_goes_missing_shows_it_in_its_missing_rate_and_not_in_its_shape()
    {
        var figures = OfNumber(Even, 0, [50, 50, 50, 50], 200);

        Assert.Equal(0, figures["ks"]!.Statistic);
        Assert.True(figures["missing_rate"]!.PValue < 1e-6);
        Assert.True(figures["psi"]!.Statistic > 0.25);
    }

    [Fact]
    public void A_new_category_that_takes_over_shows_it() => Assert.True(DriftFigures.OfCategory([500, 500, 0], 0, [100, 100, 200], 0)["new_categories"]!.PValue < 1e-6);

    [Fact]
    public void Without_rows_on_a_side_nothing_is_said()
    {
        Assert.Empty(OfNumber(Even, 0, [0, 0, 0, 0], 0).Statistics);
        Assert.Empty(OfNumber([0, 0, 0, 0], 0, Even, 0).Statistics);
        Assert.Empty(DriftFigures.OfCategory([0, 0], 0, [5, 5], 0).Statistics);
    }

    [Fact]
    public void All_figures_of_a_type_are_there_in_one_order()
    {
        Assert.Equal(["psi", "jensen_shannon", "hellinger", "kl", "ks", "wasserstein", "anderson_darling", "cramer_von_mises"], OfNumber(Even, 0, [900, 1000, 1000, 1100], 0).Statistics.Select(statistic => statistic.Test));
        Assert.Equal(["psi", "jensen_shannon", "hellinger", "kl", "chi_square_pooled", "new_categories", "missing_rate"], DriftFigures.OfCategory(Even, 3, Even, 0).Statistics.Select(statistic => statistic.Test));
    }

    /// <summary>Where each bin holds one value, counts are the rows themselves: the figures are those of the raw samples.</summary>
    [Fact]
    public void In_bins_of_one_value_figures_are_those_of_the_rows()
    {
        long[] current = [300, 200, 260, 240];
        double[] reference = Rows(Even), now = Rows(current);
        var figures = OfNumber(Even, 0, current, 0);

        foreach (var exact in new[] { Wasserstein.OfSamples(reference, now)!, AndersonDarling.OfSamples(reference, now)!, CramerVonMises.OfSamples(reference, now)!, KolmogorovSmirnov.OfSamples(reference, now)! })
        {
            Assert.Equal(exact.Statistic, figures[exact.Test]!.Statistic, 1e-9);
            Assert.Equal(exact.EffectSize, figures[exact.Test]!.EffectSize, 1e-9);
        }
    }

    [Fact]
    public void A_distance_from_wide_bins_says_by_how_much_it_may_be_off()
    {
        var figures = DriftFigures.OfNumber(Middles, [1, 1, 1, 1], Even, 0, [400, 300, 200, 100], 0);
        Assert.Equal(1, figures["wasserstein"]!.Error!.Value, 12);
    }

    private static DriftFigures OfNumber(long[] reference, long referenceMissing, long[] current, long currentMissing) =>
        DriftFigures.OfNumber(Middles, Points, reference, referenceMissing, current, currentMissing);

    private static double[] Rows(long[] counts) => [.. counts.SelectMany((count, i) => Enumerable.Repeat((double)i, (int)count))];
}
