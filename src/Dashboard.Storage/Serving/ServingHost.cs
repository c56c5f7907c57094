using System.Collections.Concurrent;
using System.Collections.Frozen;
using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Serving;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Serving.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Serving;

/// <summary>Reads a version's package into memory: verified, checked and warm, or the reason why not.</summary>
public delegate Task<Result<ServedModel>> LoadVersion(int modelId, int versionId, CancellationToken ct);

/// <summary>
/// Keeps the router of one environment equal to what the registry decided. Of each model it keeps the champion, the challenger and the champion before in memory, and nothing else.
/// A change of champion goes through <see cref="SwitchAsync"/>: load and check first, commit second, one swap of a reference last, so that no request ever waits or fails.
/// </summary>
public sealed class ServingHost(IDbContextFactory<DashboardDb> factory, LoadVersion load, VersionCatalog catalog, Router router, NodeRoster roster, string environment = RolloutTarget.Production) : IDisposable
{
    private readonly ConcurrentDictionary<int, ServedModel> loaded = new();
    private readonly ConcurrentDictionary<int, Error> failed = new();
    private readonly SemaphoreSlim loading = new(1);

    /// <summary>By model: the version that answers by a rollback that is not stored yet. It stands above what the registry says.</summary>
    private readonly ConcurrentDictionary<string, int> returned = new(StringComparer.Ordinal);

    /// <summary>Held while a decision is committed and while routes are set, so that no older picture of the registry is put over a newer one.</summary>
    private readonly SemaphoreSlim deciding = new(1);

    /// <summary>The version in memory, loaded now if it was not; it takes no traffic by that.</summary>
    public async Task<Result<ServedModel>> PrepareAsync(int modelId, int versionId, CancellationToken ct)
    {
        if (loaded.TryGetValue(versionId, out var ready))
            return ready;
        await loading.WaitAsync(ct);
        try
        {
            if (loaded.TryGetValue(versionId, out ready))
                return ready;
            var result = await load(modelId, versionId, ct);
            if (result.IsSuccess)
            {
                loaded[versionId] = result.Value;
                failed.TryRemove(versionId, out _);
            }
            else
            {
                failed[versionId] = result.Error!;
            }

            return result;
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Makes a version the champion: prepares it, lets <paramref name="commit"/> record the decision, then swaps. Fails without a trace when either of the first two does.</summary>
    public async Task<Result<T>> SwitchAsync<T>(int modelId, int versionId, Func<CancellationToken, Task<Result<T>>> commit, CancellationToken ct)
    {
        var prepared = await PrepareAsync(modelId, versionId, ct);
        if (!prepared.IsSuccess)
            return prepared.Error!;
        await deciding.WaitAsync(ct);
        try
        {
            var decision = await commit(ct);
            if (decision.IsSuccess)
                Swap(prepared.Value);
            return decision;
        }
        finally
        {
            deciding.Release();
        }
    }

    /// <summary>
    /// Takes what is new out of traffic at once, by one swap in memory that needs no database: a rollout's version loses its share, or else the champion before answers again.
    /// It holds until <see cref="Settle"/> says that the decision is stored, or was refused.
    /// </summary>
    /// <returns>What answers now, and what does not any more; null where there is nothing to return to.</returns>
    public (ServedModel Now, ServedModel Gone)? ReturnAtOnce(string model)
    {
        (ServedModel, ServedModel)? done = null;
        router.Change(table =>
        {
            done = null;
            if (table.Models.GetValueOrDefault(model) is not { Champion: { } champion } route)
                return table;
            var (now, gone) = route.Split is { } split ? (champion, split.Challenger) : (route.Previous, champion);
            if (now is null)
                return table;
            done = (now, gone);
            returned[model] = now.Number;
            return table.With(route with { Champion = now, Split = null, Previous = null });
        });
        return done;
    }

    /// <summary>Whether a model is served here, by the champion that is expected.</summary>
    /// <param name="champion">A version's number; null: whichever.</param>
    public bool Answers(string model, int? champion) => router.Current.Models.GetValueOrDefault(model)?.Champion is { } live && (champion is null || live.Number == champion);

    /// <summary>Makes a version answer that a rollback returned to before the process started; it is loaded by the next <see cref="SynchroniseAsync"/>.</summary>
    public void Hold(string model, int version) => returned[model] = version;

    /// <summary>From now on the registry decides again what of a model answers.</summary>
    public void Settle(string model) => returned.TryRemove(model, out _);

    /// <summary>Loads what the registry wants, sets every route, unloads the rest. A version that cannot be loaded does not stand in the way of the others.</summary>
    /// <returns>What could not be loaded, by model.</returns>
    public async Task<IReadOnlyList<(string Model, Error Error)>> SynchroniseAsync(CancellationToken ct)
    {
        while (true)
        {
            foreach (var plan in await ReadPlansAsync(ct))
                foreach (var versionId in plan.VersionIds)
                    await PrepareAsync(plan.ModelId, versionId, ct);
            await deciding.WaitAsync(ct);
            try
            {
                var plans = await ReadPlansAsync(ct);
                if (!plans.All(plan => plan.VersionIds.All(id => loaded.ContainsKey(id) || failed.ContainsKey(id))))
                    continue;
                var faults = plans.SelectMany(plan => plan.VersionIds.Where(failed.ContainsKey).Select(id => (plan.Name, failed[id]))).ToList();
                Apply(plans);
                return faults;
            }
            finally
            {
                deciding.Release();
            }
        }
    }

    public void Dispose()
    {
        loading.Dispose();
        deciding.Dispose();
    }

    private async Task<IReadOnlyList<ServingPlan>> ReadPlansAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await ServingPlan.ReadAsync(db, environment, ct);
    }

    private void Swap(ServedModel champion)
    {
        loaded[champion.VersionId] = champion;
        router.Change(table =>
        {
            var others = table.Models.GetValueOrDefault(champion.Name)?.Versions.Values ?? [];
            var versions = others.Where(version => version.Number != champion.Number).Append(champion).ToFrozenDictionary(version => version.Number);
            var before = table.Models.GetValueOrDefault(champion.Name)?.Champion;
            return table.With(new ModelRoute(champion.Name, champion, versions) { Previous = before?.Number == champion.Number ? null : before });
        });
    }

    /// <summary>The split of a rollout, from its loading to its promotion; of the stage that is under way the tally goes on.</summary>
    private RouteSplit? Split(RolloutState rollout, ServedModel champion, ServedModel challenger)
    {
        if (rollout.Phase == RolloutPhase.Aborting)
            return null;
        var present = router.Current.Models.GetValueOrDefault(champion.Name)?.Split;
        var bins = present?.Rollout == rollout.Id ? present.Bins : catalog.BinsOf(champion, challenger);
        TrafficWeight? share = rollout.Plan.Strategy != RolloutStrategy.Rolling ? null
            : NodeTurns.HasNew(rollout.Weight, roster.Of(environment), NodeRoster.Self) ? TrafficWeight.All : TrafficWeight.None;
        return RouteSplit.Of(rollout, champion, challenger, bins, present, share).Value;
    }

    private void Apply(IReadOnlyList<ServingPlan> plans)
    {
        var routes = plans.ToFrozenDictionary(plan => plan.Name, plan =>
        {
            var versions = plan.VersionIds.Select(id => loaded.GetValueOrDefault(id)).OfType<ServedModel>().ToFrozenDictionary(version => version.Number);
            var champion = plan.ChampionId is { } id ? loaded.GetValueOrDefault(id) : null;
            var problem = champion is not null ? null
                : plan.ChampionId is { } wanted ? failed.GetValueOrDefault(wanted)?.Message
                : "no version of it has been promoted";
            var previous = plan.PreviousId is { } before ? loaded.GetValueOrDefault(before) : null;
            var route = new ModelRoute(plan.Name, champion, versions) { Problem = problem, IsBroken = champion is null && plan.ChampionId is not null, Previous = previous };
            if (returned.TryGetValue(plan.Name, out var held) && versions.TryGetValue(held, out var answering))
                return route with { Champion = answering, Problem = null, IsBroken = false, Previous = null };
            return champion is not null && plan.Rollout is { } rollout && rollout.Live == rollout.Champion && rollout.Champion == champion.Number && versions.TryGetValue(rollout.Challenger, out var challenger)
                ? route with { Split = Split(rollout, champion, challenger) }
                : route;
        }, StringComparer.Ordinal);
        router.Change(_ => new(routes));

        var wanted = plans.SelectMany(plan => plan.VersionIds).ToHashSet();
        foreach (var id in loaded.Keys.Where(id => !wanted.Contains(id)))
            loaded.TryRemove(id, out _);
        failed.Clear();
    }
}
