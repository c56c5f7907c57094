using System.Net.Http.Json;
using Dashboard.Core;
using Dashboard.Storage.Serving.Nodes;

namespace Dashboard.Cli.Installations;

/// <summary>A serving node as a host shows it.</summary>
/// <param name="State">current, behind, silent or absent.</param>
internal sealed record NodeShown(string Name, string Environment, string State, DateTimeOffset? SeenAt, string? Address, IReadOnlyList<string> Problems, double RequestsPerSecond, long Failed);

/// <content>Serving nodes.</content>
internal sealed partial class RemoteInstallation
{
    public Task<Result<NodeShown[]>> NodesAsync(CancellationToken ct) => SendAsync<NodeShown[]>(HttpMethod.Get, "nodes", null, ct);

    public Task<Result<NodeAdded>> AddNodeAsync(string name, string environment, CancellationToken ct) => SendAsync<NodeAdded>(HttpMethod.Post, "nodes", JsonContent.Create(new { name, environment }), ct);

    public Task<Result<NodeView>> RemoveNodeAsync(string name, CancellationToken ct) => SendAsync<NodeView>(HttpMethod.Delete, $"nodes/{Uri.EscapeDataString(name)}", null, ct);
}
