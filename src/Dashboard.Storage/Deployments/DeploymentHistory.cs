using Dashboard.Core.Deployments;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments;

/// <summary>One change of champion, for lists and for markers on time axes. Versions by their numbers.</summary>
public sealed record DeploymentView(int Id, DeploymentKind Kind, int? From, int To, string By, string Reason, DateTimeOffset At, DateTimeOffset? EventTime);

/// <summary>A change of champion of any model.</summary>
public sealed record RecentDeployment(string Model, DeploymentKind Kind, int To, string By, string Reason, DateTimeOffset At);

/// <summary>Reads what was live when, and what a rollback would return to.</summary>
public sealed class DeploymentHistory(IDbContextFactory<DashboardDb> factory)
{
    /// <summary>All changes of champion of a model, oldest first.</summary>
    public async Task<IReadOnlyList<DeploymentView>> ListAsync(string model, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var modelId = await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct);
        var numbers = await db.ModelVersions.Where(v => v.ModelId == modelId).ToDictionaryAsync(v => v.Id, v => v.Number, ct);
        var rows = await db.Deployments.AsNoTracking().Where(d => d.ModelId == modelId).OrderBy(d => d.Id).ToListAsync(ct);
        return [.. rows.Select(d => new DeploymentView(d.Id, d.Kind, d.FromVersionId is { } from ? numbers[from] : null, numbers[d.ToVersionId], d.By, d.Reason, d.At, d.EventTime))];
    }

    /// <summary>The changes of champion of all models since a time, newest first, at most a hundred.</summary>
    public async Task<IReadOnlyList<RecentDeployment>> RecentAsync(DateTimeOffset since, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await (from deployment in db.Deployments.AsNoTracking()
                      join model in db.Models on deployment.ModelId equals model.Id
                      join version in db.ModelVersions on deployment.ToVersionId equals version.Id
                      where deployment.At >= since
                      orderby deployment.Id descending
                      select new RecentDeployment(model.Name, deployment.Kind, version.Number, deployment.By, deployment.Reason, deployment.At)).Take(100).ToListAsync(ct);
    }

    /// <summary>The number of the version that a rollback would return to, or null when there is none.</summary>
    public async Task<int?> PreviousChampionAsync(string model, CancellationToken ct) =>
        ChampionHistory.Standing((await ListAsync(model, ct)).Select(d => new ChampionChange(d.Kind == DeploymentKind.Rollback, d.To))) is [.., var before, _] ? before : null;
}
