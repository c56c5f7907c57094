using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Web.Components.Pages.Models.Rollouts;

public enum StageStanding { Done, Now, Ahead, Failed, NotReached }

/// <summary>One piece of the strip.</summary>
/// <param name="Note">What happens there.</param>
public sealed record RolloutStageView(string Title, string Note, StageStanding Standing);

/// <summary>A plan as a strip of stages with the present one.</summary>
internal static class RolloutStages
{
    /// <param name="history">Tells how far a rollout came that was taken back.</param>
    /// <param name="nodes">How many nodes share a rolling rollout now; null: not known, or it is over and there may have been others.</param>
    public static IReadOnlyList<RolloutStageView> Of(RolloutState state, IReadOnlyList<RolloutTransition> history, int? nodes)
    {
        var plan = state.Plan;
        List<(string Title, string Note)> stages = [("Approval", "by people or policy"), ("Warm-up", "loaded and checked")];
        var (skips, isRolling) = (state.SkipsSteps, plan.Strategy == RolloutStrategy.Rolling);
        if (!skips && plan.Shadow is { } shadow)
            stages.Add(("Shadow", shadow.Mirrored == TrafficWeight.All ? "every request copied" : $"{shadow.Mirrored} copied"));
        if (!skips)
            stages.AddRange(plan.Steps.Select((step, i) => (Share(step.Weight), $"{(isRolling ? "nodes, " : "")}step {i + 1}, {Shared.Format.Duration(step.Hold)} at least")));
        stages.Add((isRolling ? "All nodes" : "100 %", plan.AutomaticPromotion || skips ? "by itself" : "by a person"));
        stages.Add(("Bake", $"watched for {Shared.Format.Duration(plan.BakeTime)}"));

        var (place, failed) = Place(state, history, stages.Count);
        return [.. stages.Select((stage, i) => new RolloutStageView(stage.Title, stage.Note,
            i < place ? StageStanding.Done : failed ? i == place ? StageStanding.Failed : StageStanding.NotReached : i == place ? StageStanding.Now : StageStanding.Ahead))];

        string Share(TrafficWeight weight) => isRolling && nodes is { } all && !state.IsTerminal ? $"{NodeTurns.Count(weight, all)} of {all}" : $"{weight}";
    }

    /// <summary>The stage that the rollout is in, or was in when it ended.</summary>
    private static (int Place, bool Failed) Place(RolloutState state, IReadOnlyList<RolloutTransition> history, int stages)
    {
        if (state.Phase == RolloutPhase.Succeeded)
            return (stages, false);
        var over = state.Phase is RolloutPhase.Aborting or RolloutPhase.RolledBack or RolloutPhase.Superseded || state is { Phase: RolloutPhase.Draft, Reason: not null };
        var phase = over ? history.LastOrDefault(step => step.To is RolloutPhase.Aborting or RolloutPhase.Superseded)?.From ?? RolloutPhase.Draft : state.Active;
        if (phase is RolloutPhase.Paused or RolloutPhase.Frozen)
            phase = history.LastOrDefault(step => step.To == phase)?.From ?? RolloutPhase.Step;
        var place = phase switch
        {
            RolloutPhase.Draft or RolloutPhase.PendingApproval => 0,
            RolloutPhase.Warming => 1,
            RolloutPhase.Shadow => 2,
            RolloutPhase.Step => 2 + (state.Plan.Shadow is null ? 0 : 1) + Math.Max(0, state.StepIndex),
            RolloutPhase.AwaitingPromotion or RolloutPhase.Promoting => stages - 2,
            _ => stages - 1,
        };
        return (place, over);
    }
}
