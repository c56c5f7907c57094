namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>What can be asked of a rollout.</summary>
public enum RolloutAction
{
    /// <summary>Ask for approval.</summary>
    Submit,

    /// <summary>Take the request back, to change it.</summary>
    Withdraw,

    /// <summary>Approvals are complete.</summary>
    Approve,

    /// <summary>Approval is refused, with a reason.</summary>
    Reject,

    /// <summary>The version is loaded wherever it must be.</summary>
    Warmed,

    /// <summary>The version could not be loaded.</summary>
    WarmingFailed,

    Pause,

    /// <summary>Go on where it was paused or frozen; the stage's time begins anew.</summary>
    Resume,

    /// <summary>To the next stage without a passed analysis, with a reason.</summary>
    SkipStep,

    /// <summary>Promote what has passed.</summary>
    Promote,

    /// <summary>Promote without a passed analysis, with a reason.</summary>
    PromoteNow,

    /// <summary>Every node has confirmed the switch.</summary>
    Switched,

    /// <summary>Take the new version out of traffic.</summary>
    Abort,

    /// <summary>The last request on the new version has been answered.</summary>
    Drained,

    /// <summary>Another rollout of the target takes over.</summary>
    Supersede,
}

/// <summary>Who asks.</summary>
public enum CommandSource { Person, Policy, Host }

/// <summary>One command. Sent again with the same id it changes nothing, so it may be repeated when the answer was lost.</summary>
/// <param name="Id">Of this command alone.</param>
/// <param name="Revision">The rollout's revision that the sender saw: compare-and-set.</param>
/// <param name="Actor">Name of the person, policy or node.</param>
/// <param name="Reason">Needed to reject, to skip a step and to promote without a passed analysis.</param>
public sealed record RolloutCommand(Guid Id, long Revision, RolloutAction Action, CommandSource Source, string Actor, string? Reason = null)
{
    public const int MaxReason = 2000;

    /// <summary>What is wrong with the command whatever the state is; null when nothing is.</summary>
    internal Error? Check()
    {
        if (!Enum.IsDefined(Action))
            return InvalidValue.Of("action", $"{Action}", "an action of a rollout");
        if (string.IsNullOrWhiteSpace(Actor))
            return InvalidValue.Of("actor", null, "who asks");
        if (Reason is { Length: > MaxReason })
            return InvalidValue.Of("reason", $"{Reason.Length} characters", $"at most {MaxReason} characters");
        if (Action is RolloutAction.Reject or RolloutAction.SkipStep or RolloutAction.PromoteNow && string.IsNullOrWhiteSpace(Reason))
            return InvalidValue.Of("reason", null, $"a reason with {Action}");
        var allowed = AllowedFor(Action);
        return allowed.Contains(Source) ? null : new NotForThisSource(Action, Source, allowed);
    }

    /// <summary>Weight grows by a person's hand or by a passed analysis, never by a policy's command; what only the host can know, only the host may say.</summary>
    public static IReadOnlyList<CommandSource> AllowedFor(RolloutAction action) => action switch
    {
        RolloutAction.SkipStep or RolloutAction.Promote or RolloutAction.PromoteNow or RolloutAction.Resume or RolloutAction.Reject => [CommandSource.Person],
        RolloutAction.Warmed or RolloutAction.WarmingFailed or RolloutAction.Switched or RolloutAction.Drained => [CommandSource.Host],
        RolloutAction.Submit or RolloutAction.Withdraw or RolloutAction.Approve => [CommandSource.Person, CommandSource.Policy],
        _ => [CommandSource.Person, CommandSource.Policy, CommandSource.Host],
    };
}
