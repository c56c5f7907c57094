using Dashboard.Core.Deployments;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Serving;

/// <summary>What the registry wants loaded for one model.</summary>
/// <param name="ChampionId">The version that answers where the caller names none; null where none was promoted.</param>
/// <param name="PreviousId">The champion before, which a rollback returns to.</param>
/// <param name="Others">Versions that answer when named: the challenger, what is rolled out, and the champion before.</param>
/// <param name="Rollout">The rollout that is loaded or has traffic; null: none.</param>
internal sealed record ServingPlan(int ModelId, string Name, int? ChampionId, int? PreviousId, IReadOnlyList<int> Others, RolloutState? Rollout)
{
    public IEnumerable<int> VersionIds => ChampionId is { } champion ? Others.Prepend(champion) : Others;

    /// <summary>The plans of every registered model, in one look at the database.</summary>
    public static async Task<IReadOnlyList<ServingPlan>> ReadAsync(DashboardDb db, CancellationToken ct)
    {
        var models = await db.Models.AsNoTracking().Select(model => new { model.Id, model.Name }).ToListAsync(ct);
        var aliases = await db.ModelAliases.AsNoTracking()
            .Where(alias => alias.Alias == ModelAlias.Champion || alias.Alias == ModelAlias.Challenger)
            .ToListAsync(ct);
        var changes = await db.Deployments.AsNoTracking().OrderBy(change => change.Id)
            .Select(change => new { change.ModelId, change.Kind, change.ToVersionId })
            .ToListAsync(ct);
        var existing = (await db.ModelVersions.AsNoTracking().Select(version => version.Id).ToListAsync(ct)).ToHashSet();
        var rollouts = await db.Rollouts.AsNoTracking().Where(RolloutStore.IsActive).Where(rollout => rollout.Environment == RolloutTarget.Production).ToListAsync(ct);
        var before = changes.GroupBy(change => change.ModelId).ToDictionary(group => group.Key, group =>
            ChampionHistory.Standing(group.Select(change => new ChampionChange(change.Kind == DeploymentKind.Rollback, change.ToVersionId))) is [.., var previous, _] && existing.Contains(previous) ? previous : (int?)null);
        return [.. models.Select(model =>
        {
            int? Alias(string name) => aliases.Find(alias => alias.ModelId == model.Id && alias.Alias == name)?.VersionId;
            var champion = Alias(ModelAlias.Champion);
            var rollout = rollouts.Find(row => row.ModelId == model.Id);
            var previous = before.GetValueOrDefault(model.Id) is { } id && id != champion ? id : (int?)null;
            int?[] others = [Alias(ModelAlias.Challenger), rollout?.VersionId, rollout?.ChampionId, previous];
            return new ServingPlan(model.Id, model.Name, champion, previous, [.. others.OfType<int>().Distinct().Where(version => version != champion)], rollout is null ? null : RolloutState.Parse(rollout.StateJson).Value);
        })];
    }
}
