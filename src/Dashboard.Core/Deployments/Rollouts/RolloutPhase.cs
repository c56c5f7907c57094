namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>Where a rollout is.</summary>
public enum RolloutPhase
{
    /// <summary>Being written; the plan may still change.</summary>
    Draft,

    /// <summary>Waits for approval of exactly this plan.</summary>
    PendingApproval,

    /// <summary>Approved; the version is being loaded.</summary>
    Warming,

    /// <summary>Answers copies of requests.</summary>
    Shadow,

    /// <summary>At a step's weight.</summary>
    Step,

    /// <summary>All analysis has passed; a person decides. No timer does.</summary>
    AwaitingPromotion,

    /// <summary>The new version gets everything; nodes are confirming the switch.</summary>
    Promoting,

    /// <summary>The new version is live and watched, the previous one is kept warm.</summary>
    Baking,

    /// <summary>The new version is the champion. Terminal.</summary>
    Succeeded,

    /// <summary>Stays at its weight until a person goes on.</summary>
    Paused,

    /// <summary>The new version gets nothing any more; its last requests are being answered.</summary>
    Aborting,

    /// <summary>The champion from before is the only one live. Terminal.</summary>
    RolledBack,

    /// <summary>An analysis failed, and the plan says that a person decides; the weight stays.</summary>
    Frozen,

    /// <summary>Another rollout took its place. Terminal.</summary>
    Superseded,
}

/// <summary>Why a rollout is paused.</summary>
public enum PauseReason
{
    /// <summary>A person paused it.</summary>
    ByPerson,

    /// <summary>The longest time of the stage was over without a verdict.</summary>
    Inconclusive,

    /// <summary>Traffic is not split as planned.</summary>
    SplitMismatch,
}
