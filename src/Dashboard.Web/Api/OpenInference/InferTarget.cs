using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Serving;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.OpenInference;

internal enum Operation { Unknown, Server, Live, Ready, Metadata, ModelReady, Infer }

/// <summary>What a path under /v2 means at this moment.</summary>
/// <param name="Route">The model it names, where there is one.</param>
/// <param name="Model">The version that answers.</param>
/// <param name="Error">Why there is none.</param>
/// <param name="IsNamed">Whether the path names the version; otherwise it is the champion, unless a rollout decides.</param>
internal readonly record struct InferTarget(Operation Operation, ModelRoute? Route = null, ServedModel? Model = null, Error? Error = null, bool IsNamed = false)
{
    /// <summary>Reads a path: <c>/v2[/health/live|/health/ready|/models/{m}[/versions/{v}][/ready|/infer]]</c>.</summary>
    public static InferTarget Of(ReadOnlySpan<char> path, RoutingTable table)
    {
        var rest = path["/v2".Length..].TrimEnd('/');
        if (rest.IsEmpty)
            return new(Operation.Server);
        if (rest is "/health/live")
            return new(Operation.Live);
        if (rest is "/health/ready")
            return new(Operation.Ready);
        if (!rest.StartsWith("/models/"))
            return default;
        rest = rest["/models/".Length..];
        var name = Take(ref rest);
        ReadOnlySpan<char> version = default;
        if (rest.StartsWith("/versions/"))
        {
            rest = rest["/versions/".Length..];
            version = Take(ref rest);
        }

        var operation = rest switch
        {
            "" => Operation.Metadata,
            "/ready" => Operation.ModelReady,
            "/infer" => Operation.Infer,
            _ => Operation.Unknown,
        };
        return operation == Operation.Unknown || name.IsEmpty ? default : Find(operation, table, name, version);
    }

    private static InferTarget Find(Operation operation, RoutingTable table, ReadOnlySpan<char> name, ReadOnlySpan<char> version)
    {
        if (!table.Models.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var route))
            return new(operation, Error: UnknownModel.In(table, name));
        if (version.IsEmpty)
            return route.Champion is { } champion ? new(operation, route, champion) : new(operation, route, Error: new NoChampion(route.Name, route.Problem));
        return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && route.Versions.TryGetValue(number, out var served)
            ? new(operation, route, served, IsNamed: true)
            : new(operation, route, Error: UnknownVersion.In(route, version));
    }

    private static ReadOnlySpan<char> Take(scoped ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('/');
        var taken = end < 0 ? rest : rest[..end];
        rest = rest[taken.Length..];
        return taken;
    }
}
