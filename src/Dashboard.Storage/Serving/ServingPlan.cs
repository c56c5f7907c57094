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

    /// <summary>The plans of every registered model for an environment, in one look at the database.</summary>
    public static async Task<IReadOnlyList<ServingPlan>> ReadAsync(DashboardDb db, string environment, CancellationToken ct)
    {
        var models = await db.Models.AsNoTracking().Select(model => new { model.Id, model.Name }).ToListAsync(ct);
        var isProduction = environment == RolloutTarget.Production;
        // What is a challenger is kept warm where people ask for it by number; elsewhere versions come with their rollout.
        var aliases = await db.ModelAliases.AsNoTracking()
            .Where(alias => isProduction && (alias.Alias == ModelAlias.Champion || alias.Alias == ModelAlias.Challenger))
            .ToListAsync(ct);
        var changes = await TargetHistory.ChangesAsync(db, environment, null, ct);
        var existing = (await db.ModelVersions.AsNoTracking().Select(version => version.Id).ToListAsync(ct)).ToHashSet();
        var rollouts = await db.Rollouts.AsNoTracking().Where(RolloutStore.IsActive).Where(rollout => rollout.Environment == environment).ToListAsync(ct);
        var standing = changes.GroupBy(change => change.ModelId).ToDictionary(group => group.Key, TargetHistory.Standing);
        return [.. models.Select(model =>
        {
            int? Alias(string name) => aliases.Find(alias => alias.ModelId == model.Id && alias.Alias == name)?.VersionId;
            int? Standing(int back) => standing.GetValueOrDefault(model.Id) is { } live && live.Count >= back && existing.Contains(live[^back]) ? live[^back] : null;
            var champion = isProduction ? Alias(ModelAlias.Champion) : Standing(1);
            var rollout = rollouts.Find(row => row.ModelId == model.Id);
            var previous = Standing(2) is { } id && id != champion ? id : (int?)null;
            int?[] others = [Alias(ModelAlias.Challenger), rollout?.VersionId, rollout?.ChampionId, previous];
            return new ServingPlan(model.Id, model.Name, champion, previous, [.. others.OfType<int>().Distinct().Where(version => version != champion)], rollout is null ? null : RolloutState.Parse(rollout.StateJson).Value);
        })];
    }
}
