using Dashboard.Storage.Deployments;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>News on a wall: a deployment of the last minutes, an alert that fires.</summary>
/// <param name="Text">One line: "flight-delay rolled back to v2".</param>
/// <param name="At">When it happened, or since when it is so.</param>
public sealed record WallNotice(StateKind Kind, string IconName, string Text, DateTimeOffset At);

/// <summary>What becomes news. Whatever else should stand in the banner is one more list of notices.</summary>
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
}
