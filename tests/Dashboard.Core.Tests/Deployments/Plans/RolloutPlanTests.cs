using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Tests.Deployments.Plans;

public sealed class RolloutPlanTests
{
    public static TheoryData<RolloutStrategy> Strategies => [.. Enum.GetValues<RolloutStrategy>()];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_plan_of_every_strategy_is_read_as_it_was_written(RolloutStrategy strategy)
    {
        var plan = Samples.Of(strategy) with { Shadow = Samples.Mirror, Metrics = [.. Samples.Of(strategy).Metrics, Samples.Errors with { Name = "a guard" }, Samples.Latency, Samples.Predictions, Samples.Realised] };
        Assert.Null(plan.Check());
        var read = RolloutPlan.Parse(plan.ToJson()).Value;
        Assert.Equal(plan.ToJson(), read.ToJson());
        Assert.Equal(plan.Digest, read.Digest);
        Assert.Equal(64, plan.Digest.Length);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_standard_plan_of_every_strategy_is_in_order_and_promotes_nobody_by_itself(RolloutStrategy strategy)
    {
        Assert.Null(StandardPlans.Of(strategy).Check());
        Assert.False(StandardPlans.Of(strategy).AutomaticPromotion);
        Assert.Null((StandardPlans.Of(RolloutStrategy.Canary) with { Metrics = [StandardMetrics.Errors, StandardMetrics.EstimatedLoss(0.02), StandardMetrics.RealisedLoss(0.02)] }).Check());
    }

    [Fact]
    public void The_canonical_text_of_a_plan_stays_as_it_is_since_approvals_are_bound_to_its_digest() => Assert.Equal(
        """{"strategy":"canary","steps":[{"weight":5,"hold":"00:10:00","longest":"00:30:00"},{"weight":12.5,"hold":"00:10:00","longest":"00:30:00"}],"metrics":[{"name":"errors","form":"rate","harm":"up","role":"guardrail","margin":0.01,"minimumSamples":100}],"onFailure":"rollBack","automaticPromotion":true,"bakeTime":"01:00:00","progressDeadline":"00:10:00","recentlyLive":"1.00:00:00","risk":0.05}""",
        (Samples.Canary(5) with { Steps = [Samples.Step(5.00m), Samples.Step(12.50m)] }).ToJson());

    [Fact]
    public void Any_change_of_a_plan_changes_its_digest()
    {
        var plan = Samples.Canary(5, 25);
        RolloutPlan[] others =
        [
            plan, plan with { Risk = 0.01 }, plan with { AutomaticPromotion = false }, plan with { OnFailure = FailureAction.Freeze }, plan with { BakeTime = TimeSpan.FromHours(2) },
            plan with { Metrics = [Samples.Errors with { Margin = 0.02 }] }, Samples.Canary(5, 26), Samples.Canary(5),
        ];
        Assert.Equal(others.Length, others.Select(other => other.Digest).Distinct().Count());
    }

    [Fact]
    public void What_is_wrong_with_a_plan_is_named_with_its_value_and_what_was_expected()
    {
        var canary = Samples.Canary(5, 25);
        var (fast, slow) = (TimeSpan.FromMinutes(1), TimeSpan.FromDays(93));
        (string Field, RolloutPlan Plan)[] faults =
        [
            ("strategy", canary with { Strategy = (RolloutStrategy)9 }),
            ("onFailure", canary with { OnFailure = (FailureAction)9 }),
            ("steps", canary with { Steps = null! }),
            ("metrics", canary with { Metrics = null! }),
            ("steps", canary with { Steps = [] }),
            ("steps", canary with { Strategy = RolloutStrategy.AllAtOnce }),
            ("steps", canary with { Strategy = RolloutStrategy.AbTest }),
            ("metrics", Samples.Of(RolloutStrategy.AbTest) with { Metrics = [Samples.Errors] }),
            ("shadow", Samples.Of(RolloutStrategy.Shadow) with { Shadow = null }),
            ("shadow.mirrored", Samples.Of(RolloutStrategy.Shadow) with { Shadow = Samples.Mirror with { Mirrored = TrafficWeight.None } }),
            ("shadow.longest", Samples.Of(RolloutStrategy.Shadow) with { Shadow = Samples.Mirror with { Longest = fast } }),
            ("bakeTime", Samples.Of(RolloutStrategy.BlueGreen) with { BakeTime = TimeSpan.Zero }),
            ("bakeTime", canary with { BakeTime = slow }),
            ("recentlyLive", canary with { RecentlyLive = -fast }),
            ("progressDeadline", canary with { ProgressDeadline = TimeSpan.Zero }),
            ("steps[1].weight", Samples.Canary(25, 25)),
            ("steps[0].weight", Samples.Canary(0)),
            ("steps[0].weight", Samples.Canary(100)),
            ("steps[0].hold", canary with { Steps = [Samples.Step(5) with { Hold = TimeSpan.Zero }] }),
            ("steps[0].longest", canary with { Steps = [Samples.Step(5) with { Longest = fast }] }),
            ("steps[0]", canary with { Steps = [null!] }),
            ("metrics", canary with { Metrics = [] }),
            ("metrics", canary with { Metrics = [Samples.Realised, Samples.Errors with { Role = MetricRole.DryRun }] }),
            ("metrics[1].name", canary with { Metrics = [Samples.Errors, Samples.Errors] }),
            ("metrics[0].name", canary with { Metrics = [Samples.Errors with { Name = " " }] }),
            ("metrics[0].margin", canary with { Metrics = [Samples.Errors with { Margin = 0 }] }),
            ("metrics[0].margin", canary with { Metrics = [Samples.Errors with { Margin = 1 }] }),
            ("metrics[0].margin", canary with { Metrics = [Samples.Latency with { Margin = double.NaN }] }),
            ("metrics[0].tolerance", canary with { Metrics = [Samples.Errors with { Tolerance = 0.02 }] }),
            ("metrics[0].tolerance", canary with { Metrics = [Samples.Errors with { Tolerance = double.NaN }] }),
            ("metrics[0].minimumSamples", canary with { Metrics = [Samples.Errors with { MinimumSamples = 0 }] }),
            ("metrics[0].harm", canary with { Metrics = [Samples.Predictions with { Harm = HarmDirection.Up }] }),
            ("metrics[0].role", canary with { Metrics = [Samples.Predictions with { Role = MetricRole.Objective }] }),
            ("metrics[0].form", canary with { Metrics = [Samples.Errors with { Form = (MetricForm)9 }] }),
            ("risk", canary with { Risk = 0 }),
            ("risk", canary with { Risk = double.NaN }),
        ];
        foreach (var (field, plan) in faults)
        {
            var error = Assert.IsType<InvalidValue>(plan.Check());
            Assert.Equal(field, error.Field);
            Assert.NotEmpty(error.Expected!);
        }
    }

    [Theory]
    [InlineData("""{"strategy":"canary","stepz":[]}""")]
    [InlineData("""{"strategy":"sideways"}""")]
    [InlineData("""{"strategy":"canary","steps":[{"weight":"a","hold":"00:10:00","longest":"00:30:00"}]}""")]
    [InlineData("""{"strategy":"canary","steps":[{"weight":101,"hold":"00:10:00","longest":"00:30:00"}]}""")]
    [InlineData("""{"strategy":"canary"}""")]
    [InlineData("null")]
    [InlineData("{")]
    public void A_text_that_is_no_plan_is_an_error_and_no_exception(string json) => Assert.IsType<InvalidValue>(RolloutPlan.Parse(json).Error);
}
