using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Tests.Drift;

public sealed class DriftEdgeTests
{
    private const double Infinity = double.PositiveInfinity;

    [Theory]
    [InlineData(new double[0], new[] { 1.0 })]
    [InlineData(new[] { 1.0 }, new double[0])]
    [InlineData(new[] { double.NaN, double.NaN }, new[] { 1.0 })]
    [InlineData(new[] { 1.0 }, new[] { double.NaN })]
    public void Without_a_value_on_either_side_nothing_is_said(double[] reference, double[] current)
    {
        Assert.Null(KolmogorovSmirnov.OfSamples(reference, current));
        Assert.Null(Wasserstein.OfSamples(reference, current));
        Assert.Null(PopulationStabilityIndex.OfSamples(reference, current));
        Assert.Null(AndersonDarling.OfSamples(reference, current));
        Assert.Null(CramerVonMises.OfSamples(reference, current));
    }

    [Fact]
    public void What_cannot_be_tested_by_ranks_gives_no_figure()
    {
        Assert.Null(AndersonDarling.OfSamples([3, 3, 3], [3, 3]));
        Assert.Null(AndersonDarling.OfSamples([1, 2], [3]));
        Assert.Null(CramerVonMises.OfSamples([1], [1, 2, 3]));
        Assert.Equal((1.0, 0), (CramerVonMises.OfSamples([3, 3, 3], [3, 3])!.PValue, CramerVonMises.OfSamples([3, 3, 3], [3, 3])!.EffectSize));
    }

    [Fact]
    public void Rank_tests_see_an_infinity_as_the_largest_value()
    {
        double[] infinite = [-Infinity, 1, 2, 3, 8, Infinity], finite = [-100, 1, 2, 3, 8, 100], current = [-50, 0.5, 2, 2, 4];

        Assert.Equal(AndersonDarling.OfSamples(finite, current), AndersonDarling.OfSamples(infinite, current));
        Assert.Equal(CramerVonMises.OfSamples(finite, current), CramerVonMises.OfSamples(infinite, current));
    }

    [Fact]
    public void Cramer_von_Mises_keeps_its_digits_among_many_rows()
    {
        // By hand: without ties T = nm/(n+m)²·Σ(F − G)²; here current i lies behind reference i, so that F − G is 1/n at every second place.
        const int Rows = 1_000_000;
        var even = CramerVonMises.OfSamples([.. Enumerable.Range(0, Rows).Select(i => (double)i)], [.. Enumerable.Range(0, Rows).Select(i => i + 0.5)])!;

        Assert.Equal(0.25 / Rows, even.Statistic, 1e-15);
        Assert.Equal(1, even.PValue!.Value, 1e-9);
    }

    [Fact]
    public void One_row_against_one_row_is_a_full_distance_that_means_nothing()
    {
        var ks = KolmogorovSmirnov.OfSamples([1], [2])!;
        Assert.Equal((1.0, 1.0), (ks.Statistic, ks.PValue));
    }

    [Fact]
    public void Infinities_are_ranked_and_never_become_NaN()
    {
        double[] reference = [-Infinity, 1, 2, 3, Infinity], current = [-Infinity, -Infinity, 1, 2, 3];

        Assert.Equal(0.2, KolmogorovSmirnov.OfSamples(reference, current)!.Statistic, 1e-12);
        Assert.True(double.IsFinite(PopulationStabilityIndex.OfSamples(reference, current)!.Statistic));
        Assert.True(double.IsFinite(PopulationStabilityIndex.OfSamples([Infinity, Infinity], [-Infinity, 0])!.Statistic));
        Assert.Null(Wasserstein.OfSamples(reference, current));
    }

    [Fact]
    public void Binned_Kolmogorov_Smirnov_encloses_the_distance_of_the_rows()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 50; trial++)
        {
            double[] reference = [.. Enumerable.Range(0, 500).Select(_ => random.NextDouble())];
            double[] current = [.. Enumerable.Range(0, 300).Select(_ => Math.Pow(random.NextDouble(), 1 + (trial / 100.0)))];
            var rows = KolmogorovSmirnov.OfSamples(reference, current)!;
            var bins = KolmogorovSmirnov.OfCounts(Histogram(reference, 8), Histogram(current, 8))!;

            Assert.InRange(rows.Statistic, bins.Statistic - 1e-12, bins.UpperBound!.Value + 1e-12);
        }
    }

    [Fact]
    public void Binned_Kolmogorov_Smirnov_is_exact_where_every_value_has_its_bin()
    {
        double[] reference = [0, 0, 1, 1, 2, 3, 3, 3], current = [0, 1, 2, 2, 2, 3];
        var rows = KolmogorovSmirnov.OfSamples(reference, current)!;
        Assert.Equal(rows.Statistic, KolmogorovSmirnov.OfCounts([2, 2, 1, 3], [1, 1, 3, 1])!.Statistic, 1e-12);
    }

    [Fact]
    public void Many_rows_take_the_asymptotic_p()
    {
        double[] reference = [.. Enumerable.Range(0, 20_000).Select(i => (double)i)], current = [.. Enumerable.Range(0, 20_000).Select(i => i + 200.0)];
        var ks = KolmogorovSmirnov.OfSamples(reference, current)!;

        Assert.Equal(0.01, ks.Statistic, 1e-12);
        Assert.Equal(KolmogorovDistribution.Survival(0.01, 10_000), ks.PValue!.Value, 1e-12);
    }

    [Fact]
    public void Empty_categories_do_not_count_as_degrees_of_freedom()
    {
        var with = ChiSquare.OfCounts([10, 0, 20, 0], [20, 0, 10, 0])!;
        var without = ChiSquare.OfCounts([10, 20], [20, 10])!;
        Assert.Equal(without, with);
        Assert.Equal(1.0 / 3, with.EffectSize, 1e-12);
    }

    [Fact]
    public void A_stability_index_on_counts_fills_empty_shares()
    {
        // By hand: (0.5 − 1)·ln 0.5 + (0.5 − 0.0001)·ln(0.5 / 0.0001).
        var expected = (-0.5 * Math.Log(0.5)) + (0.4999 * Math.Log(5000));
        Assert.Equal(expected, PopulationStabilityIndex.OfCounts([10, 0], [5, 5])!.Statistic, 1e-12);
    }

    [Fact]
    public void Kullback_Leibler_stays_finite_with_an_empty_current_share() =>
        Assert.Equal((0.5 * Math.Log(0.5)) + (0.5 * Math.Log(5000)), KullbackLeibler.OfCounts([5, 5], [10, 0])!.Statistic, 1e-12);

    [Fact]
    public void Different_bins_are_refused() =>
        Assert.Throws<ArgumentException>(() => JensenShannon.OfCounts([1, 2], [1, 2, 3]));

    [Fact]
    public void Negative_counts_are_refused() =>
        Assert.Throws<ArgumentException>(() => ChiSquare.OfCounts([1, -2], [1, 2]));

    private static long[] Histogram(double[] values, int bins)
    {
        var counts = new long[bins];
        foreach (var value in values)
            counts[Math.Min(bins - 1, (int)(value * bins))]++;
        return counts;
    }
}
