using Dashboard.Core.Monitoring.Sequential;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Sequential;

public sealed class MixtureBandTests
{
    private const double Miscoverage = 0.05;

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void Continuous_looking_leaves_an_error_rate_out_at_most_as_often_as_promised(double rate)
    {
        var random = new Random(17);
        const int runs = 400;
        var missed = 0;
        for (var run = 0; run < runs; run++)
        {
            var errors = 0;
            for (var rows = 1; rows <= 1_000; rows++)
            {
                errors += random.NextDouble() < rate ? 1 : 0;
                if (!MixtureBand.Of(errors, rows, Miscoverage).Holds(rate))
                {
                    missed++;
                    break;
                }
            }
        }

        Assert.InRange(missed / (double)runs, 0.001, Miscoverage);
    }

    [Theory]
    [InlineData(0.1, 1_000)]
    [InlineData(0.5, 10_000)]
    public void It_is_about_twice_as_wide_as_an_interval_for_a_single_look(double rate, int rows)
    {
        var band = MixtureBand.Of(rate * rows, rows, Miscoverage);
        Assert.InRange(band.Width / (2 * 1.96 * Math.Sqrt(rate * (1 - rate) / rows)), 1.5, 2.1);
    }

    [Fact]
    public void Its_ends_are_where_the_likelihood_ratio_reaches_its_limit()
    {
        // One row without error: ∫(1 − q)/(1 − p) dBeta = ½/(1 − p) = 20 at p = 1 − 1/40.
        var band = MixtureBand.Of(0, 1, Miscoverage);
        Assert.Equal(0, band.Lower);
        Assert.Equal(1 - (1 / 40.0), band.Upper, 1e-11);
        Assert.Equal(new(0, double.NaN, 1), MixtureBand.Of(0, 0, Miscoverage));
    }

    [Fact]
    public void For_errors_it_is_tighter_than_the_plug_in_sequence_and_for_small_steps_wider()
    {
        var random = new Random(14);
        ConfidenceSequence errors = new(Miscoverage), steps = new(Miscoverage);
        var (wrong, sum) = (0.0, 0.0);
        for (var i = 0; i < 5_000; i++)
        {
            double error = random.NextDouble() < 0.2 ? 1 : 0, step = 0.3 + (0.1 * random.NextDouble());
            errors.Add(error);
            steps.Add(step);
            (wrong, sum) = (wrong + error, sum + step);
        }

        Assert.True(MixtureBand.Of(wrong, 5_000, Miscoverage).Width < errors.Band.Width);
        Assert.True(MixtureBand.Of(sum, 5_000, Miscoverage).Width > steps.Band.Width);
    }

    [Fact]
    public void An_unbounded_loss_is_banded_by_its_clipping_range_in_its_own_unit()
    {
        // Absolute errors of an exponential distribution with mean 10 minutes, clipped at 60: the clipped mean is 10(1 − e⁻⁶).
        var random = new Random(19);
        var range = new LossRange(0, 60);
        var truth = 10 * (1 - Math.Exp(-6));
        var missed = 0;
        for (var run = 0; run < 200; run++)
        {
            var sequence = new ConfidenceSequence(Miscoverage);
            for (var i = 0; i < 1_000; i++)
                sequence.Add(range.ToUnit(-10 * Math.Log(1 - random.NextDouble())));
            var band = range.FromUnit(sequence.Band);
            missed += band.Holds(truth) ? 0 : 1;
            Assert.InRange(band.Width, 0, 12);
        }

        Assert.InRange(missed / 200.0, 0, Miscoverage);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossRange(3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossRange(0, double.PositiveInfinity));
    }

    [Theory]
    [InlineData(0.0, 0.5)]
    [InlineData(1.0, 0.7602)]
    public void Looking_at_the_auc_after_every_block_leaves_it_out_at_most_as_often_as_promised(double shift, double auc)
    {
        // Scores are normal with unit variance, positives higher by the shift: the AUC is Φ(shift/√2).
        var random = new Random(23);
        const int runs = 300, blocks = 40;
        var (missed, width) = (0, 0.0);
        for (var run = 0; run < runs; run++)
        {
            var band = new AucBand();
            var left = false;
            for (var block = 0; block < blocks; block++)
            {
                band = Block(band, shift, random);
                left |= !band.At(Miscoverage).Holds(auc);
            }

            missed += left ? 1 : 0;
            width += band.At(Miscoverage).Width / runs;
        }

        Assert.InRange(missed / (double)runs, 0, Miscoverage);
        // About 40 × 25 positives; one look by DeLong's interval would be about 0.04 wide.
        Assert.InRange(width, 0.05, 0.15);
    }

    [Fact]
    public void A_block_of_one_class_says_nothing_and_an_impossible_auc_is_refused()
    {
        var band = new AucBand().With(0.7, 20, 80);
        Assert.Equal(band, band.With(double.NaN, 0, 100));
        Assert.Equal(0.7, band.At(Miscoverage).Estimate, 1e-12);
        Assert.Equal((0, 1), (new AucBand().At(Miscoverage).Lower, new AucBand().At(Miscoverage).Upper));
        Assert.Throws<ArgumentOutOfRangeException>(() => band.With(1.2, 5, 5));
    }

    private static AucBand Block(AucBand band, double shift, Random random)
    {
        var labels = Enumerable.Range(0, 100).Select(_ => random.NextDouble() < 0.25).ToArray();
        var scores = Array.ConvertAll(labels, positive => (positive ? shift : 0) + (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
        var ranked = new RankedScores(scores, row => labels[row]);
        return band.With(ranked.RocAuc ?? double.NaN, ranked.Positives, ranked.Negatives);
    }
}
