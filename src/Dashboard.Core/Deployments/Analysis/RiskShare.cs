using Dashboard.Core.Deployments.Plans;

namespace Dashboard.Core.Deployments.Analysis;

/// <summary>How the plan's risk of failing a good version is shared out, so that all tests together keep it (Bonferroni).</summary>
internal readonly struct RiskShare(RolloutPlan plan)
{
    private readonly double perMetric = plan.Risk / Math.Max(1, plan.Metrics.Count(rule => rule.Decides));
    private readonly int stages = Math.Max(1, plan.Stages);

    /// <summary>For passing: a version passes only when all that is needed passes, so each test may have the whole risk.</summary>
    public double OfPassing { get; } = plan.Risk;

    /// <summary>For a metric whose evidence goes on through all stages, by how many e-processes are at work for it.</summary>
    public double OfRates(int processes) => perMetric / Math.Max(1, processes);

    /// <summary>For a metric that is tested anew in every stage.</summary>
    public double OfMeans => perMetric / stages;
}
