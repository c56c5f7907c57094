using Dashboard.Core.Deployments;
using Dashboard.Storage.Deployments.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments;

/// <summary>A change of what is live of a model in an environment.</summary>
internal sealed record TargetChange(int ModelId, DeploymentKind Kind, int ToVersionId, DateTimeOffset At, string By);

/// <summary>What was live where: production's history, which pages show, and that of the other environments.</summary>
internal static class TargetHistory
{
    /// <summary>The changes in an environment, oldest first.</summary>
    /// <param name="modelId">Null: of every model.</param>
    public static Task<List<TargetChange>> ChangesAsync(DashboardDb db, string environment, int? modelId, CancellationToken ct) => environment == RolloutTarget.Production
        ? db.Deployments.AsNoTracking().Where(d => modelId == null || d.ModelId == modelId).OrderBy(d => d.Id).Select(d => new TargetChange(d.ModelId, d.Kind, d.ToVersionId, d.At, d.By)).ToListAsync(ct)
        : db.EnvironmentDeployments.AsNoTracking().Where(d => d.Environment == environment && (modelId == null || d.ModelId == modelId)).OrderBy(d => d.Id)
            .Select(d => new TargetChange(d.ModelId, d.Kind, d.ToVersionId, d.At, d.By)).ToListAsync(ct);

    /// <summary>The ids of the versions still in force, in order of promotion; the last one is live, a rollback returns to the one before it.</summary>
    public static IReadOnlyList<int> Standing(IEnumerable<TargetChange> changes) => ChampionHistory.Standing(changes.Select(change => new ChampionChange(change.Kind == DeploymentKind.Rollback, change.ToVersionId)));

    /// <summary>The version that is live; null: none.</summary>
    public static async Task<int?> LiveAsync(DashboardDb db, string environment, int modelId, CancellationToken ct) =>
        Standing(await ChangesAsync(db, environment, modelId, ct)) is [.., var live] ? live : null;
}
