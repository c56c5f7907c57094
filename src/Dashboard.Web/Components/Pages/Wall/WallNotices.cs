using Dashboard.Storage.Deployments;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Components.Pages.Alerts;
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

    public static IEnumerable<WallNotice> Of(IEnumerable<IncidentView> incidents, IReadOnlyCollection<string> models) =>
        from incident in incidents
        where models.Contains(incident.Model)
        orderby incident.QuietSince is not null, incident.Severity descending, incident.OpenedAt
        select new WallNotice(incident.QuietSince is null ? AlertDisplay.KindOf(incident.Severity) : StateKind.None, "bell",
            $"{incident.Model}: {incident.Title}{(incident.QuietSince is null ? "" : ", quiet for now")}{(incident.AcknowledgedBy is { } who ? $", looked after by {who}" : "")}", incident.OpenedAt);
}
