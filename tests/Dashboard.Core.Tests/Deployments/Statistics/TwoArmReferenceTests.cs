using System.Text.Json;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Deployments.Statistics;

/// <summary>Figures that scipy computed from the published formulas; see make_rollouts.py beside them.</summary>
public sealed class TwoArmReferenceTests
{
    private static readonly JsonElement Figures = ReferenceFiles.Json("rollouts_reference.json");

    [Fact]
    public void The_e_process_has_the_reference_s_evidence_after_every_block()
    {
        foreach (var example in Figures.GetProperty("e_process").EnumerateArray())
        {
            var process = new RateEProcess(Enum.Parse<RateClaim>(example.GetProperty("claim").GetString()!, ignoreCase: true), example.GetProperty("offset").GetDouble());
            var peak = 0.0;
            foreach (var (block, expected) in example.GetProperty("blocks").EnumerateArray().Zip(example.GetProperty("log_e").EnumerateArray()))
            {
                var counts = block.EnumerateArray().Select(count => count.GetInt64()).ToArray();
                process = process.With(new(counts[0], counts[1]), new(counts[2], counts[3]));
                peak = Math.Max(peak, process.LogE);
                // The reference finds the nearest point by minimising, which is good to about eight digits.
                Assert.Equal(expected.GetDouble(), process.LogE, 2e-6);
                Assert.Equal(peak, process.Peak);
            }
        }
    }

    [Fact]
    public void The_mixture_of_rates_is_the_reference_s_once_the_gate_is_passed()
    {
        foreach (var example in Figures.GetProperty("rates").EnumerateArray())
        {
            var look = MixtureSprt.Rates(new(Long(example, "na"), Long(example, "sa")), new(Long(example, "nb"), Long(example, "sb")), Number(example, "tau"), Number(example, "alpha"));
            Assert.Equal(example.GetProperty("enough").GetBoolean(), look.IsEnough);
            if (look.IsEnough)
                Same(example, look);
            else
                Assert.Equal((double.NegativeInfinity, double.PositiveInfinity, 0), (look.Band.Lower, look.Band.Upper, look.LogRatio));
        }
    }

    [Fact]
    public void The_mixture_of_means_is_the_reference_s_with_the_larger_variance()
    {
        foreach (var example in Figures.GetProperty("means").EnumerateArray())
            Same(example, MixtureSprt.Means(new(Long(example, "na"), Number(example, "sum_a"), Number(example, "squares_a")), new(Long(example, "nb"), Number(example, "sum_b"), Number(example, "squares_b")),
                Number(example, "tau"), Number(example, "alpha")));
    }

    [Fact]
    public void The_mismatch_of_a_split_is_the_reference_s()
    {
        foreach (var example in Figures.GetProperty("mismatch").EnumerateArray())
            Assert.Equal(Number(example, "log_e"), RatioMismatch.LogE(Long(example, "na"), Long(example, "nb"), Number(example, "share")), 1e-8);
    }

    [Fact]
    public void The_posterior_of_rates_is_the_reference_s_integral()
    {
        foreach (var example in Figures.GetProperty("bayes").EnumerateArray())
        {
            var posterior = BayesianComparison.Rates(new(Long(example, "na"), Long(example, "sa")), new(Long(example, "nb"), Long(example, "sb")));
            Assert.Equal(Number(example, "higher"), posterior.ChallengerHigher, 1e-8);
            Assert.Equal(Number(example, "loss_up"), posterior.LossIfHigherIsWorse, 1e-8);
            Assert.Equal(Number(example, "loss_down"), posterior.LossIfLowerIsWorse, 1e-8);
        }
    }

    [Fact]
    public void The_posterior_of_means_is_the_reference_s_integral()
    {
        foreach (var example in Figures.GetProperty("posterior_means").EnumerateArray())
        {
            var posterior = BayesianComparison.Means(Number(example, "d"), Number(example, "v"));
            Assert.Equal(Number(example, "higher"), posterior.ChallengerHigher, 1e-9);
            Assert.Equal(Number(example, "loss_up"), posterior.LossIfHigherIsWorse, 1e-9);
            Assert.Equal(Number(example, "loss_down"), posterior.LossIfLowerIsWorse, 1e-9);
        }
    }

    private static void Same(JsonElement example, MixtureLook look)
    {
        Assert.Equal(1, look.Variance / Number(example, "variance"), 1e-9);
        Assert.Equal(Number(example, "log_ratio"), look.LogRatio, 1e-8);
        Assert.Equal(Number(example, "lower"), look.Band.Lower, 1e-8);
        Assert.Equal(Number(example, "upper"), look.Band.Upper, 1e-8);
    }

    private static long Long(JsonElement example, string name) => example.GetProperty(name).GetInt64();

    private static double Number(JsonElement example, string name) => example.GetProperty(name).GetDouble();
}
