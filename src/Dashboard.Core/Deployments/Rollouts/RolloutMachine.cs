using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;

namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>
/// The rules of a rollout, pure. Draft → PendingApproval → Warming → Shadow? → Step i → AwaitingPromotion? → Promoting → Baking → Succeeded; beside it Paused, Frozen, Aborting → RolledBack, and
/// Superseded. The new version's weight grows only by a passed analysis or by a person's command. An approval is one: it lets the first stage begin when the version is
/// loaded. A policy may approve only what is analysed before it gets everything, or a rollback to what was live recently.
/// </summary>
public static partial class RolloutMachine
{
    /// <summary>Carries out a command.</summary>
    /// <returns>
    /// The change; the unchanged state for a command that was already carried out, whatever has happened since. An <see cref="IllegalTransition"/>, <see cref="StaleRevision"/>,
    /// <see cref="NotForThisSource"/> or <see cref="InvalidValue"/> otherwise.
    /// </returns>
    public static Result<RolloutChange> Apply(RolloutState state, RolloutCommand command, DateTimeOffset now)
    {
        if (command.Check() is { } error)
            return error;
        if (state.Commands.Contains(command.Id))
            return new RolloutChange(state, null);
        if (command.Revision != state.Revision)
            return new StaleRevision(command.Revision, state.Revision);
        if (command is { Action: RolloutAction.Approve, Source: CommandSource.Policy } && state.Plan.Stages == 0 && !state.SkipsSteps)
            return new NotForThisSource(command.Action, command.Source, [CommandSource.Person]);
        if (After(state, command, now) is not { } next)
            return new IllegalTransition(command.Action, state.Phase, Possible(state));
        var reason = command.Reason ?? RolloutWords.Did(command.Action);
        return Moved(state, next with { Commands = [.. state.Commands.TakeLast(RolloutState.RememberedCommands - 1), command.Id] }, reason, command, null, now);
    }

    /// <summary>What can be done from here, for buttons and messages; empty when it is over.</summary>
    /// <param name="source">Only what this source may do; null: whoever does it.</param>
    public static IReadOnlyList<RolloutAction> Possible(RolloutState state, CommandSource? source = null) =>
    [
        .. Enum.GetValues<RolloutAction>().Where(action => (source is not { } who || RolloutCommand.AllowedFor(action).Contains(who))
            && After(state, new(Guid.Empty, state.Revision, action, CommandSource.Person, "", ""), state.Since) is not null),
    ];

    /// <summary>Another plan for a draft.</summary>
    /// <returns>The draft with a revision of its own, or why not.</returns>
    public static Result<RolloutState> Revise(RolloutState state, RolloutPlan plan, long revision)
    {
        if (revision != state.Revision)
            return new StaleRevision(revision, state.Revision);
        if (state.Phase != RolloutPhase.Draft)
            return new Conflict($"The rollout is {state.Phase}; a plan can be changed while it is a draft.");
        return plan.Check() is { } error ? error : state with { Plan = plan, Evidence = StageEvidence.Fresh(plan), Revision = state.Revision + 1 };
    }

    /// <summary>The state that an action leads to; null when it leads nowhere.</summary>
    private static RolloutState? After(RolloutState state, RolloutCommand command, DateTimeOffset now) => (command.Action, state.Phase) switch
    {
        (RolloutAction.Submit, RolloutPhase.Draft) => Enter(state, RolloutPhase.PendingApproval, now),
        (RolloutAction.Withdraw or RolloutAction.Reject, RolloutPhase.PendingApproval) => Enter(state, RolloutPhase.Draft, now),
        (RolloutAction.Approve, RolloutPhase.PendingApproval) => Enter(state, RolloutPhase.Warming, now),
        (RolloutAction.Warmed, RolloutPhase.Warming) => AfterWarming(state, now),
        (RolloutAction.WarmingFailed, RolloutPhase.Warming) => Enter(state, RolloutPhase.Aborting, now),
        (RolloutAction.Pause, RolloutPhase.Shadow or RolloutPhase.Step or RolloutPhase.AwaitingPromotion) => Hold(state, RolloutPhase.Paused, PauseReason.ByPerson, now),
        (RolloutAction.Resume, RolloutPhase.Paused) => state with { Phase = state.Active, Held = null, Pause = null, Since = now },
        // What failed must not fail it again at the next look: a person has seen it, and counting begins anew.
        (RolloutAction.Resume, RolloutPhase.Frozen) => CountAnew(state with { Phase = state.Active, Held = null, Since = now, Evidence = StageEvidence.Fresh(state.Plan) }, now),
        (RolloutAction.SkipStep, _) when state.Phase is not RolloutPhase.Frozen && state.Active is RolloutPhase.Shadow or RolloutPhase.Step => AfterStage(state, now, automatic: false),
        (RolloutAction.Promote, RolloutPhase.AwaitingPromotion) => Enter(state, RolloutPhase.Promoting, now),
        (RolloutAction.PromoteNow, _) when state.Active is RolloutPhase.Shadow or RolloutPhase.Step or RolloutPhase.AwaitingPromotion => Enter(state, RolloutPhase.Promoting, now),
        (RolloutAction.Switched, RolloutPhase.Promoting) => Enter(state, RolloutPhase.Baking, now),
        (RolloutAction.Abort, not RolloutPhase.Aborting) when !state.IsTerminal => Enter(state, RolloutPhase.Aborting, now),
        (RolloutAction.Drained, RolloutPhase.Aborting) => Enter(state, RolloutPhase.RolledBack, now),
        // From the promotion on there is a new champion: it bakes to its end, or it is rolled back.
        (RolloutAction.Supersede, _) when state.Active is not (RolloutPhase.Promoting or RolloutPhase.Baking or RolloutPhase.Aborting) && !state.IsTerminal => Enter(state, RolloutPhase.Superseded, now),
        _ => null,
    };

    private static RolloutState AfterWarming(RolloutState state, DateTimeOffset now) =>
        state.SkipsSteps ? Enter(state, RolloutPhase.Promoting, now)
        : state.Plan.Shadow is not null ? CountAnew(Enter(state, RolloutPhase.Shadow, now), now)
        : AfterStage(state, now, state.Plan.AutomaticPromotion);

    /// <summary>The stage after the present one.</summary>
    private static RolloutState AfterStage(RolloutState state, DateTimeOffset now, bool automatic)
    {
        var step = state.StepIndex + 1;
        return step < state.Plan.Steps.Count
            ? CountAnew(Enter(state, RolloutPhase.Step, now) with { StepIndex = step }, now)
            : Enter(state, automatic ? RolloutPhase.Promoting : RolloutPhase.AwaitingPromotion, now);
    }

    private static RolloutState Enter(RolloutState state, RolloutPhase phase, DateTimeOffset now) => state with { Phase = phase, Held = null, Pause = null, Since = now };

    private static RolloutState Hold(RolloutState state, RolloutPhase phase, PauseReason? pause, DateTimeOffset now) => state with { Phase = phase, Held = state.Active, Pause = pause, Since = now };

    private static RolloutState CountAnew(RolloutState state, DateTimeOffset now) => state with { Stage = state.Stage + 1, CountingSince = now, Evidence = state.Evidence.NextStage() };

    private static RolloutChange Moved(RolloutState before, RolloutState after, string reason, RolloutCommand? command, StageReport? report, DateTimeOffset now)
    {
        after = after with { Revision = before.Revision + 1, Reason = reason };
        return new(after, new(after.Revision, before.Phase, after.Phase, after.StepIndex, before.Weight, after.Weight, now, reason, command, command?.Actor, report));
    }
}
