using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Deployments.Plans;

/// <summary>What a plan must be like before anybody is asked to approve it.</summary>
public static class PlanCheck
{
    public const int MaxSteps = 50;
    public const int MaxMetrics = 20;

    /// <summary>Of any time in a plan.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    /// <summary>What is wrong, by field, the first thing first; null when nothing is.</summary>
    public static Error? Check(this RolloutPlan plan)
    {
        if (!Enum.IsDefined(plan.Strategy))
            return InvalidValue.Of("strategy", $"{plan.Strategy}", "allAtOnce, blueGreen, canary, abTest, shadow or rolling");
        if (!Enum.IsDefined(plan.OnFailure))
            return InvalidValue.Of("onFailure", $"{plan.OnFailure}", "rollBack or freeze");
        if (plan.Steps is null)
            return InvalidValue.Of("steps", null, "a list; empty for a strategy without steps");
        if (plan.Metrics is null)
            return InvalidValue.Of("metrics", null, "a list; empty where nothing is compared");
        return Stages(plan) ?? Steps(plan) ?? Shadow(plan) ?? Metrics(plan) ?? Times(plan)
            ?? (plan.Risk is > 0 and <= 0.5 ? null : InvalidValue.Of("risk", $"{plan.Risk}", "a probability above 0 and at most 0.5"));
    }

    private static InvalidValue? Stages(RolloutPlan plan) => plan.Strategy switch
    {
        RolloutStrategy.Canary or RolloutStrategy.Rolling when plan.Steps.Count is < 1 or > MaxSteps => InvalidValue.Of("steps", $"{plan.Steps.Count} steps", $"1 to {MaxSteps} steps"),
        RolloutStrategy.AbTest when plan.Steps.Count != 1 => InvalidValue.Of("steps", $"{plan.Steps.Count} steps", "one step: a fixed split that runs to a decision"),
        RolloutStrategy.AllAtOnce or RolloutStrategy.BlueGreen or RolloutStrategy.Shadow when plan.Steps.Count > 0 => InvalidValue.Of("steps", $"{plan.Steps.Count} steps", $"no steps with the strategy {plan.Strategy}"),
        RolloutStrategy.Shadow when plan.Shadow is null => InvalidValue.Of("shadow", null, "a shadow stage with the strategy Shadow"),
        RolloutStrategy.AbTest when !plan.Metrics.Any(rule => rule is { Role: MetricRole.Objective }) => InvalidValue.Of("metrics", "no objective", "at least one metric with the role objective, to decide the test by"),
        RolloutStrategy.BlueGreen when plan.BakeTime == TimeSpan.Zero => InvalidValue.Of("bakeTime", $"{plan.BakeTime}", "a time above 0, for which the previous version is kept warm"),
        _ => null,
    };

    private static InvalidValue? Steps(RolloutPlan plan)
    {
        var before = TrafficWeight.None;
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var (field, step) = ($"steps[{i}]", plan.Steps[i]);
            if (step is null)
                return InvalidValue.Of(field, null, "a step");
            if (step.Weight <= before || step.Weight >= TrafficWeight.All)
                return InvalidValue.Of($"{field}.weight", $"{step.Weight}", $"a weight above {before} and below {TrafficWeight.All}");
            if (Stretch(field, step.Hold, step.Longest) is { } error)
                return error;
            before = step.Weight;
        }

        return null;
    }

    private static InvalidValue? Shadow(RolloutPlan plan) => plan.Shadow is not { } shadow ? null
        : shadow.Mirrored == TrafficWeight.None ? InvalidValue.Of("shadow.mirrored", $"{shadow.Mirrored}", "a share above 0 %")
        : Stretch("shadow", shadow.Hold, shadow.Longest);

    private static InvalidValue? Stretch(string field, TimeSpan hold, TimeSpan longest) =>
        hold <= TimeSpan.Zero || hold > Longest ? InvalidValue.Of($"{field}.hold", $"{hold}", $"a time above 0 and at most {Longest}")
        : longest < hold || longest > Longest ? InvalidValue.Of($"{field}.longest", $"{longest}", $"a time from the hold ({hold}) to {Longest}")
        : null;

    private static Error? Metrics(RolloutPlan plan)
    {
        if (plan.Metrics.Count > MaxMetrics)
            return InvalidValue.Of("metrics", $"{plan.Metrics.Count} metrics", $"at most {MaxMetrics}");
        for (var i = 0; i < plan.Metrics.Count; i++)
        {
            var (field, rule) = ($"metrics[{i}]", plan.Metrics[i]);
            if (rule is null)
                return InvalidValue.Of(field, null, "a metric");
            if (rule.Check(field) is { } error)
                return error;
            if (plan.Metrics.Take(i).Any(other => other.Name == rule.Name))
                return InvalidValue.Of($"{field}.name", rule.Name, "a name that no other metric of the plan has");
        }

        return plan.Stages > 0 && !plan.Metrics.Any(rule => rule.Role is MetricRole.Guardrail or MetricRole.Objective)
            ? InvalidValue.Of("metrics", "none to pass by", "at least one guardrail or objective: without it no analysis can pass")
            : null;
    }

    private static InvalidValue? Times(RolloutPlan plan)
    {
        foreach (var (field, length) in (ReadOnlySpan<(string, TimeSpan)>)[("bakeTime", plan.BakeTime), ("recentlyLive", plan.RecentlyLive)])
            if (length < TimeSpan.Zero || length > Longest)
                return InvalidValue.Of(field, $"{length}", $"a time from 0 to {Longest}");
        return plan.ProgressDeadline <= TimeSpan.Zero || plan.ProgressDeadline > Longest ? InvalidValue.Of("progressDeadline", $"{plan.ProgressDeadline}", $"a time above 0 and at most {Longest}") : null;
    }
}
