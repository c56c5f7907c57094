using System.Collections.Concurrent;
using System.Collections.Frozen;
using Dashboard.Core;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Counting;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Web.Hosting;

namespace Dashboard.Web.Nodes;

/// <summary>
/// Makes the node's routing table what its orders say. What is in memory is swapped in at once; what is not is fetched, checked and loaded first, and until then a model goes on answering as it does.
/// </summary>
internal sealed class NodeRoutes(ControlRoomClient room, PackageStore packages, Router router, AccessDirectory access, PredictionQueue queue, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, ServedModel> loaded = new();
    private readonly ConcurrentDictionary<int, Error> failed = new();
    private readonly ConcurrentQueue<(RouteSplit Split, string Model)> retired = new();
    private FrozenDictionary<string, string> inForce = FrozenDictionary<string, string>.Empty;

    /// <summary>Made anew at every start.</summary>
    public Guid Instance { get; } = Guid.NewGuid();

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>The orders that are followed; null: none have come yet.</summary>
    public NodeOrders? Orders { get; private set; }

    public bool HasOrders => Orders is not null;

    /// <summary>Versions that the orders name and that are not in memory.</summary>
    public IReadOnlyList<(RouteOrder Route, VersionOrder Version)> Missing => Orders is null ? [] : [.. Orders.Routes.SelectMany(route => route.Versions.Where(version => !loaded.ContainsKey(version.VersionId)).Select(version => (route, version)))];

    public NodeStanding Standing(NodeSettings node, long waiting) => new(Instance, node.Environment.Length == 0 ? null : node.Environment, node.Address.Length == 0 ? null : node.Address, Program, StartedAt, Orders?.Mark, inForce,
        [.. Missing.Select(one => failed.GetValueOrDefault(one.Version.VersionId) is { } error ? $"Version {one.Version.Number} of {one.Route.Model}: {Error.Shorten(error.Message)}" : null).OfType<string>().Take(20)], waiting, queue.NotLogged);

    /// <summary>Follows orders as far as what they name is in memory: one swap.</summary>
    public void Follow(NodeOrders orders)
    {
        Orders = orders;
        access.Adopt(orders.Callers);
        var done = new Dictionary<string, string>(StringComparer.Ordinal);
        router.Change(table =>
        {
            done.Clear();
            var routes = new Dictionary<string, ModelRoute>(StringComparer.Ordinal);
            foreach (var order in orders.Routes)
            {
                var present = table.Models.GetValueOrDefault(order.Model);
                if (order.Champion is { } live && !order.Versions.Any(version => version.Number == live && loaded.ContainsKey(version.VersionId)))
                {
                    // It goes on as it does until the version that is to answer is here; what the orders took away is taken away now.
                    if (present is not null)
                        routes[order.Model] = Restrict(present, order);
                    continue;
                }

                var route = RouteOf(order, present?.Split);
                if (route.Error is not null)
                    continue;
                // A rollback waits for no version that is only to be kept beside it.
                routes[order.Model] = route.Value;
                if (order.Versions.All(version => loaded.ContainsKey(version.VersionId)))
                    done[order.Model] = order.Mark;
            }

            foreach (var before in table.Models.Values)
                if (before.Split is { } split && !ReferenceEquals(routes.GetValueOrDefault(before.Name)?.Split?.Tally, split.Tally))
                    retired.Enqueue((split, before.Name));
            return new(routes.ToFrozenDictionary(StringComparer.Ordinal));
        });
        inForce = done.ToFrozenDictionary(StringComparer.Ordinal);
        var wanted = orders.Routes.SelectMany(route => route.Versions).Select(version => version.VersionId).ToHashSet();
        foreach (var id in loaded.Keys.Where(id => !wanted.Contains(id)))
            loaded.TryRemove(id, out _);
    }

    /// <summary>Fetches, checks and loads what is missing. What fails does not stand in the way of the rest.</summary>
    /// <returns>What failed.</returns>
    public async Task<IReadOnlyList<(string Model, int Version, Error Error)>> LoadMissingAsync(CancellationToken ct)
    {
        List<(string, int, Error)> faults = [];
        foreach (var (route, version) in Missing)
        {
            var model = await LoadAsync(route, version, ct);
            if (model.Error is { } error)
            {
                failed[version.VersionId] = error;
                faults.Add((route.Model, version.Number, error));
                continue;
            }

            loaded[version.VersionId] = model.Value;
            failed.TryRemove(version.VersionId, out _);
        }

        return faults;
    }

    /// <summary>What the splits of now, and those that have gone since, have counted and not told yet.</summary>
    public IReadOnlyList<NodeTally> TakeTallies()
    {
        List<NodeTally> taken = [];
        while (retired.TryDequeue(out var gone))
            Add(gone.Split, gone.Model);
        foreach (var route in router.Current.Models.Values)
            if (route.Split is { } split)
                Add(split, route.Name);
        return taken;

        void Add(RouteSplit split, string model)
        {
            if (split.Tally.Take() is { IsEmpty: false } counts)
                taken.Add(new(model, split.Rollout, split.Stage, counts));
        }
    }

    /// <summary>Packages that no order names any more are removed.</summary>
    public void RemoveOldPackages(string folder)
    {
        if (Orders is not { } orders || Missing.Count > 0)
            return;
        var wanted = orders.Routes.SelectMany(route => route.Versions).Select(version => version.Digest).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateDirectories(folder))
            if (Path.GetFileName(path) is { Length: 64 } digest && !wanted.Contains(digest))
                packages.Delete(digest);
    }

    /// <summary>For whoever opens the node in a browser.</summary>
    public string Describe(NodeSettings node) =>
        $"Serving node '{node.Name}' of the control room at {node.ControlRoom}{(Orders is { } orders ? $", environment {orders.Environment}" : ": no orders have come yet")}.\n"
        + string.Concat(router.Current.Models.Values.OrderBy(route => route.Name, StringComparer.Ordinal).Select(route => $"{route.Name}: {(route.Champion is { } live ? $"version {live.Number}" : route.Problem ?? "nothing")}{(route.Split is { } split ? $", version {split.Challenger.Number} for {split.Traffic.Weight}" : "")}\n"));

    private static string Program { get; } = typeof(NodeRoutes).Assembly.GetName().Version?.ToString(3) ?? "";

    private async Task<Result<ServedModel>> LoadAsync(RouteOrder route, VersionOrder version, CancellationToken ct)
    {
        if (!(await packages.ReadAsync(version.Digest, ct)).IsSuccess)
        {
            var fetched = await room.PackageAsync(version.Digest, ct);
            if (fetched.Error is { } error)
                return error;
            await packages.WriteAsync(fetched.Value, ct);
        }

        return await VersionLoader.LoadAsync(packages, route.ModelId, route.Model, version.VersionId, version.Number, version.Digest, ct);
    }

    /// <summary>Of what answers now only what the orders leave: a version that they name no more loses its traffic although the new one is not here yet, where another is left to answer.</summary>
    private static ModelRoute Restrict(ModelRoute present, RouteOrder order)
    {
        var named = order.Versions.Select(version => version.Number).ToHashSet();
        var split = present.Split is { } one && order.Split?.Rollout == one.Rollout && named.Contains(one.Challenger.Number) ? present.Split : null;
        return present with { Split = split, Previous = null };
    }

    private Result<ModelRoute> RouteOf(RouteOrder order, RouteSplit? present)
    {
        var versions = order.Versions.Select(version => loaded.GetValueOrDefault(version.VersionId)).OfType<ServedModel>().ToFrozenDictionary(version => version.Number);
        var champion = order.Champion is { } live ? versions.GetValueOrDefault(live) : null;
        RouteSplit? split = null;
        if (order.Split is { } shared && champion is not null && versions.TryGetValue(shared.Challenger, out var challenger))
        {
            var traffic = TrafficSplit.Of(shared.Salt, shared.Weight);
            if (traffic.Error is { } error)
                return error;
            var bins = shared.Bins == 0 ? null : shared.Edges.Count > 0 ? PredictionBins.OfEdges(shared.Edges) : PredictionBins.OfClasses(champion, challenger);
            var tally = present is not null && present.Rollout == shared.Rollout && present.Stage == shared.Stage ? present.Tally : new SplitTally(StageEvidence.None, bins?.Count ?? 0).ForTaking();
            split = new(shared.Rollout, shared.Stage, champion, challenger, traffic.Value, shared.Mirrored, shared.Since, bins, tally) { IsByNode = shared.IsByNode, Share = shared.Weight };
        }

        return new ModelRoute(order.Model, champion, versions) { Previous = order.Previous is { } before ? versions.GetValueOrDefault(before) : null, Problem = order.Problem, IsBroken = order.IsBroken, Split = split };
    }
}
