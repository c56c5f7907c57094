using System.Globalization;
using System.Security.Claims;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Web.Hosting;

namespace Dashboard.Web.People;

/// <summary>Finds out who asks, and looks up in <see cref="AccessTable"/> whether they may.</summary>
public sealed class AccessControl(AccessDirectory directory, NodeRoster nodes, Settings settings)
{
    /// <summary>The cookie's scheme.</summary>
    public const string Scheme = "Dashboard";
    internal const string KindClaim = "kind", IdClaim = "id", StampClaim = "stamp";

    private static readonly Dictionary<string, Role> NoModels = [];
    private static readonly Actor AtTheMachine = Actor.Operator("operator");

    /// <summary>Sign-in is turned off.</summary>
    public bool IsOpen { get; } = settings.Authentication.Mode == AuthenticationMode.Open;

    /// <summary>Who sends a request: by token, or by the cookie of somebody who signed in.</summary>
    /// <returns>Null: nobody that is known.</returns>
    public Actor? Of(HttpContext context)
    {
        if (IsOpen)
            return AtTheMachine;
        if (Bearer(context.Request) is { } token)
            return directory.Token(token) ?? Node(token);
        return Of(context.User);
    }

    /// <summary>Who holds a token.</summary>
    public Actor? ByToken(HttpRequest request) => IsOpen ? AtTheMachine : Bearer(request) is { } token ? directory.Token(token) : null;

    /// <summary>Who signed in, with the roles of now; null: nobody, or not any more.</summary>
    public Actor? Of(ClaimsPrincipal user)
    {
        if (IsOpen)
            return AtTheMachine;
        if (user is ActorPrincipal known)
            return known.Actor;
        if (!int.TryParse(user.FindFirstValue(IdClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return null;
        return user.FindFirstValue(KindClaim) switch
        {
            nameof(ActorKind.Person) => directory.Person(id, user.FindFirstValue(StampClaim)),
            nameof(ActorKind.Display) => directory.Display(id),
            _ => null,
        };
    }

    /// <summary>Whether a row lets somebody through.</summary>
    public static Verdict Decide(AccessRow? row, Actor? actor, string? model) =>
        row is null ? actor is null ? Verdict.SignInFirst : Verdict.Refused
        : row.Needs is not { } needs ? Verdict.Allowed
        : Access.Decide(actor, needs, row.Reach, model);

    private Actor? Node(string key) => nodes.ByKey(key) is { } node ? new Actor(ActorKind.Node, node.Name, $"node {node.Name}", null, NoModels) : null;

    /// <summary>The token of a request. Browsers cannot set headers on a web socket: there, and only there, it may be in the address.</summary>
    private static string? Bearer(HttpRequest request)
    {
        const string prefix = "Bearer ";
        if (request.Headers.Authorization is [{ } header, ..] && header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return header[prefix.Length..].Trim();
        return request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal) && request.Query["access_token"] is [{ Length: > 0 } token] ? token : null;
    }
}

/// <summary>Somebody who came with a token, for what reads the request's user.</summary>
internal sealed class ActorPrincipal(Actor actor) : ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, actor.Name)], "Token"))
{
    public Actor Actor { get; } = actor;
}
