using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Serving;
using Dashboard.Storage.Serving.Nodes;

namespace Dashboard.Web.Hosting.Nodes;

/// <summary>How a node stands with its orders.</summary>
public enum NodeState
{
    /// <summary>It does what it is to do.</summary>
    Current,

    /// <summary>It speaks, and its newest orders are not in force there yet.</summary>
    Behind,

    /// <summary>It has not spoken for a while: it answers by its last orders, or not at all.</summary>
    Silent,

    /// <summary>It was added and has not come since this process started.</summary>
    Absent,
}

/// <summary>A node as it stands now.</summary>
/// <param name="Standing">What it said last; null: nothing since this process started.</param>
public sealed record NodeReading(NodeView Node, NodeState State, NodeStanding? Standing, DateTimeOffset? SeenAt);

/// <summary>
/// What every node is to do, and what it says of itself. Orders follow from the routing tables in memory and are kept nowhere: a rollback reaches the nodes when the database is gone, too.
/// A node waits with an open request for its next orders, so that they reach it as soon as they change.
/// </summary>
public sealed class NodeDirectory : IDisposable
{
    /// <summary>A node that has not spoken for so long is silent; it speaks every three seconds.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private const int MostShown = 5;

    private readonly NodeRoster roster;
    private readonly ServingEnvironments environments;
    private readonly AccessDirectory access;
    private readonly Notifications notifications;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, NodeStanding> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> seen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NodeBacklog> backlogs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ServiceCounters> traffic = new(StringComparer.Ordinal);
    private readonly IDisposable subscription;
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NodeDirectory(NodeRoster roster, ServingEnvironments environments, AccessDirectory access, Notifications notifications, TimeProvider time)
    {
        (this.roster, this.environments, this.access, this.notifications, this.time) = (roster, environments, access, notifications, time);
        access.Changed += Pulse;
        subscription = notifications.Subscribe(notification =>
        {
            if (notification.Topic == Topics.Nodes)
                Pulse();
        });
    }

    /// <summary>What a node is to do now.</summary>
    public NodeOrders OrdersOf(NodeView node) => new NodeOrders(node.Environment, Routes(node), access.Callers).Marked();

    /// <summary>Notes how a node stands and gives it its orders: at once where it has others, otherwise as soon as they change.</summary>
    /// <param name="patience">How long to wait for a change.</param>
    /// <returns>Null: nothing changed; it asks again.</returns>
    public async Task<Result<NodeOrders?>> FollowAsync(NodeView node, NodeStanding standing, TimeSpan patience, CancellationToken ct)
    {
        if (environments.Find(node.Environment) is not { } environment)
            return new Conflict($"The control room has no environment '{node.Environment}' any more, for which node '{node.Name}' was added; add it to Dashboard:Environments, or remove the node.");
        Note(node.Name, standing);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var over = Task.Delay(patience, time, given.Token);
        try
        {
            while (true)
            {
                // Taken before the look, so that no change falls between.
                Task routes = environment.Router.Changed, others = changed.Task;
                var orders = OrdersOf(node);
                if (orders.Mark != standing.Has)
                    return orders;
                if (await Task.WhenAny(routes, others, over) == over)
                    return (NodeOrders?)null;
            }
        }
        finally
        {
            await given.CancelAsync();
        }
    }

    /// <summary>A node has spoken.</summary>
    /// <param name="backlog">Null: it did not say.</param>
    public void Saw(string node, NodeBacklog? backlog)
    {
        seen[node] = time.GetUtcNow();
        if (backlog is not null)
            backlogs[node] = backlog;
    }

    /// <summary>What a node's service did, for pages.</summary>
    public ServiceCounters TrafficOf(string node) => traffic.GetOrAdd(node, static _ => new());

    /// <summary>Every node as it stands now, by name.</summary>
    public IReadOnlyList<NodeReading> Read() => [.. roster.All.Select(Read)];

    /// <summary>Which nodes of an environment do not yet do what they are to do for a model, as a sentence; null: all do.</summary>
    /// <param name="silentToo">Nodes that do not speak are waited for as well; otherwise they are left out, since nobody knows when they come back.</param>
    public string? Missing(string environment, string model, bool silentToo)
    {
        List<string> late = [];
        foreach (var node in roster.All.Where(node => node.Environment == environment))
        {
            var reading = Read(node);
            if (reading.State is NodeState.Silent or NodeState.Absent)
            {
                if (silentToo)
                    late.Add($"node {node.Name} {(reading.State == NodeState.Silent ? "is silent" : "was not heard of since this host started")}");
            }
            else if (Routes(node).FirstOrDefault(route => route.Model == model) is { } route && reading.Standing!.Routes.GetValueOrDefault(model) != route.Mark)
                late.Add($"node {node.Name} does not have it yet{(reading.Standing.Problems is [var problem, ..] ? $" ({problem})" : "")}");
        }

        return late.Count == 0 ? null : $"It waits for nodes: {string.Join(", ", late)}.";
    }

    public void Dispose()
    {
        access.Changed -= Pulse;
        subscription.Dispose();
    }

    private NodeReading Read(NodeView node)
    {
        if (!known.TryGetValue(node.Name, out var standing) || !seen.TryGetValue(node.Name, out var seenAt))
            return new(node, NodeState.Absent, null, null);
        var state = time.GetUtcNow() - seenAt > Silence ? NodeState.Silent : Routes(node).All(route => standing.Routes.GetValueOrDefault(route.Model) == route.Mark) ? NodeState.Current : NodeState.Behind;
        return new(node, state, backlogs.TryGetValue(node.Name, out var backlog) ? standing with { Waiting = backlog.Waiting, NotLogged = backlog.NotLogged } : standing, seenAt);
    }

    private void Note(string node, NodeStanding standing)
    {
        var isNews = !known.TryGetValue(node, out var before) || before.Has != standing.Has || before.Instance != standing.Instance || before.Problems.Count != Math.Min(standing.Problems.Count, MostShown) || before.Routes.Count != standing.Routes.Count || before.Routes.Except(standing.Routes).Any();
        // What a node says is shown to people: it must not fill their page.
        known[node] = standing with { Problems = [.. standing.Problems.Take(MostShown).Select(Error.Shorten)] };
        Saw(node, new(standing.Waiting, standing.NotLogged));
        if (isNews)
            notifications.Publish(new(Topics.NodeStanding, null, node));
    }

    private IReadOnlyList<RouteOrder> Routes(NodeView node) => environments.Find(node.Environment) is not { } environment ? []
        : [.. environment.Router.Current.Models.Values.OrderBy(route => route.Name, StringComparer.Ordinal).Select(route => RouteOf(route, node)).OfType<RouteOrder>()];

    private RouteOrder? RouteOf(ModelRoute route, NodeView node)
    {
        ServedModel?[] kept = [.. route.Versions.Values, route.Champion, route.Previous, route.Split?.Challenger];
        var versions = kept.OfType<ServedModel>().DistinctBy(version => version.VersionId).OrderBy(version => version.Number).ToList();
        // Without any version there is no key to name the model by, and nothing to do.
        if (versions.Count == 0)
            return null;
        SplitOrder? split = null;
        if (route.Split is { } one)
        {
            var weight = !one.IsByNode ? one.Traffic.Weight : NodeTurns.HasNew(one.Share, roster.Of(node.Environment), node.Name) ? TrafficWeight.All : TrafficWeight.None;
            split = new(one.Rollout, one.Stage, one.Challenger.Number, TrafficSplit.SaltOf(one.Rollout), weight, one.Mirrored, one.Since, one.IsByNode, one.Bins?.Count ?? 0, one.Bins?.Edges ?? []);
        }

        return new RouteOrder(versions[0].ModelId, route.Name, route.Champion?.Number, route.Previous?.Number, route.Problem, route.IsBroken, [.. versions.Select(version => new VersionOrder(version.VersionId, version.Number, version.Digest))], split).Marked();
    }

    private void Pulse()
    {
        var told = changed;
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }
}
