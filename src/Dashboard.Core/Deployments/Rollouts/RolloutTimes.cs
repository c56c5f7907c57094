using Dashboard.Core.Deployments.Plans;

namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>What time by itself brings about where a rollout is, for the clock on its page and for <see cref="RolloutMachine.Tick"/>.</summary>
/// <param name="HoldEnds">From when on a pass is taken for one; null where nothing is held.</param>
/// <param name="Ends">When the phase ends if nothing else happens: a stage pauses without a verdict, baking succeeds, loading and switching are given up; null where nothing happens by time.</param>
public readonly record struct RolloutTimes(DateTimeOffset? HoldEnds, DateTimeOffset? Ends)
{
    public static RolloutTimes Of(RolloutState state) => state.Phase switch
    {
        RolloutPhase.Shadow => new(state.Since + state.Plan.Shadow!.Hold, state.Since + state.Plan.Shadow.Longest),
        RolloutPhase.Step => new(state.Since + state.Plan.Steps[state.StepIndex].Hold, state.Since + state.Plan.Steps[state.StepIndex].Longest),
        RolloutPhase.Warming or RolloutPhase.Promoting => new(null, state.Since + state.Plan.ProgressDeadline),
        RolloutPhase.Baking => new(null, state.Since + state.Plan.BakeTime),
        _ => default,
    };
}
