using System.Security.Cryptography;
using Dashboard.Core;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Serving;

namespace Dashboard.Storage.Serving.Nodes;

/// <summary>A version that a node is to have in memory.</summary>
/// <param name="VersionId">The version's key at the control room.</param>
/// <param name="Number">The version as people say it.</param>
/// <param name="Digest">Of its package, by which the node asks for it and checks what it got.</param>
public sealed record VersionOrder(int VersionId, int Number, string Digest);

/// <summary>The rollout that shares a model's requests out; see <see cref="RouteSplit"/>.</summary>
/// <param name="Challenger">The version that is rolled out; the champion is the route's.</param>
/// <param name="Weight">The challenger's share of the requests that come to this node.</param>
/// <param name="IsByNode">The version goes to node after node: <paramref name="Weight"/> is all or nothing.</param>
/// <param name="Bins">The number of bins of predictions; 0: they are not counted.</param>
/// <param name="Edges">Where the bins of a number begin; empty for classes.</param>
public sealed record SplitOrder(Guid Rollout, int Stage, int Challenger, string Salt, TrafficWeight Weight, TrafficWeight Mirrored, DateTimeOffset Since, bool IsByNode, int Bins, IReadOnlyList<float> Edges);

/// <summary>The route of one model; see <see cref="ModelRoute"/>.</summary>
/// <param name="Champion">A version's number; null: none answers.</param>
/// <param name="Previous">Kept in memory for a rollback.</param>
/// <param name="Versions">All that are to be in memory.</param>
public sealed record RouteOrder(int ModelId, string Model, int? Champion, int? Previous, string? Problem, bool IsBroken, IReadOnlyList<VersionOrder> Versions, SplitOrder? Split)
{
    /// <summary>A hash of all the rest, made by the control room and given back by the node, which never makes it: so the two agree on it whatever versions of the program they are.</summary>
    public string Mark { get; init; } = "";

    public RouteOrder Marked() => this with { Mark = OrderMark.Of(this with { Mark = "" }) };
}

/// <summary>A token by which a caller may ask a node for predictions: its hash, never itself.</summary>
/// <param name="Id">The token's key at the control room.</param>
/// <param name="Hash">SHA-256 of the token in lower-case hexadecimal.</param>
/// <param name="Everywhere">The role on the installation; null: none.</param>
public sealed record CallerOrder(int Id, string Hash, string Name, Role? Everywhere, IReadOnlyDictionary<string, Role> Models, DateTimeOffset? Until);

/// <summary>All that a node is to do. Stateless: a node that has these orders needs no others, and goes on with them when the control room is gone.</summary>
public sealed record NodeOrders(string Environment, IReadOnlyList<RouteOrder> Routes, IReadOnlyList<CallerOrder> Callers)
{
    /// <inheritdoc cref="RouteOrder.Mark"/>
    public string Mark { get; init; } = "";

    public NodeOrders Marked() => this with { Mark = OrderMark.Of(this with { Mark = "" }) };
}

/// <summary>SHA-256 of canonical JSON.</summary>
internal static class OrderMark
{
    public static string Of<T>(T order) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.SerializeToUtf8(order)));
}

/// <summary>What a node says of itself when it asks for orders.</summary>
/// <param name="Instance">Made anew at every start of the node.</param>
/// <param name="Environment">The environment that it is meant for; null: the one it was registered for.</param>
/// <param name="Address">Where callers reach it; null: it does not say.</param>
/// <param name="Program">The version of the program.</param>
/// <param name="Has">The mark of the orders that it has; null: none yet.</param>
/// <param name="Routes">The mark of each model's route that is in force there.</param>
/// <param name="Problems">What it could not do of the orders that it got, for people.</param>
/// <param name="Waiting">Records that wait to be sent.</param>
/// <param name="NotLogged">Records that found its queue full, since its start.</param>
public sealed record NodeStanding(Guid Instance, string? Environment, string? Address, string Program, DateTimeOffset StartedAt, string? Has, IReadOnlyDictionary<string, string> Routes, IReadOnlyList<string> Problems, long Waiting, long NotLogged)
{
    private const int MostProblems = 100;

    /// <summary>What is wrong with what a node says of itself; null when nothing is.</summary>
    public Error? Check() =>
        Instance == Guid.Empty ? InvalidValue.Of("instance", $"{Instance}", "an id made at the node's start")
        : Program is null or { Length: > 100 } ? InvalidValue.Of("program", Program, "the version of the program, at most 100 characters")
        : Address is { Length: > 300 } ? InvalidValue.Of("address", Address, "an address of at most 300 characters")
        : Routes is null ? InvalidValue.Of("routes", null, "a mark for each model")
        : Problems is null or { Count: > MostProblems } ? InvalidValue.Of("problems", $"{Problems?.Count}", $"at most {MostProblems} sentences")
        : null;
}
