using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Tests.Deployments.Plans;

/// <summary>Plans to test with.</summary>
internal static class Samples
{
    public static readonly MetricRule Errors = new("errors", MetricForm.Rate, HarmDirection.Up, MetricRole.Guardrail, 0.01);
    public static readonly MetricRule Latency = new("latency", MetricForm.LogMean, HarmDirection.Up, MetricRole.Guardrail, 0.1);
    public static readonly MetricRule Predictions = new("predictions", MetricForm.Shares, HarmDirection.Either, MetricRole.Guardrail, 0.1);
    public static readonly MetricRule Realised = new("realised log loss", MetricForm.Mean, HarmDirection.Up, MetricRole.Watch, 0.05);

    public static RolloutPlan Canary(params int[] weights) => new(RolloutStrategy.Canary, [.. weights.Select(weight => Step(weight))], null, [Errors], FailureAction.RollBack, true, TimeSpan.FromHours(1),
        TimeSpan.FromMinutes(10), TimeSpan.FromDays(1));

    public static RolloutPlan Of(RolloutStrategy strategy) => strategy switch
    {
        RolloutStrategy.AllAtOnce or RolloutStrategy.BlueGreen => Canary(5) with { Strategy = strategy, Steps = [], Metrics = [] },
        RolloutStrategy.AbTest => Canary(50) with { Strategy = strategy, Metrics = [Errors with { Role = MetricRole.Objective }] },
        RolloutStrategy.Shadow => Canary(5) with { Strategy = strategy, Steps = [], Shadow = Mirror },
        RolloutStrategy.Rolling => Canary(5) with { Strategy = strategy, Steps = [.. Enumerable.Range(1, 3).Select(node => Step(5) with { Weight = TrafficWeight.OfPieces(node, 4) })] },
        _ => Canary(5, 25, 50),
    };

    public static ShadowStage Mirror => new(TrafficWeight.All, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(60));

    public static RolloutStep Step(decimal percent) => new(TrafficWeight.OfPercent(percent).Value, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30));
}
