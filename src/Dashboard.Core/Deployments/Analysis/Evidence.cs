using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Deployments.Analysis;

/// <summary>The e-processes of one rate: of the metric itself, or of one bin's share, in one direction.</summary>
/// <param name="Harm">For "worse by more than the tolerance"; goes on through all stages, since blocks of different stages may be multiplied.</param>
/// <param name="Safe">For "not worse by the margin"; of this stage alone, so that an earlier stage does not vouch for a higher load.</param>
/// <param name="Gain">For "better at all"; of this stage alone. Null where nothing is better.</param>
public sealed record RateEvidence(int Bin, RateEProcess Harm, RateEProcess Safe, RateEProcess? Gain)
{
    internal static RateEvidence Of(MetricRule rule, int bin, bool up)
    {
        var (worse, better) = up ? (RateClaim.Above, RateClaim.Below) : (RateClaim.Below, RateClaim.Above);
        var sign = up ? 1 : -1;
        return new(bin, new(worse, sign * rule.ReadingTolerance), new(better, sign * rule.ReadingMargin), rule.Role == MetricRole.Objective ? new(better, 0) : null);
    }

    internal RateEvidence With(RateArm champion, RateArm challenger) => this with
    {
        Harm = Harm.With(champion, challenger),
        Safe = Safe.With(champion, challenger),
        Gain = Gain?.With(champion, challenger),
    };

    internal RateEvidence NextStage() => this with { Safe = new(Safe.Claim, Safe.Offset), Gain = Gain is null ? null : new(Gain.Claim, Gain.Offset) };
}

/// <summary>All that is remembered of one metric between looks.</summary>
/// <param name="Champion">What the last look counted of this stage; so is <paramref name="Challenger"/>.</param>
/// <param name="Rates">Of rates and shares; empty for means, which need no memory.</param>
public sealed record MetricEvidence(string Metric, ArmReading Champion, ArmReading Challenger, IReadOnlyList<RateEvidence> Rates);

/// <summary>All that is remembered of a rollout's analysis between looks. Immutable.</summary>
/// <param name="Metrics">In the plan's order.</param>
public sealed record StageEvidence(IReadOnlyList<MetricEvidence> Metrics)
{
    /// <summary>Before anything was seen.</summary>
    public static StageEvidence Fresh(RolloutPlan plan) => new([.. plan.Metrics.Select(rule => new MetricEvidence(rule.Name, ArmReading.Empty, ArmReading.Empty, []))]);

    /// <summary>Left out: of a report that is kept, whose evidence is in the rollout's state.</summary>
    public static readonly StageEvidence None = new([]);

    /// <summary>For a stage that begins to count: evidence of harm stays, everything else begins anew.</summary>
    public StageEvidence NextStage() =>
        new([.. Metrics.Select(metric => metric with { Champion = ArmReading.Empty, Challenger = ArmReading.Empty, Rates = [.. metric.Rates.Select(rate => rate.NextStage())] })]);
}
