namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>A stretch in which a version was live.</summary>
/// <param name="Until">Null: it still is.</param>
public readonly record struct LivePeriod(int Version, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>When a rollback need not go through the steps.</summary>
public static class RecentVersions
{
    /// <summary>Whether a version answered everybody at some time within <paramref name="recently"/> before now: what it does in production is then known.</summary>
    public static bool SkipsSteps(IEnumerable<LivePeriod> history, int version, TimeSpan recently, DateTimeOffset now) =>
        history.Any(period => period.Version == version && (period.Until is not { } until || now - until <= recently));
}

/// <summary>One rollout of a target at a time, so that never two versions are on their way into it.</summary>
public static class OneAtATime
{
    /// <summary>Why the rollout may not be approved into warming now; null when it may.</summary>
    /// <param name="others">Rollouts of any target, the rollout itself among them or not.</param>
    public static TargetBusy? Check(RolloutState rollout, IEnumerable<RolloutState> others) =>
        others.FirstOrDefault(other => other.Id != rollout.Id && other.Target == rollout.Target && !other.IsTerminal && other.Phase is not (RolloutPhase.Draft or RolloutPhase.PendingApproval)) is { } busy
            ? new TargetBusy(busy.Target, busy.Id, busy.Phase)
            : null;
}
