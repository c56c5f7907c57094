using System.Collections.Frozen;
using Dashboard.Core;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Governance.People;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Serving.Nodes;

/// <param name="Id">The node's key in the database.</param>
public sealed record NodeView(int Id, string Name, string Environment, string AddedBy, DateTimeOffset AddedAt);

/// <param name="Key">Shown now and never again: by it the node proves who it is.</param>
public sealed record NodeAdded(NodeView Node, string Key);

/// <summary>
/// The nodes that serve beside the control room: added by an administrator, known by a key, in memory for whoever decides what a node has. A node that is down stays on it until it is removed.
/// </summary>
public sealed class NodeRoster(IDbContextFactory<DashboardDb> factory, EnvironmentNames environments, Notifications notifications, TimeProvider time) : IDisposable
{
    /// <summary>The control room as a node of production.</summary>
    public const string Self = "control-room";

    public const int MostNodes = 200;
    private const int LongestName = 60;

    private readonly SemaphoreSlim changing = new(1);
    private volatile Snapshot current = Snapshot.Of([]);

    public IReadOnlyList<NodeView> All => current.Nodes;

    /// <summary>The names of an environment's nodes in the order of their turns, the control room among them where it serves the environment.</summary>
    public IReadOnlyList<string> Of(string environment) => current.ByEnvironment.GetValueOrDefault(environment) ?? (environment == RolloutTarget.Production ? [Self] : []);

    public NodeView? Find(string name) => current.Nodes.FirstOrDefault(node => node.Name == name);

    /// <summary>The node of a key; null: unknown, or removed.</summary>
    public NodeView? ByKey(string key) => key.StartsWith(Secret.NodePrefix, StringComparison.Ordinal) ? current.ByHash.GetValueOrDefault(Secret.Hash(key)) : null;

    /// <summary>Reads everything anew.</summary>
    public async Task ReloadAsync(CancellationToken ct)
    {
        await changing.WaitAsync(ct);
        try
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            current = Snapshot.Of(await db.ServingNodes.AsNoTracking().OrderBy(node => node.Name).ToListAsync(ct));
        }
        finally
        {
            changing.Release();
        }

        notifications.Publish(new(Topics.Nodes));
    }

    /// <summary>Adds a node, which gets a key.</summary>
    public async Task<Result<NodeAdded>> AddAsync(string name, string environment, string actor, CancellationToken ct)
    {
        var key = Secret.NodePrefix + Secret.Make();
        var added = await AddAsync(name, environment, Secret.Hash(key), actor, ct);
        return added.Error is { } error ? error : new NodeAdded(added.Value, key);
    }

    /// <summary>Adds a node that came by itself, where nobody signs in.</summary>
    public Task<Result<NodeView>> AddOpenAsync(string name, string environment, string actor, CancellationToken ct) => AddAsync(name, environment, null, actor, ct);

    /// <summary>Removes a node: its key is worth nothing any more, and no rollout waits for it.</summary>
    public async Task<Result<NodeView>> RemoveAsync(string name, string actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.ServingNodes.SingleOrDefaultAsync(node => node.Name == name, ct) is not { } row)
            return new NotFound("node", name);
        db.ServingNodes.Remove(row);
        db.Activity.Add(new ActivityEntry { At = time.GetUtcNow(), Actor = actor, Action = "node.removed", Subject = row.Name, Summary = $"Removed the node '{row.Name}' of {row.Environment}.", BeforeJson = ActivityEntry.Json(new { row.Name, row.Environment }) });
        await db.SaveChangesAsync(ct);
        await ReloadAsync(ct);
        return View(row);
    }

    public void Dispose() => changing.Dispose();

    private async Task<Result<NodeView>> AddAsync(string name, string environment, string? hash, string actor, CancellationToken ct)
    {
        if (name.Length is 0 or > LongestName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_') || name == Self)
            return InvalidValue.Of("name", name, $"1 to {LongestName} letters, digits, hyphens, dots and underscores, and not '{Self}'");
        if (!environments.Has(environment))
            return InvalidValue.Of("environment", environment, environments.Words);
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.ServingNodes.AnyAsync(node => node.Name == name, ct))
            return new Conflict($"There is a node '{name}' already; expected another name.") { Field = "name", Value = name, Expected = "a name that no node has" };
        if (await db.ServingNodes.CountAsync(ct) >= MostNodes)
            return new Conflict($"There are {MostNodes} nodes, and no more are kept; remove one first.");
        var row = new ServingNode { Name = name, Environment = environment, Hash = hash, AddedBy = actor, AddedAt = time.GetUtcNow() };
        db.ServingNodes.Add(row);
        db.Activity.Add(new ActivityEntry { At = row.AddedAt, Actor = actor, Action = "node.added", Subject = name, Summary = $"Added the node '{name}' to {environment}.", AfterJson = ActivityEntry.Json(new { name, environment }) });
        await db.SaveChangesAsync(ct);
        await ReloadAsync(ct);
        return View(row);
    }

    private static NodeView View(ServingNode row) => new(row.Id, row.Name, row.Environment, row.AddedBy, row.AddedAt);

    private sealed record Snapshot(IReadOnlyList<NodeView> Nodes, FrozenDictionary<string, NodeView> ByHash, FrozenDictionary<string, IReadOnlyList<string>> ByEnvironment)
    {
        public static Snapshot Of(IReadOnlyList<ServingNode> rows)
        {
            var nodes = rows.Select(View).ToList();
            var byEnvironment = nodes.GroupBy(node => node.Environment, StringComparer.Ordinal).ToFrozenDictionary(group => group.Key,
                group => NodeTurns.InOrder(group.Select(node => node.Name).Concat(group.Key == RolloutTarget.Production ? [Self] : [])), StringComparer.Ordinal);
            return new(nodes, rows.Zip(nodes).Where(pair => pair.First.Hash is not null).ToFrozenDictionary(pair => pair.First.Hash!, pair => pair.Second, StringComparer.Ordinal), byEnvironment);
        }
    }
}
