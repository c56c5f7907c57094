using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>Everything that a rollout remembers. Immutable, and round-trips through canonical JSON, so that it goes on after a restart exactly where it was.</summary>
/// <param name="Target">Where it is rolled out: a model in an environment. At most one rollout of a target has traffic.</param>
/// <param name="Champion">The version that was live before.</param>
/// <param name="Challenger">The version that is rolled out.</param>
/// <param name="SkipsSteps">A rollback to a version that was live recently; see <see cref="RecentVersions"/>.</param>
/// <param name="Revision">Grows by one with every transition and with nothing else.</param>
/// <param name="Since">When the phase (after a pause: the stage's time) began.</param>
/// <param name="StepIndex">The present or last step, from 0; −1 before the first.</param>
/// <param name="Held">The phase that is paused or frozen.</param>
/// <param name="Stage">Grows by one whenever counting for the analysis begins anew.</param>
/// <param name="CountingSince">When it did; survives a pause.</param>
/// <param name="Reason">Why it is where it is, in words.</param>
/// <param name="Commands">Ids of the latest commands that were carried out, oldest first.</param>
public sealed record RolloutState(Guid Id, string Target, int Champion, int Challenger, RolloutPlan Plan, bool SkipsSteps, RolloutPhase Phase, long Revision, DateTimeOffset Since, int StepIndex,
    RolloutPhase? Held, PauseReason? Pause, int Stage, DateTimeOffset CountingSince, StageEvidence Evidence, string? Reason, IReadOnlyList<Guid> Commands)
{
    /// <summary>How many command ids are remembered: what is older than that is refused by its revision.</summary>
    public const int RememberedCommands = 64;

    /// <summary>A new draft.</summary>
    /// <returns>The draft, or what is wrong with the plan or the versions.</returns>
    public static Result<RolloutState> Draft(Guid id, string target, int champion, int challenger, RolloutPlan plan, DateTimeOffset now, bool skipsSteps = false)
    {
        if (string.IsNullOrWhiteSpace(target))
            return InvalidValue.Of("target", null, "the model and environment to roll out to");
        if (champion == challenger)
            return InvalidValue.Of("challenger", $"{challenger}", "another version than the live one");
        if (plan.Check() is { } error)
            return error;
        return new RolloutState(id, target, champion, challenger, plan, skipsSteps, RolloutPhase.Draft, 0, now, -1, null, null, 0, now, StageEvidence.Fresh(plan), null, []);
    }

    [JsonIgnore]
    public bool IsTerminal => Phase is RolloutPhase.Succeeded or RolloutPhase.RolledBack or RolloutPhase.Superseded;

    /// <summary>The phase, or what it is that is paused or frozen.</summary>
    [JsonIgnore]
    public RolloutPhase Active => Held ?? Phase;

    /// <summary>The new version's share of the traffic. It follows from where the rollout is and is stored nowhere, so the two cannot disagree.</summary>
    [JsonIgnore]
    public TrafficWeight Weight => Active switch
    {
        RolloutPhase.Step or RolloutPhase.AwaitingPromotion => StepIndex < 0 ? TrafficWeight.None : Plan.Steps[StepIndex].Weight,
        RolloutPhase.Promoting or RolloutPhase.Baking or RolloutPhase.Succeeded => TrafficWeight.All,
        _ => TrafficWeight.None,
    };

    /// <summary>The share of requests that is copied to the new version.</summary>
    [JsonIgnore]
    public TrafficWeight Mirrored => Active == RolloutPhase.Shadow ? Plan.Shadow!.Mirrored : TrafficWeight.None;

    /// <summary>The one version that is live: what answers when nothing else is said, and what a failure falls back to.</summary>
    [JsonIgnore]
    public int Live => Active is RolloutPhase.Promoting or RolloutPhase.Baking or RolloutPhase.Succeeded ? Challenger : Champion;

    /// <summary>Whether there is concurrent traffic of both versions to compare.</summary>
    [JsonIgnore]
    public bool Compares => Active is RolloutPhase.Shadow or RolloutPhase.Step || (Active == RolloutPhase.AwaitingPromotion && StepIndex >= 0);

    [JsonIgnore]
    public string Salt => TrafficSplit.SaltOf(Id);

    [JsonIgnore]
    public StageFrame Frame => new(Stage, CountingSince, Weight);

    /// <summary>A look at the present stage, for <see cref="RolloutMachine.Tick"/>.</summary>
    /// <returns>The report; a conflict when nothing is compared now; or what is wrong with the look.</returns>
    public Result<StageReport> Analyse(StageLook look) =>
        Compares ? StageAnalysis.Of(Plan, Frame, Evidence, look) : new Conflict($"The rollout is {Active}: there is no concurrent traffic of both versions to compare.");

    public string ToJson() => CanonicalJson.Serialize(this);

    /// <summary>Reads a stored state.</summary>
    public static Result<RolloutState> Parse(string json)
    {
        try
        {
            var state = CanonicalJson.Deserialize<RolloutState>(json);
            return state.Fault() is { } error ? error : state;
        }
        catch (JsonException fault)
        {
            return InvalidValue.Of(string.IsNullOrEmpty(fault.Path) ? "rollout" : fault.Path, null, $"a stored rollout: {fault.Message}");
        }
    }

    private Error? Fault()
    {
        if (Plan is null || Evidence?.Metrics is null || Commands is null)
            return InvalidValue.Of(Plan is null ? "plan" : Commands is null ? "commands" : "evidence", null, "a value in a stored rollout");
        if (Plan.Check() is { } error)
            return error;
        if (!Enum.IsDefined(Phase) || (Held is not null) != (Phase is RolloutPhase.Paused or RolloutPhase.Frozen))
            return InvalidValue.Of("held", $"{Held} while {Phase}", "a held phase when paused or frozen, and only then");
        if (StepIndex < -1 || StepIndex >= Plan.Steps.Count || (Active == RolloutPhase.Step && StepIndex < 0))
            return InvalidValue.Of("stepIndex", $"{StepIndex}", $"a step of the plan's {Plan.Steps.Count}");
        return Evidence.Metrics.Select(metric => metric.Metric).SequenceEqual(Plan.Metrics.Select(rule => rule.Name)) ? null : InvalidValue.Of("evidence", "other metrics", "evidence of the plan's metrics in their order");
    }
}
