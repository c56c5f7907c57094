using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Core.Tests.Monitoring.RootCause;

public sealed class RowWeightsTests
{
    [Fact]
    public void Weights_are_the_ratio_of_densities_with_mean_one()
    {
        // Twice as many current rows as reference ones: even densities mean a chance of 2/3.
        var weights = RowWeights.Of([2 / 3.0, 2 / 3.0, 0.5, 0.75], 8);

        Assert.Equal(1, weights.Values.Average(), 1e-12);
        Assert.Equal(weights.Values[0], weights.Values[1]);
        Assert.Equal(0.5, weights.Values[2] / weights.Values[0], 1e-12);
        Assert.Equal(0, weights.Clipped);
    }

    [Fact]
    public void A_row_that_stands_for_too_many_is_cut_and_counted()
    {
        var weights = RowWeights.Of([.. Enumerable.Repeat(0.5, 99), 1.0], 100);

        Assert.Equal(1, weights.Clipped);
        Assert.Equal(10, weights.Values[^1] / weights.Values[0], 1e-9);
        // (99 + 10)²/(99 + 100).
        Assert.Equal(109 * 109 / 199.0, weights.EffectiveRows, 1e-9);
    }

    [Fact]
    public void Even_chances_keep_every_row_and_none_at_all_keep_no_evidence()
    {
        Assert.Equal(50, RowWeights.Of([.. Enumerable.Repeat(0.5, 50)], 50).EffectiveRows, 1e-9);
        Assert.Equal(0, RowWeights.Of([.. Enumerable.Repeat(0.0, 50)], 50).EffectiveRows);
        Assert.Throws<ArgumentOutOfRangeException>(() => RowWeights.Of([1.1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowWeights.Of([double.NaN], 1));
    }

    [Fact]
    public void Calibrated_chances_are_those_behind_the_scores_and_never_certain()
    {
        // Scores that say too little: the true chance is steeper.
        var random = new Random(2);
        double[] truth = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextDouble())];
        int[] labels = [.. truth.Select(chance => random.NextDouble() < chance ? 1 : 0)];
        var chances = ChanceCalibration.CrossFitted([.. truth.Select(chance => 0.4 + (0.2 * chance))], labels);

        Assert.InRange(truth.Zip(chances, (one, other) => Math.Abs(one - other)).Average(), 0, 0.03);
        Assert.All(chances, chance => Assert.InRange(chance, 1e-4, 1 - 1e-4));
    }

    [Fact]
    public void Scores_that_tell_nothing_become_nearly_even_chances()
    {
        var random = new Random(3);
        var chances = ChanceCalibration.CrossFitted([.. Enumerable.Range(0, 6_000).Select(_ => random.NextDouble())], [.. Enumerable.Range(0, 6_000).Select(i => i % 2)]);

        Assert.InRange(RowWeights.Of([.. chances.Where((_, i) => i % 2 == 0)], 3_000).EffectiveRows, 2_850, 3_000);
        Assert.Throws<ArgumentException>(() => ChanceCalibration.CrossFitted([0.5], [0, 1]));
    }

    [Fact]
    public void Without_days_rows_are_drawn_anew_in_runs_the_same_every_time()
    {
        var bootstrap = new RowBootstrap(Rows(1_000, []), Rows(400, []));
        var drawn = bootstrap.Draw(5).ToList();

        Assert.All(drawn, sample => Assert.Equal((1_000, 400), (sample.Reference.Length, sample.Current.Length)));
        Assert.All(drawn[0].Reference.Chunk(50), block => Assert.Equal((0, 49), (block[0] % 50, block[^1] - block[0])));
        Assert.Equal(drawn[4].Current, bootstrap.Draw(5).Last().Current);
        // Student's with 19 degrees of freedom.
        Assert.Equal(2.093, bootstrap.Quantile, 1e-3);
    }

    [Fact]
    public void Days_are_drawn_whole_and_few_of_them_widen_the_interval()
    {
        long[] hours = [.. Enumerable.Range(0, 24 * 7).Select(hour => hour * TimeSpan.TicksPerHour)];
        var bootstrap = new RowBootstrap(Rows(hours.Length, hours), Rows(100, []));

        Assert.All(bootstrap.Draw(3), sample => Assert.All(sample.Reference.Chunk(24), day => Assert.Equal(Enumerable.Range(day[0], 24), day)));
        Assert.Equal(2.447, bootstrap.Quantile, 1e-3);
    }

    private static ObservedRows Rows(int count, long[] times) => new(1, 1, new float[count], new float[count], new double[count], times);
}
