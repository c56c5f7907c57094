using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Web.Components.Pages.Models.Rollouts;

/// <summary>How a stage stands; skipped: a person went on without its verdict.</summary>
public enum StageStanding { Done, Now, Ahead, Failed, NotReached, Skipped }

/// <summary>One piece of the strip.</summary>
/// <param name="Note">What happens there.</param>
public sealed record RolloutStageView(string Title, string Note, StageStanding Standing);

/// <summary>A plan as a strip of stages with the present one.</summary>
internal static class RolloutStages
{
    /// <summary>Approval and warm-up, which every plan has.</summary>
    internal const int BeforeTraffic = 2;

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
        var skipped = Skipped(state, history);
        return [.. stages.Select((stage, i) => i < place && skipped.TryGetValue(i, out var by)
            ? new RolloutStageView(stage.Title, $"{(stage.Note.LastIndexOf(',') is > 0 and var end ? stage.Note[..end] : stage.Note)}, skipped by {by}", StageStanding.Skipped)
            : new RolloutStageView(stage.Title, stage.Note,
            i < place ? StageStanding.Done : failed ? i == place ? StageStanding.Failed : StageStanding.NotReached : i == place ? StageStanding.Now : StageStanding.Ahead))];

        string Share(TrafficWeight weight) => isRolling && nodes is { } all && !state.IsTerminal ? $"{NodeTurns.Count(weight, all)} of {all}" : $"{weight}";
    }

    /// <summary>The stages that a person left without a verdict, or jumped over, with who that was.</summary>
    private static Dictionary<int, string> Skipped(RolloutState state, IReadOnlyList<RolloutTransition> history)
    {
        var (skipped, shadows, present) = (new Dictionary<int, string>(), state.Plan.Shadow is null ? 0 : 1, -1);
        foreach (var step in history)
        {
            if (present >= 0 && step.Command is { Action: RolloutAction.SkipStep or RolloutAction.PromoteNow } command)
                for (var i = present; i < (command.Action == RolloutAction.SkipStep ? present + 1 : BeforeTraffic + shadows + state.Plan.Steps.Count); i++)
                    skipped.TryAdd(i, command.Actor);
            present = step.To switch
            {
                RolloutPhase.Shadow => BeforeTraffic,
                RolloutPhase.Step => BeforeTraffic + shadows + Math.Max(0, step.StepIndex),
                RolloutPhase.Paused or RolloutPhase.Frozen => present,
                _ => -1,
            };
        }

        return skipped;
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
            RolloutPhase.Shadow => BeforeTraffic,
            RolloutPhase.Step => BeforeTraffic + (state.Plan.Shadow is null ? 0 : 1) + Math.Max(0, state.StepIndex),
            RolloutPhase.AwaitingPromotion or RolloutPhase.Promoting => stages - 2,
            _ => stages - 1,
        };
        return (place, over);
    }
}
