using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Deployments.Rollouts;

public static partial class RolloutMachine
{
    /// <summary>
    /// What time and analysis bring about; at most one transition, so it is called until nothing happens. Doing it twice, or again after a restart, changes nothing the second time.
    /// <para>A failed report aborts or freezes wherever both versions have traffic, paused or not. A pass counts only when the report covers the whole hold of the stage: an analysis that was cut
    /// short is no success. Baking is a watch without a comparison (the champion from before has no traffic): it ends with the time, unless somebody or a guard aborts it.</para>
    /// </summary>
    /// <param name="report">The latest look at the present stage (see <see cref="RolloutState.Analyse"/>); null: there was none.</param>
    /// <param name="waitingFor">What a stage waits for beside its analysis: while there is something, nothing passes. Null: nothing.</param>
    /// <returns>The change, or a <see cref="StaleReport"/>.</returns>
    public static Result<RolloutChange> Tick(RolloutState state, StageReport? report, DateTimeOffset now, string? waitingFor = null)
    {
        if (report is not null && (!state.Compares || report.Stage != state.Stage))
            return new StaleReport(report.Stage, state.Stage);
        var seen = report is null ? state : state with { Evidence = report.Evidence };
        var times = RolloutTimes.Of(state);
        return state.Phase switch
        {
            RolloutPhase.Warming or RolloutPhase.Promoting when now >= times.Ends =>
                Moved(state, Enter(seen, RolloutPhase.Aborting, now), $"{RolloutWords.Of(state.Phase)} took longer than the deadline of {RolloutWords.Of(state.Plan.ProgressDeadline)}.", null, null, now),
            RolloutPhase.Baking when now >= times.Ends => Moved(state, Enter(seen, RolloutPhase.Succeeded, now), $"Watched for {RolloutWords.Of(state.Plan.BakeTime)} with every request.", null, null, now),
            RolloutPhase.Shadow or RolloutPhase.Step or RolloutPhase.AwaitingPromotion or RolloutPhase.Paused when report is { Verdict: Verdict.Fail } => Failed(state, seen, report, now),
            RolloutPhase.Shadow or RolloutPhase.Step => InStage(state, seen, report, times, waitingFor, now),
            _ => new RolloutChange(seen, null),
        };
    }

    private static RolloutChange Failed(RolloutState state, RolloutState seen, StageReport report, DateTimeOffset now) => Moved(state,
        state.Plan.OnFailure == FailureAction.Freeze ? Hold(seen, RolloutPhase.Frozen, null, now) : Enter(seen, RolloutPhase.Aborting, now), string.Join(' ', report.Reasons), null, report, now);

    private static RolloutChange InStage(RolloutState state, RolloutState seen, StageReport? report, RolloutTimes times, string? waitingFor, DateTimeOffset now)
    {
        if (report is { IsUntrusted: true })
            return Moved(state, Hold(seen, RolloutPhase.Paused, PauseReason.SplitMismatch, now), report.Reasons[0], null, report, now);
        if (waitingFor is null && report is { Verdict: Verdict.Pass } && now >= times.HoldEnds && report.Until >= times.HoldEnds)
            return Moved(state, AfterStage(seen, now, state.Plan.AutomaticPromotion), string.Join(' ', report.Reasons), null, report, now);
        if (now < times.Ends)
            return new(seen, null);
        var reason = $"No verdict within {times.Ends - state.Since}. {(waitingFor is not null ? waitingFor : report is null ? "Nothing was counted." : string.Join(' ', report.Reasons))}";
        return Moved(state, Hold(seen, RolloutPhase.Paused, PauseReason.Inconclusive, now), reason, null, report, now);
    }
}
