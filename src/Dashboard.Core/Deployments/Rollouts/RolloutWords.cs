namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>Phases and actions as people say them.</summary>
public static class RolloutWords
{
    /// <summary>What somebody did who gave no reason.</summary>
    public static string Did(RolloutAction action) => action switch
    {
        RolloutAction.Submit => "Submitted for approval.",
        RolloutAction.Withdraw => "Taken back, to change it.",
        RolloutAction.Approve => "Approved.",
        RolloutAction.Reject => "Rejected.",
        RolloutAction.Warmed => "The new version is loaded, checked and warm.",
        RolloutAction.WarmingFailed => "The new version could not be loaded.",
        RolloutAction.Pause => "Paused.",
        RolloutAction.Resume => "Resumed.",
        RolloutAction.SkipStep => "Skipped.",
        RolloutAction.Promote => "Promoted.",
        RolloutAction.PromoteNow => "Promoted without a passed analysis.",
        RolloutAction.Switched => "Every request goes to the new version.",
        RolloutAction.Abort => "Rolled back.",
        RolloutAction.Drained => "No request goes to the new version any more.",
        RolloutAction.Supersede => "Ended without a verdict, to make room for another rollout.",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "Expected an action."),
    };

    /// <summary>A time in its two largest units: "30 min", "1 h 30 min", "7 d".</summary>
    public static string Of(TimeSpan time)
    {
        (int Amount, string Unit)[] parts = [(time.Days, "d"), (time.Hours, "h"), (time.Minutes, "min"), (time.Seconds, "s"), (time.Milliseconds, "ms")];
        var words = parts.SkipWhile(part => part.Amount == 0).Take(2).Where(part => part.Amount > 0).Select(part => $"{part.Amount} {part.Unit}").ToList();
        return words.Count == 0 ? "no time" : string.Join(' ', words);
    }

    public static string Of(RolloutPhase phase) => phase switch
    {
        RolloutPhase.Draft => "Draft",
        RolloutPhase.PendingApproval => "Waiting for approval",
        RolloutPhase.Warming => "Warming up",
        RolloutPhase.Shadow => "Shadow",
        RolloutPhase.Step => "Step",
        RolloutPhase.AwaitingPromotion => "Awaiting promotion",
        RolloutPhase.Promoting => "Promoting",
        RolloutPhase.Baking => "Baking",
        RolloutPhase.Succeeded => "Succeeded",
        RolloutPhase.Paused => "Paused",
        RolloutPhase.Aborting => "Rolling back",
        RolloutPhase.RolledBack => "Rolled back",
        RolloutPhase.Frozen => "Frozen",
        RolloutPhase.Superseded => "Superseded",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Expected a phase."),
    };
}
