using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Training;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Models.Rollouts;

/// <summary>Rollouts in words, icons and colours.</summary>
internal static class RolloutDisplay
{
    public static string Strategy(RolloutStrategy strategy) => strategy switch
    {
        RolloutStrategy.AllAtOnce => "All at once",
        RolloutStrategy.BlueGreen => "Blue-green",
        RolloutStrategy.Canary => "Canary",
        RolloutStrategy.AbTest => "A/B test",
        RolloutStrategy.Shadow => "Shadow",
        RolloutStrategy.Rolling => "Rolling",
        _ => strategy.ToString(),
    };

    /// <summary>Where a rollout is, for a badge.</summary>
    public static (StateKind Kind, string Word, string? Icon) Of(RolloutState state) => state.Phase switch
    {
        RolloutPhase.Step => (StateKind.Ok, $"Step {state.StepIndex + 1} of {state.Plan.Steps.Count}", "play"),
        RolloutPhase.Shadow or RolloutPhase.Warming or RolloutPhase.Promoting or RolloutPhase.Baking => (StateKind.Ok, RolloutWords.Of(state.Phase), "play"),
        RolloutPhase.AwaitingPromotion or RolloutPhase.PendingApproval => (StateKind.Warn, RolloutWords.Of(state.Phase), "clock"),
        RolloutPhase.Paused => (StateKind.Warn, state.Pause switch { PauseReason.Inconclusive => "Paused, no verdict", PauseReason.SplitMismatch => "Paused, traffic is not split as planned", _ => "Paused" }, "pause"),
        RolloutPhase.Frozen => (StateKind.Bad, "Frozen after a failure", "stop"),
        RolloutPhase.Aborting or RolloutPhase.RolledBack => (StateKind.Bad, RolloutWords.Of(state.Phase), "back"),
        RolloutPhase.Succeeded => (StateKind.Ok, RolloutWords.Of(state.Phase), "check"),
        // Back from its request: it was rejected or withdrawn, or nobody decided in time.
        RolloutPhase.Draft when state.Reason is not null => (StateKind.None, "Not approved", "none"),
        _ => (StateKind.None, RolloutWords.Of(state.Phase), "none"),
    };

    /// <summary>A phase of the past, as in a history.</summary>
    public static string Phase(RolloutPhase phase, int step) => phase == RolloutPhase.Step ? $"Step {step + 1}" : RolloutWords.Of(phase);

    /// <param name="isFinal">It will not change any more.</param>
    public static (StateKind Kind, string Word, string Icon) Of(Verdict verdict, bool isFinal = false) => verdict switch
    {
        Verdict.Pass => (StateKind.Ok, "Pass", "check"),
        Verdict.Fail => (StateKind.Bad, "Fail", "bad"),
        _ => isFinal ? (StateKind.None, "No verdict", "none") : (StateKind.None, "No verdict yet", "clock"),
    };

    public static string Role(MetricRole role) => role switch
    {
        MetricRole.Guardrail => "must be shown not worse",
        MetricRole.Objective => "must be shown better",
        MetricRole.Watch => "fails when shown worse",
        _ => "only shown",
    };

    public static string Metric(string name) => name switch
    {
        "errors" => "Errors",
        "latency" => "Latency",
        "predictions" => "Predictions",
        StandardMetrics.EstimatedLossName => "Estimated loss",
        StandardMetrics.RealisedLossName => "Realised loss",
        _ => name,
    };

    /// <summary>What a metric is a figure of; null where its name says so.</summary>
    /// <param name="task">What the model does; null: unknown.</param>
    public static string? Meaning(string name, ModelTask? task) => name switch
    {
        "latency" => "geometric mean",
        StandardMetrics.EstimatedLossName or StandardMetrics.RealisedLossName => task switch
        {
            ModelTask.BinaryClassification or ModelTask.MulticlassClassification => "share of wrong decisions",
            ModelTask.Regression => "mean absolute error",
            _ => null,
        },
        _ => null,
    };

    /// <summary>What a comparison says of a metric that decides nothing: a colour of failure would say that something was decided.</summary>
    public static (StateKind Kind, string Word, string Icon) OfShown(MetricFinding finding) => finding.Verdict switch
    {
        Verdict.Pass => (StateKind.None, finding.Form == MetricForm.Shares ? "Alike" : "Not worse", "none"),
        Verdict.Fail => (StateKind.Warn, finding.Form == MetricForm.Shares ? "Moved" : "Worse", "warn"),
        _ => (StateKind.None, "Not known", "none"),
    };

    /// <summary>The difference with where it may lie.</summary>
    public static string Interval(MetricFinding finding)
    {
        var (estimate, lower, upper) = (finding.Difference.Estimate, finding.Difference.Lower, finding.Difference.Upper);
        if (!double.IsFinite(estimate))
            return "nothing to compare yet";
        var difference = Difference(finding.Form, estimate);
        if (double.IsFinite(lower) && double.IsFinite(upper))
            return $"{difference}, from {Difference(finding.Form, lower)} to {Difference(finding.Form, upper)}";
        // The exact test needs no interval to pass: it has shown the one thing that was asked.
        return finding is { Form: MetricForm.Rate, Verdict: Verdict.Pass, Role: MetricRole.Guardrail or MetricRole.DryRun or MetricRole.Watch }
            ? $"{difference}; shown to be below {Difference(finding.Form, finding.Margin)}, with too few events for an interval"
            : $"{difference}, {(finding.Form is MetricForm.Rate or MetricForm.Shares ? "too few events" : "too few observations")} for an interval";
    }

    /// <summary>An estimate of one version.</summary>
    public static string Value(MetricFinding finding, double value) => finding.Form switch
    {
        MetricForm.Rate or MetricForm.Shares => Format.Percent(value),
        MetricForm.LogMean => Format.Latency(value * 1e6),
        _ => Format.Number(value),
    };

    /// <summary>A difference between the versions; of shares and rates in percentage points.</summary>
    public static string Difference(MetricForm form, double value) => form switch
    {
        MetricForm.Rate or MetricForm.Shares => Format.Change(value * 100, "pp"),
        MetricForm.LogMean => Format.Change(value, "%"),
        _ => Format.Change(value),
    };
}
