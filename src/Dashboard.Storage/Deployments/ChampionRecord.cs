using Dashboard.Storage.Governance;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments;

/// <summary>Writes a change of champion: the row of the history, the alias, the entry of the audit log. Nothing is saved here; it becomes true with the caller's transaction.</summary>
internal static class ChampionRecord
{
    /// <param name="from">Null when nothing was live.</param>
    public static async Task WriteAsync(DashboardDb db, string model, DeploymentKind kind, ModelVersion? from, ModelVersion to, string by, string reason, DateTimeOffset? eventTime, DateTimeOffset now, CancellationToken ct)
    {
        db.Deployments.Add(new Deployment
        {
            ModelId = to.ModelId, Kind = kind, FromVersionId = from?.Id, ToVersionId = to.Id,
            By = by, Reason = reason, At = now, EventTime = eventTime,
        });
        await PointAsync(db, kind, to.ModelId, to.Id, ct);
        db.Activity.Add(new ActivityEntry
        {
            At = now, Actor = by, ModelName = model, Subject = to.Number.ToString(),
            Action = kind == DeploymentKind.Promotion ? "model.promoted" : "model.rolled-back",
            Summary = Summary(model, kind, from?.Number, to.Number, reason),
            BeforeJson = ActivityEntry.Json(new { champion = from?.Number, from?.Digest }), AfterJson = ActivityEntry.Json(new { champion = to.Number, to.Digest }),
        });
    }

    /// <summary>The same for an environment beside production: the registry's champion is production's, and stays.</summary>
    public static void WriteElsewhere(DashboardDb db, string environment, string model, DeploymentKind kind, ModelVersion? from, ModelVersion to, string by, string reason, DateTimeOffset now)
    {
        db.EnvironmentDeployments.Add(new EnvironmentDeployment { ModelId = to.ModelId, Environment = environment, Kind = kind, FromVersionId = from?.Id, ToVersionId = to.Id, By = by, Reason = reason, At = now });
        db.Activity.Add(new ActivityEntry
        {
            At = now, Actor = by, ModelName = model, Subject = to.Number.ToString(),
            Action = kind == DeploymentKind.Promotion ? "environment.promoted" : "environment.rolled-back",
            Summary = $"In {environment}: {Summary(model, kind, from?.Number, to.Number, reason)}",
            BeforeJson = ActivityEntry.Json(new { environment, version = from?.Number, from?.Digest }), AfterJson = ActivityEntry.Json(new { environment, version = to.Number, to.Digest }),
        });
    }

    /// <summary>Moves the champion; a challenger that has become it is no challenger any more.</summary>
    private static async Task PointAsync(DashboardDb db, DeploymentKind kind, int modelId, int versionId, CancellationToken ct)
    {
        var aliases = await db.ModelAliases.Where(a => a.ModelId == modelId).ToListAsync(ct);
        if (aliases.Find(a => a.Alias == ModelAlias.Champion) is { } champion)
            champion.VersionId = versionId;
        else
            db.ModelAliases.Add(new ModelAlias { ModelId = modelId, Alias = ModelAlias.Champion, VersionId = versionId });
        if (kind == DeploymentKind.Promotion && aliases.Find(a => a.Alias == ModelAlias.Challenger && a.VersionId == versionId) is { } challenger)
            db.ModelAliases.Remove(challenger);
    }

    private static string Summary(string model, DeploymentKind kind, int? from, int to, string reason)
    {
        var what = kind == DeploymentKind.Promotion
            ? $"Promoted version {to} of {model} to champion{(from is null ? "" : $" in place of version {from}")}"
            : $"Rolled {model} back from version {from} to version {to}";
        return reason.Length == 0 ? $"{what}." : $"{what}: {reason}";
    }
}
