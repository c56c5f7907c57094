using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Training;

namespace Dashboard.Core.Deployments.Plans;

/// <summary>Metrics that every served model has, by the names under which they are read.</summary>
public static class StandardMetrics
{
    public const string EstimatedLossName = "estimatedLoss";
    public const string RealisedLossName = "realisedLoss";

    /// <summary>
    /// Requests that got no prediction from the version that they were assigned to while their caller was still there. Refusals of their inputs are among them: assignment is random, so bad callers
    /// fall equally on both versions, and a version whose schema does not fit live traffic is found by it. Any harm that is shown fails; one percentage point must be excluded to pass.
    /// </summary>
    public static readonly MetricRule Errors = new("errors", MetricForm.Rate, HarmDirection.Up, MetricRole.Guardrail, 0.01, Tolerance: 0);

    /// <summary>
    /// Seconds that are added to every latency before its logarithm is taken: about what the way to the caller and back costs, which the service does not see. Without them a version that answers
    /// in 26 µs instead of 16 µs, since its few requests find cold caches, would be two thirds slower, which no caller can feel.
    /// </summary>
    public const double SecondsOnTheWay = 1e-3;

    /// <summary>Logarithms of latencies, with <see cref="SecondsOnTheWay"/>: slower by a fifth fails.</summary>
    public static readonly MetricRule Latency = new("latency", MetricForm.LogMean, HarmDirection.Up, MetricRole.Guardrail, 0.2);

    /// <summary>How predictions fall into the reference's bins or classes: a tenth of them elsewhere fails. Standard plans only show it, since a better model may well answer differently.</summary>
    public static readonly MetricRule Predictions = new("predictions", MetricForm.Shares, HarmDirection.Either, MetricRole.Watch, 0.1);

    /// <summary>The estimated loss of a row, before labels are known. Classification: the probability that the decided class is wrong. Regression: the absolute error, in the unit of the target.</summary>
    public static MetricRule EstimatedLoss(double margin) => new(EstimatedLossName, MetricForm.Mean, HarmDirection.Up, MetricRole.Watch, margin);

    /// <summary>The realised loss of a labelled row: 1 for a wrong class, 0 for the right one; the absolute error of a regression. Labels come late, so it holds nobody up.</summary>
    public static MetricRule RealisedLoss(double margin) => new(RealisedLossName, MetricForm.Mean, HarmDirection.Up, MetricRole.Watch, margin);
}

/// <summary>A plan of each strategy to begin a proposal with. Promotion is a person's until somebody ticks the box.</summary>
public static class StandardPlans
{
    /// <summary>How much higher the share of wrong decisions may be.</summary>
    private const double LossMargin = 0.05;

    /// <param name="task">What the model does: a classifier's realised loss, which is a share, fails the rollout where it is worse by five percentage points; that of a regression, whose unit is not known here, and where it is null, is only shown. Estimated losses are only shown: each version is estimated by its own calibration, so that two that are equally right may be estimated apart.</param>
    /// <param name="nodes">How many nodes there are to roll across: a step for each but the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such strategy.</exception>
    public static RolloutPlan Of(RolloutStrategy strategy, ModelTask? task = null, int nodes = 0) => strategy switch
    {
        RolloutStrategy.AllAtOnce or RolloutStrategy.BlueGreen => Plan(strategy, [], null, []),
        RolloutStrategy.Canary => Plan(strategy, [Step(500), Step(2500), Step(5000)], null, Guards(task)),
        RolloutStrategy.AbTest => Plan(strategy, [new(TrafficWeight.OfPieces(1, 2), TimeSpan.FromDays(1), TimeSpan.FromDays(28))], null,
            [StandardMetrics.Errors, StandardMetrics.Latency, StandardMetrics.RealisedLoss(0.01) with { Role = MetricRole.Objective }]),
        RolloutStrategy.Shadow => Plan(strategy, [], new(TrafficWeight.All, TimeSpan.FromMinutes(30), TimeSpan.FromHours(6)), Guards(task)),
        RolloutStrategy.Rolling => Plan(strategy, NodeSteps(Math.Max(nodes, 2)), null, Guards(task)),
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Expected a strategy."),
    };

    private static IReadOnlyList<MetricRule> Guards(ModelTask? task)
    {
        var realised = task is ModelTask.BinaryClassification or ModelTask.MulticlassClassification ? MetricRole.Watch : MetricRole.DryRun;
        return
        [
            StandardMetrics.Errors, StandardMetrics.Latency, StandardMetrics.Predictions with { Role = MetricRole.DryRun },
            StandardMetrics.EstimatedLoss(LossMargin) with { Role = MetricRole.DryRun }, StandardMetrics.RealisedLoss(LossMargin) with { Role = realised },
        ];
    }

    private static RolloutPlan Plan(RolloutStrategy strategy, IReadOnlyList<RolloutStep> steps, ShadowStage? shadow, IReadOnlyList<MetricRule> metrics) =>
        new(strategy, steps, shadow, metrics, FailureAction.RollBack, false, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(10), TimeSpan.FromDays(7));

    /// <summary>One node after the other; beyond <see cref="PlanCheck.MaxSteps"/> + 1 several take their turn together.</summary>
    private static IReadOnlyList<RolloutStep> NodeSteps(int nodes)
    {
        var steps = Math.Min(nodes - 1, PlanCheck.MaxSteps);
        return [.. Enumerable.Range(1, steps).Select(step => Step(TrafficWeight.OfPieces(step, steps + 1).Parts))];
    }

    private static RolloutStep Step(int parts) => new(TrafficWeight.OfPieces(parts, TrafficWeight.Whole), TimeSpan.FromMinutes(10), TimeSpan.FromHours(2));
}
