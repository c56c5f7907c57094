using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>One transition as it is stored: with the report that it rests on, which is how the evidence of a failure is kept.</summary>
/// <param name="Revision">The revision that it led to.</param>
/// <param name="Command">Null: by time or by analysis.</param>
/// <param name="Actor">Who gave the command; null without one.</param>
public sealed record RolloutTransition(long Revision, RolloutPhase From, RolloutPhase To, int StepIndex, TrafficWeight WeightBefore, TrafficWeight WeightAfter, DateTimeOffset At, string Reason,
    RolloutCommand? Command, string? Actor, StageReport? Report);

/// <summary>What a command or a tick came to.</summary>
/// <param name="State">To be stored with compare-and-set on the revision it came from. Without a transition only the evidence may have changed.</param>
/// <param name="Transition">Null: nothing happened (the command was already carried out, or there is nothing to do yet).</param>
public sealed record RolloutChange(RolloutState State, RolloutTransition? Transition);
