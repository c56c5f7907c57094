using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Training;
using Dashboard.Web.Components.Pages.Models.Rollouts;

namespace Dashboard.Web.Components.Pages.Approvals;

/// <summary>A rollout plan while somebody edits it: begun from a strategy's standard plan, with times in minutes.</summary>
internal sealed class PlanDraft
{
    private readonly ModelTask? task;
    private readonly int nodes;
    private RolloutPlan standard;

    /// <param name="task">What the model does; null: unknown.</param>
    /// <param name="nodes">How many nodes the environment has.</param>
    public PlanDraft(RolloutStrategy strategy, ModelTask? task = null, int nodes = 0)
    {
        (this.task, this.nodes) = (task, nodes);
        standard = Begin(strategy);
    }

    public RolloutStrategy Strategy
    {
        get => standard.Strategy;
        set => standard = Begin(value);
    }

    public List<StepDraft> Steps { get; } = [];

    /// <summary>What the versions are compared by.</summary>
    public List<MetricDraft> Metrics { get; } = [];

    /// <summary>Null where the strategy has none.</summary>
    public StepDraft? Shadow { get; private set; }

    /// <summary>Minutes that a promotion is watched before it counts as succeeded.</summary>
    public double Bake { get; set; }

    public bool RollsBack { get; set; } = true;

    public bool PromotesItself { get; set; }

    /// <summary>The number of steps may be changed.</summary>
    public bool HasManySteps => Strategy is RolloutStrategy.Canary or RolloutStrategy.Rolling;

    public void AddStep() => Steps.Add(Steps.Count == 0 ? new(5, 10, 120) : Steps[^1] with { Weight = Math.Min(99, Steps[^1].Weight + 10) });

    /// <summary>The plan as it stands.</summary>
    public Result<RolloutPlan> ToPlan()
    {
        var steps = new List<RolloutStep>();
        foreach (var (i, step) in Steps.Index())
        {
            var weight = TrafficWeight.OfPercent(step.Weight, $"steps[{i}].weight");
            if (weight.Error is { } wrong)
                return wrong;
            steps.Add(new(weight.Value, Minutes(step.Hold), Minutes(step.Longest)));
        }

        var shadow = TrafficWeight.OfPercent(Shadow?.Weight ?? 0, "shadow.mirrored");
        if (shadow.Error is { } share)
            return share;
        var plan = standard with
        {
            Steps = steps, Shadow = Shadow is { } copied ? new(shadow.Value, Minutes(copied.Hold), Minutes(copied.Longest)) : null,
            OnFailure = RollsBack ? FailureAction.RollBack : FailureAction.Freeze, AutomaticPromotion = PromotesItself, BakeTime = Minutes(Bake), Metrics = [.. Metrics.Select(metric => metric.Rule)],
        };
        return plan.Check() is { } unfit ? unfit : plan;
    }

    /// <summary>What is wrong with the plan, in the words and units of the form; null when nothing is.</summary>
    public string? Fault
    {
        get
        {
            if (ToPlan().Error is not { } error)
                return null;
            var (place, what) = error.Field?.Split('.') is [var first, var last] ? (first, last) : (error.Field ?? "", "");
            if (Index(place, "steps") is { } step)
                return Words($"Step {step + 1}", what, Steps[step], step == 0 ? 0 : Steps[step - 1].Weight, below: true) ?? error.Message;
            if (place == "shadow" && Shadow is { } shadow)
                return Words("Shadow", what, shadow, 0, below: false) ?? error.Message;
            if (Index(place, "metrics") is { } metric && what == "margin")
                return $"{RolloutDisplay.Metric(Metrics[metric].Name)}: 'by' is {Metrics[metric].Margin}{(Metrics[metric].Unit.Length > 0 ? " " + Metrics[metric].Unit : "")}; expected {(Metrics[metric].Unit == "pp" ? "more than 0 and less than 100 pp" : "more than 0")}.";
            return error.Message;
        }
    }

    private static int? Index(string place, string list) =>
        place.StartsWith(list + "[", StringComparison.Ordinal) && int.TryParse(place.AsSpan(list.Length + 1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    /// <param name="below">The weight has to stay below everything: the rest is the promotion's.</param>
    private static string? Words(string name, string what, StepDraft step, decimal before, bool below) => what switch
    {
        "weight" or "mirrored" => $"{name}: the weight is {step.Weight} %; expected more than {before} % and {(below ? "less than" : "at most")} 100 %, with at most two decimals.",
        "hold" => $"{name}: 'at least' is {step.Hold} min; expected more than 0 and at most {PlanCheck.Longest.TotalMinutes} min ({PlanCheck.Longest.Days} days).",
        "longest" => $"{name}: 'at most' is {step.Longest} min; expected {step.Hold} min, its 'at least', to {PlanCheck.Longest.TotalMinutes} min ({PlanCheck.Longest.Days} days).",
        _ => null,
    };

    private RolloutPlan Begin(RolloutStrategy strategy)
    {
        var plan = StandardPlans.Of(strategy, task, nodes);
        Metrics.Clear();
        Metrics.AddRange(plan.Metrics.Select(rule => new MetricDraft(rule)));
        Bake = plan.BakeTime.TotalMinutes;
        Steps.Clear();
        Steps.AddRange(plan.Steps.Select(step => new StepDraft(step.Weight.Percent, step.Hold.TotalMinutes, step.Longest.TotalMinutes)));
        Shadow = plan.Shadow is { } shadow ? new(shadow.Mirrored.Percent, shadow.Hold.TotalMinutes, shadow.Longest.TotalMinutes) : null;
        return plan;
    }

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(Math.Clamp(double.IsFinite(minutes) ? minutes : 0, 0, 200_000));
}

/// <summary>A metric while somebody decides what it decides.</summary>
internal sealed class MetricDraft(MetricRule rule)
{
    public string Name => Rule.Name;

    public MetricRule Rule { get; private set; } = rule;

    /// <summary>Per cent, or percentage points; a mean's is in its own unit.</summary>
    public bool IsPercent => Rule.Form != MetricForm.Mean;

    public string Unit => Rule.Form switch { MetricForm.Rate or MetricForm.Shares => "pp", MetricForm.LogMean => "%", _ => "" };

    public double Margin
    {
        get => IsPercent ? Math.Round(Rule.Margin * 100, 6) : Rule.Margin;
        set => Rule = Rule with { Margin = IsPercent ? value / 100 : value };
    }

    public MetricRole Role
    {
        get => Rule.Role;
        set => Rule = Rule with { Role = value };
    }

    /// <summary>What changes in either direction cannot get better.</summary>
    public IEnumerable<MetricRole> Roles => Enum.GetValues<MetricRole>().Where(role => role != MetricRole.Objective || Rule.Harm != HarmDirection.Either);
}

/// <param name="Weight">Per cent.</param>
/// <param name="Hold">Minutes at least.</param>
/// <param name="Longest">Minutes at most without a verdict.</param>
internal sealed record StepDraft(decimal Weight, double Hold, double Longest)
{
    public decimal Weight { get; set; } = Weight;
    public double Hold { get; set; } = Hold;
    public double Longest { get; set; } = Longest;
}
