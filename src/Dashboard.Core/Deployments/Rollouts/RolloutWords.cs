namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>Phases as people say them.</summary>
public static class RolloutWords
{
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
