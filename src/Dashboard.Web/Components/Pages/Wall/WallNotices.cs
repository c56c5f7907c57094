using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Components.Pages.Alerts;
using Dashboard.Web.Components.Pages.Models.Rollouts;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>News on a wall: a deployment of the last minutes, an alert that fires.</summary>
/// <param name="Text">One line: "flight-delay rolled back to v2".</param>
/// <param name="At">When it happened, or since when it is so.</param>
public sealed record WallNotice(StateKind Kind, string IconName, string Text, DateTimeOffset At);

/// <summary>What becomes news: incidents that are open, the worst first, then deployments.</summary>
internal static class WallNotices
{
    /// <summary>A deployment is news this long.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromMinutes(30);

    public static IEnumerable<WallNotice> Of(IEnumerable<RecentDeployment> deployments, IReadOnlyCollection<string> models, DateTimeOffset now) =>
        from deployment in deployments
        where models.Contains(deployment.Model) && now - deployment.At <= Recent
        select deployment.Kind == DeploymentKind.Rollback
            ? new WallNotice(StateKind.Warn, "back", $"{deployment.Model} rolled back to v{deployment.To} by {deployment.By}", deployment.At)
            : new WallNotice(StateKind.None, "up", $"{deployment.Model}: v{deployment.To} promoted by {deployment.By}", deployment.At);

    /// <summary>What is on its way, and what was taken back; that a version succeeded is told as a promotion.</summary>
    public static IEnumerable<WallNotice> Of(IEnumerable<RolloutView> rollouts, IReadOnlyCollection<string> models, DateTimeOffset now) =>
        from rollout in rollouts
        let state = rollout.State
        where models.Contains(rollout.Model) && state.Phase is not (RolloutPhase.Succeeded or RolloutPhase.Superseded) && (!state.IsTerminal || now - rollout.UpdatedAt <= Recent)
        let badge = RolloutDisplay.Of(state)
        select state.Phase is RolloutPhase.Aborting or RolloutPhase.RolledBack
            ? new WallNotice(StateKind.Bad, "back", $"{rollout.Model}: v{state.Challenger} was taken back", rollout.UpdatedAt)
            : new WallNotice(badge.Kind == StateKind.Ok ? StateKind.None : badge.Kind, badge.Icon ?? "play", $"{rollout.Model}: v{state.Challenger} at {state.Weight}, {badge.Word.ToLowerInvariant()}", state.Since);

    public static IEnumerable<WallNotice> Of(IEnumerable<IncidentView> incidents, IReadOnlyCollection<string> models) =>
        from incident in incidents
        where models.Contains(incident.Model)
        orderby incident.QuietSince is not null, incident.Severity descending, incident.OpenedAt
        select new WallNotice(incident.QuietSince is null ? AlertDisplay.KindOf(incident.Severity) : StateKind.None, "bell",
            $"{incident.Model}: {incident.Title}{(incident.QuietSince is null ? "" : ", quiet for now")}{(incident.AcknowledgedBy is { } who ? $", looked after by {who}" : "")}", incident.OpenedAt);
}
