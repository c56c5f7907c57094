using System.Collections.Concurrent;
using System.Collections.Frozen;
using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Serving.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Governance.People;

/// <summary>
/// Who may do what, in memory: a request is decided without a database, a change holds from the next decision on, and access goes on being decided when the database is gone.
/// Whoever changes people, tokens or links calls <see cref="ReloadAsync"/> before saying that it is done.
/// </summary>
public sealed class AccessDirectory : IDisposable
{
    private static readonly Actor Itself = Actor.Operator("demonstration");

    private readonly IDbContextFactory<DashboardDb> factory;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<(ActorKind Kind, int Id), DateTimeOffset> seen = new();
    private readonly SemaphoreSlim reloading = new(1);
    private readonly string ownHash;
    private volatile Snapshot current = Snapshot.Empty;

    public AccessDirectory(IDbContextFactory<DashboardDb> factory, TimeProvider time)
    {
        (this.factory, this.time) = (factory, time);
        ownHash = Secret.Hash(OwnToken);
    }

    /// <summary>By this the process speaks to itself, as the demonstration does; made anew at every start and written nowhere.</summary>
    public string OwnToken { get; } = Secret.MakeToken();

    /// <summary>Roles, tokens or links changed: whoever shows or does something looks again.</summary>
    public event Action? Changed;

    /// <summary>There is a person who administers the installation.</summary>
    public bool HasAdministrator => current.HasAdministrator;

    /// <summary>A person with the roles that they have now; null: unknown, disabled, or signed in before their password changed.</summary>
    /// <param name="stamp">The security stamp at sign-in.</param>
    public Actor? Person(int id, string? stamp) => current.People.TryGetValue(id, out var person) && person.Stamp == stamp ? Seen(person.Actor) : null;

    /// <summary>The actor of a token; null: unknown, expired or revoked, or its owner is gone.</summary>
    public Actor? Token(string secret)
    {
        if (!secret.StartsWith(Secret.TokenPrefix, StringComparison.Ordinal))
            return null;
        var hash = Secret.Hash(secret);
        if (hash == ownHash)
            return Itself;
        return current.Tokens.TryGetValue(hash, out var token) && !(token.Until <= time.GetUtcNow()) ? Seen(token.Actor) : null;
    }

    /// <summary>The display of a link's secret; null: unknown or revoked.</summary>
    public Actor? Display(string secret) => current.Displays.TryGetValue(Secret.Hash(secret), out var actor) ? Seen(actor) : null;

    /// <summary>The display of an id that was signed in before; null: revoked since.</summary>
    public Actor? Display(int id) => current.DisplaysById.TryGetValue(id, out var actor) ? Seen(actor) : null;

    /// <summary>Tokens whose holders may ask for predictions somewhere, for nodes that decide without this database.</summary>
    public IReadOnlyList<CallerOrder> Callers =>
    [
        .. current.Tokens.Where(token => token.Value.Actor.Everywhere >= Role.Contributor || token.Value.Actor.Models.Values.Any(role => role >= Role.Contributor))
            .Select(token => new CallerOrder(int.Parse(token.Value.Actor.Id, System.Globalization.CultureInfo.InvariantCulture), token.Key, token.Value.Actor.Name, token.Value.Actor.Everywhere, token.Value.Actor.Models, token.Value.Until))
            .OrderBy(caller => caller.Id),
    ];

    /// <summary>Takes over who may ask, from the control room that a node follows.</summary>
    public void Adopt(IReadOnlyList<CallerOrder> callers)
    {
        current = Snapshot.Empty with
        {
            Tokens = callers.ToFrozenDictionary(caller => caller.Hash, caller =>
                (new Actor(ActorKind.Token, caller.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), caller.Name, caller.Everywhere, caller.Models), caller.Until), StringComparer.Ordinal),
        };
        Changed?.Invoke();
    }

    /// <summary>When tokens were last seen, to be told elsewhere; it is told once.</summary>
    public IReadOnlyList<NodeCaller> TakeSeen() => [.. seen.Keys.Where(key => key.Kind == ActorKind.Token).Select(key => seen.TryRemove(key, out var at) ? new NodeCaller(key.Id, at) : null).OfType<NodeCaller>()];

    /// <summary>Notes that a token was used on a node.</summary>
    public void NoteSeen(NodeCaller caller) => seen.AddOrUpdate((ActorKind.Token, caller.Id), caller.At, (_, known) => known > caller.At ? known : caller.At);

    /// <summary>Reads everything anew.</summary>
    public async Task ReloadAsync(CancellationToken ct)
    {
        await reloading.WaitAsync(ct);
        try
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            current = await Snapshot.ReadAsync(db, ct);
        }
        finally
        {
            reloading.Release();
        }

        Changed?.Invoke();
    }

    /// <summary>Writes when people, tokens and displays were last seen, rounded down to the minute.</summary>
    public async Task WriteSeenAsync(CancellationToken ct)
    {
        if (seen.IsEmpty)
            return;
        await using var db = await factory.CreateDbContextAsync(ct);
        foreach (var key in seen.Keys)
        {
            if (!seen.TryRemove(key, out var at))
                continue;
            switch (key.Kind)
            {
                case ActorKind.Person:
                    await db.Users.Where(p => p.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.LastSeenAt, at), ct);
                    break;
                case ActorKind.Token:
                    await db.ApiTokens.Where(t => t.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, at), ct);
                    break;
                default:
                    await db.DisplayLinks.Where(d => d.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(d => d.LastUsedAt, at), ct);
                    break;
            }
        }
    }

    public void Dispose() => reloading.Dispose();

    private Actor Seen(Actor actor)
    {
        var now = time.GetUtcNow();
        seen[(actor.Kind, int.Parse(actor.Id, System.Globalization.CultureInfo.InvariantCulture))] = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerMinute));
        return actor;
    }

    private sealed record Snapshot(bool HasAdministrator, FrozenDictionary<int, (Actor Actor, string? Stamp)> People, FrozenDictionary<string, (Actor Actor, DateTimeOffset? Until)> Tokens, FrozenDictionary<string, Actor> Displays, FrozenDictionary<int, Actor> DisplaysById)
    {
        public static readonly Snapshot Empty = new(false, FrozenDictionary<int, (Actor, string?)>.Empty, FrozenDictionary<string, (Actor, DateTimeOffset?)>.Empty, FrozenDictionary<string, Actor>.Empty, FrozenDictionary<int, Actor>.Empty);

        public static async Task<Snapshot> ReadAsync(DashboardDb db, CancellationToken ct)
        {
            var people = await db.Users.AsNoTracking().Where(p => p.Enabled).Include(p => p.Grants).ThenInclude(g => g.Model).AsSplitQuery().ToListAsync(ct);
            var actors = people.ToFrozenDictionary(p => p.Id, p => (Actor: new Actor(ActorKind.Person, Text(p.Id), p.UserName!, p.Role, p.Grants.ToFrozenDictionary(g => g.Model.Name, g => g.Role, StringComparer.Ordinal)) { PersonId = p.Id }, p.SecurityStamp));
            var tokens = new Dictionary<string, (Actor, DateTimeOffset?)>(StringComparer.Ordinal);
            foreach (var token in await db.ApiTokens.AsNoTracking().Where(t => t.RevokedAt == null).ToListAsync(ct))
            {
                var owner = token.PersonId is not { } id ? new Actor(ActorKind.Token, Text(token.Id), token.Name, Role.Administrator, FrozenDictionary<string, Role>.Empty)
                    : actors.TryGetValue(id, out var person) ? person.Actor with { Kind = ActorKind.Token, Id = Text(token.Id), Name = $"{person.Actor.Name} ({token.Name})" } : null;
                if (owner is not null)
                    tokens[token.Hash] = (owner.Limited(token.Cap, Names(token.ModelsJson)), token.ExpiresAt);
            }

            var displays = await db.DisplayLinks.AsNoTracking().Where(d => d.RevokedAt == null).ToListAsync(ct);
            var screens = displays.ToDictionary(d => d.Hash, d => new Actor(ActorKind.Display, Text(d.Id), d.Name, null, Names(d.ModelsJson)!.ToFrozenDictionary(name => name, _ => Role.Viewer, StringComparer.Ordinal)), StringComparer.Ordinal);
            return new(people.Any(p => p.Role == Role.Administrator), actors, tokens.ToFrozenDictionary(StringComparer.Ordinal), screens.ToFrozenDictionary(StringComparer.Ordinal),
                displays.ToFrozenDictionary(d => d.Id, d => screens[d.Hash]));
        }

        private static string Text(int id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

        private static string[]? Names(string? json) => json is null ? null : CanonicalJson.Deserialize<string[]>(json);
    }
}
