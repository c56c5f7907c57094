using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Tests.Deployments.Statistics;

public sealed class GuardrailTests
{
    [Theory]
    [InlineData(0.02, 0.04, Verdict.Fail)]
    [InlineData(-0.02, 0.005, Verdict.Pass)]
    [InlineData(-0.02, 0.02, Verdict.Inconclusive)]
    [InlineData(0.01, 0.02, Verdict.Inconclusive)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity, Verdict.Inconclusive)]
    [InlineData(double.NaN, double.NaN, Verdict.Inconclusive)]
    public void A_bound_beyond_the_margin_decides_and_nothing_else(double lower, double upper, Verdict expected) =>
        Assert.Equal(expected, Guardrail.Decide(new(lower, (lower + upper) / 2, upper), 0.01));

    [Fact]
    public void Where_any_change_is_harm_the_band_is_of_its_size()
    {
        Assert.Equal(new(0.1, 0.2, 0.3), Guardrail.Magnitude(new(-0.3, -0.2, -0.1)));
        Assert.Equal(new(0, 0.1, 0.4), Guardrail.Magnitude(new(-0.2, 0.1, 0.4)));
        Assert.Equal(new(-0.3, -0.2, -0.1), Guardrail.Negated(new(0.1, 0.2, 0.3)));
    }

    [Fact]
    public void Impossible_counts_and_parameters_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateEProcess(RateClaim.Above, 0).With(new(5, 6), new(5, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateEProcess(RateClaim.Above, 0).With(new(5, 1), new(5, -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateEProcess(RateClaim.Above, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MixtureSprt.Rates(new(50, 20), new(50, 20), 0, 0.05));
        Assert.Throws<ArgumentOutOfRangeException>(() => MixtureSprt.Means(new(50, double.NaN, 3), new(50, 1, 3), 0.1, 0.05));
        Assert.Throws<ArgumentOutOfRangeException>(() => MixtureSprt.Means(new(50, 1, 3), new(50, 1, 3), 0.1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RatioMismatch.LogE(10, 10, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => BayesianComparison.Means(0.1, 0));
    }

    [Fact]
    public void Too_little_and_no_variation_say_nothing()
    {
        Assert.False(MixtureSprt.Rates(new(1000, 500), new(1000, 9), 0.01, 0.05).IsEnough);
        Assert.False(MixtureSprt.Rates(new(1000, 500), new(100, 91), 0.01, 0.05).IsEnough);
        Assert.False(MixtureSprt.Means(new(29, 1, 3), new(1000, 1, 3), 0.01, 0.05).IsEnough);
        Assert.False(MixtureSprt.Means(new(100, 100, 100), new(100, 200, 400), 0.01, 0.05).IsEnough);
        Assert.Equal(1, MixtureSprt.Rates(default, default, 0.01, 0.05).PValue(1));
        Assert.Equal(0, new RateEProcess(RateClaim.Differs, 0).With(new(100, 1), new(100, 90)).LogE);
    }

    [Fact]
    public void An_e_process_goes_on_where_it_was_stored()
    {
        var process = new RateEProcess(RateClaim.Above, 0.01).With(new(900, 10), new(100, 4)).With(new(950, 9), new(50, 3));
        var restored = CanonicalJson.Deserialize<RateEProcess>(CanonicalJson.Serialize(process));
        Assert.Equal(process, restored);
        Assert.Equal(process.With(new(90, 1), new(10, 2)), restored.With(new(90, 1), new(10, 2)));
    }

    [Fact]
    public void A_posterior_of_large_counts_is_that_of_the_normal_approximation()
    {
        var (a, b) = (new RateArm(3_000_000, 30_000), new RateArm(1_000_000, 10_150));
        var variance = (a.Rate * (1 - a.Rate) / a.Trials) + (b.Rate * (1 - b.Rate) / b.Trials);
        Assert.Equal(BayesianComparison.Means(b.Rate - a.Rate, variance).ChallengerHigher, BayesianComparison.Rates(a, b).ChallengerHigher, 2e-3);

        // On both sides of the change to the approximation the figures are the same.
        Posterior At(long events) => BayesianComparison.Rates(new(events * 3, events), new(events * 5, (long)(events * 5 / 2.985)));
        var (summed, normal) = (At(BayesianComparison.LargestSum - 2), At(BayesianComparison.LargestSum + 2));
        Assert.Equal(summed.ChallengerHigher, normal.ChallengerHigher, 1e-3);
        Assert.Equal(1, summed.LossIfHigherIsWorse / normal.LossIfHigherIsWorse, 1e-2);
    }
}
