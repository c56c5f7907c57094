using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments;

/// <summary>A model in an environment.</summary>
/// <param name="Version">The version that is live; null: none.</param>
/// <param name="Previous">What a rollback returns to; null: nothing.</param>
/// <param name="Since">When it became live; null where none is.</param>
/// <param name="Rollout">The rollout that is under way; null: none.</param>
public sealed record PlacedModel(string Model, string Environment, int? Version, int? Previous, DateTimeOffset? Since, string? By, RolloutView? Rollout)
{
    /// <summary>The rollout's version while it has a share of the traffic, and how much.</summary>
    public (int Version, TrafficWeight Weight)? Challenger => Rollout is { State: { Live: var live, Challenger: var challenger } state } && live != challenger && state.Weight != TrafficWeight.None ? (challenger, state.Weight) : null;
}

/// <summary>What is live where, side by side.</summary>
public sealed class EnvironmentQuery(IDbContextFactory<DashboardDb> factory, EnvironmentNames environments)
{
    /// <summary>Every model in every environment, by model and in the order of the environments.</summary>
    public async Task<IReadOnlyList<PlacedModel>> ReadAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var models = await db.Models.AsNoTracking().OrderBy(model => model.Name).Select(model => new { model.Id, model.Name }).ToListAsync(ct);
        var numbers = await db.ModelVersions.AsNoTracking().Select(version => new { version.Id, version.Number }).ToDictionaryAsync(version => version.Id, version => version.Number, ct);
        var rollouts = await RolloutStore.ActiveAsync(db, ct);
        List<PlacedModel> placed = [];
        foreach (var environment in environments.All)
        {
            var changes = (await TargetHistory.ChangesAsync(db, environment, null, ct)).ToLookup(change => change.ModelId);
            foreach (var model in models)
            {
                var live = TargetHistory.Standing(changes[model.Id]).Where(numbers.ContainsKey).ToList();
                var last = changes[model.Id].LastOrDefault();
                placed.Add(new(model.Name, environment, live.Count > 0 ? numbers[live[^1]] : null, live.Count > 1 ? numbers[live[^2]] : null, live.Count > 0 ? last?.At : null, live.Count > 0 ? last?.By : null,
                    rollouts.Find(rollout => rollout.Model == model.Name && rollout.Environment == environment)));
            }
        }

        return [.. placed.OrderBy(one => one.Model, StringComparer.Ordinal).ThenBy(one => environments.All.Index().First(name => name.Item == one.Environment).Index)];
    }
}
