using System.Text.Json.Serialization;

namespace Dashboard.Core.Deployments.Plans;

/// <summary>What a metric's readings are, and so by which test its versions are compared.</summary>
public enum MetricForm
{
    /// <summary>Events that happen or do not (errors, answers over a limit, right predictions): the exact two-arm e-process.</summary>
    Rate,

    /// <summary>A mean (losses, scores, estimated performance): the mixture SPRT.</summary>
    Mean,

    /// <summary>A mean of natural logarithms of positive numbers (latencies): the mixture SPRT, with the margin as a ratio.</summary>
    LogMean,

    /// <summary>How answers fall into bins (the distribution of predictions): the e-process for each bin, in both directions.</summary>
    Shares,
}

/// <summary>Which way a metric gets worse.</summary>
public enum HarmDirection { Up, Down, Either }

/// <summary>What a metric decides.</summary>
public enum MetricRole
{
    /// <summary>Must be shown to be no worse than by the margin; worse than by the tolerance fails.</summary>
    Guardrail,

    /// <summary>Worse than by the tolerance fails; too little of it keeps nobody from passing. For what comes late, such as realised performance.</summary>
    Watch,

    /// <summary>Must be shown to be better; worse than by the tolerance fails. For A/B tests.</summary>
    Objective,

    /// <summary>Computed and shown, decides nothing.</summary>
    DryRun,
}

/// <summary>One metric that the versions are compared by.</summary>
/// <param name="Name">As in the readings.</param>
/// <param name="Margin">To pass, the version must be shown to be no worse than by this, above 0: a difference of rates or shares, in the metric's own unit for means, a ratio less one for means of logarithms (0.1: 10 % slower).</param>
/// <param name="MinimumSamples">Observations that each version needs before the metric is judged at all.</param>
/// <param name="Tolerance">What is shown to be worse by more than this fails, from 0 to the margin; null: the margin. At 0 any harm that is shown fails, and great harm is seen soonest.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MetricRule(string Name, MetricForm Form, HarmDirection Harm, MetricRole Role, double Margin, long MinimumSamples = MetricRule.DefaultMinimumSamples, double? Tolerance = null)
{
    public const long DefaultMinimumSamples = 100;
    public const int MaxName = 100;

    [JsonIgnore]
    public bool Decides => Role != MetricRole.DryRun;

    /// <summary>The margin in the unit of the readings' means.</summary>
    [JsonIgnore]
    public double ReadingMargin => InReadings(Margin);

    /// <summary>The tolerance in the unit of the readings' means.</summary>
    [JsonIgnore]
    public double ReadingTolerance => InReadings(Tolerance ?? Margin);

    /// <summary>What is wrong with the rule, by field; null when nothing is.</summary>
    /// <param name="field">What the rule is called in the plan, such as "metrics[0]".</param>
    public Error? Check(string field)
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > MaxName)
            return InvalidValue.Of($"{field}.name", string.IsNullOrWhiteSpace(Name) ? null : $"{Name.Length} characters", $"text of 1 to {MaxName} characters");
        if (!Enum.IsDefined(Form))
            return InvalidValue.Of($"{field}.form", $"{Form}", "rate, mean, logMean or shares");
        if (!Enum.IsDefined(Harm))
            return InvalidValue.Of($"{field}.harm", $"{Harm}", "up, down or either");
        if (!Enum.IsDefined(Role))
            return InvalidValue.Of($"{field}.role", $"{Role}", "guardrail, watch, objective or dryRun");
        if (Form == MetricForm.Shares && Harm != HarmDirection.Either)
            return InvalidValue.Of($"{field}.harm", $"{Harm}", "either: shares of bins have no better and worse");
        if (Role == MetricRole.Objective && Harm == HarmDirection.Either)
            return InvalidValue.Of($"{field}.role", $"{Role}", "guardrail, watch or dryRun: where any change is harm nothing gets better");
        if (!(Margin > 0 && double.IsFinite(Margin)) || (Form is MetricForm.Rate or MetricForm.Shares && Margin >= 1))
            return InvalidValue.Of($"{field}.margin", $"{Margin}", Form is MetricForm.Rate or MetricForm.Shares ? "a difference above 0 and below 1" : "a finite number above 0");
        if (Tolerance is { } tolerance && !(tolerance >= 0 && tolerance <= Margin))
            return InvalidValue.Of($"{field}.tolerance", $"{tolerance}", $"a number from 0 to the margin ({Margin})");
        return MinimumSamples is < 1 or > 1_000_000_000 ? InvalidValue.Of($"{field}.minimumSamples", $"{MinimumSamples}", "1 to 1000000000") : null;
    }

    private double InReadings(double harm) => Form == MetricForm.LogMean ? Math.Log(1 + harm) : harm;
}
