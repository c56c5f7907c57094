using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Deployments.Requests;

public sealed class CheckRuleTests
{
    [Theory]
    [InlineData(-0.02, 0.005, CheckVerdict.Passed)]
    [InlineData(-0.02, 0.0101, CheckVerdict.NotApplicable)]
    [InlineData(0.008, 0.03, CheckVerdict.NotApplicable)]
    [InlineData(0.011, 0.03, CheckVerdict.Failed)]
    public void Worse_by_more_than_the_margin_has_to_be_left_out_to_pass(double difference, double upper, CheckVerdict expected)
    {
        var result = MarginRule.Judge(CheckNames.NotWorse, new("log_loss", 0.5, 0.5 + difference, difference, -0.05, upper), 0.02, "on 100 held-out rows");
        Assert.Equal(expected, result.Verdict);
        Assert.Contains("95 % interval", result.Words, StringComparison.Ordinal);
    }

    /// <summary>By hand: p = 0.1, 0.3, 0.8 and y = 0, 1, 1. Σ(y − p)(1 − 2p) = −0.1·0.8 + 0.7·0.4 + 0.2·(−0.6) = 0.08; Σ(1 − 2p)²p(1 − p) = 0.64·0.09 + 0.16·0.21 + 0.36·0.16 = 0.1488.</summary>
    [Fact]
    public void Spiegelhalters_Z_is_that_of_his_formula() => Assert.Equal(0.08 / Math.Sqrt(0.1488), CalibrationRule.SpiegelhalterZ([0.1, 0.3, 0.8], [false, true, true]), 12);

    [Fact]
    public void Right_probabilities_pass_and_overconfident_ones_fail()
    {
        var random = new Random(3);
        var (right, overconfident, labels) = (new double[5000], new double[5000], new double[5000]);
        for (var i = 0; i < labels.Length; i++)
        {
            right[i] = random.NextDouble();
            overconfident[i] = right[i] < 0.5 ? right[i] / 3 : 1 - ((1 - right[i]) / 3);
            labels[i] = random.NextDouble() < right[i] ? 1 : 0;
        }

        Assert.Equal(CheckVerdict.Passed, CalibrationRule.Judge(ModelTask.BinaryClassification, 2, right, labels).Verdict);
        Assert.Equal(CheckVerdict.Failed, CalibrationRule.Judge(ModelTask.BinaryClassification, 2, overconfident, labels).Verdict);
        Assert.Equal(CheckVerdict.NotApplicable, CalibrationRule.Judge(ModelTask.BinaryClassification, 2, right[..100], labels[..100]).Verdict);
    }

    [Fact]
    public void A_regression_that_is_off_by_a_tenth_of_the_outcomes_spread_fails()
    {
        var random = new Random(4);
        double[] labels = [.. Enumerable.Range(0, 4000).Select(_ => random.NextDouble() * 100)];
        double[] fair = [.. labels.Select(label => label + (random.NextDouble() - 0.5))];
        Assert.Equal(CheckVerdict.Passed, CalibrationRule.Judge(ModelTask.Regression, 0, fair, labels).Verdict);
        Assert.Equal(CheckVerdict.Failed, CalibrationRule.Judge(ModelTask.Regression, 0, [.. fair.Select(value => value + 3)], labels).Verdict);
    }

    [Fact]
    public void A_part_of_the_rows_is_compared_as_if_there_were_no_others()
    {
        var scores = new HeldOutScores(ModelTask.Regression, [], 0.5, 0.5, [1, 2, 3, 4], [1, 2, 5, 6], [1, 3, 4, 6]);
        Assert.Equal(PairedComparison.Regression([2, 4], [2, 6], [3, 6])[0], scores.Of([1, 3]).Loss());
        Assert.Equal("rmse", scores.Loss()?.Metric);
    }

    [Fact]
    public void A_waived_check_blocks_nobody_and_is_called_waived()
    {
        var failed = CheckResult.Failed(CheckNames.Latency, "12 ms");
        Assert.True(new StandingCheck(failed, true, null).Blocks);
        Assert.False(new StandingCheck(failed, false, null).Blocks);
        var waived = new StandingCheck(failed, true, new("a slow host", "ann", default));
        Assert.False(waived.Blocks);
        Assert.Equal("waived", waived.State);
    }
}
