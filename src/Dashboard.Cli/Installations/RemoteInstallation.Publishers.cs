using System.Net.Http.Json;
using Dashboard.Core;
using Dashboard.Storage.Registry.Signing;

namespace Dashboard.Cli.Installations;

/// <content>Publishers whose signatures count.</content>
internal sealed partial class RemoteInstallation
{
    public Task<Result<PublisherView[]>> PublishersAsync(CancellationToken ct) => SendAsync<PublisherView[]>(HttpMethod.Get, "publishers", null, ct);

    /// <param name="publicKey">In PEM.</param>
    public Task<Result<PublisherView>> TrustAsync(string name, string publicKey, CancellationToken ct) => SendAsync<PublisherView>(HttpMethod.Post, "publishers", JsonContent.Create(new { name, publicKey }), ct);

    public Task<Result<PublisherView>> RevokeAsync(int id, string reason, CancellationToken ct) => SendAsync<PublisherView>(HttpMethod.Delete, $"publishers/{id}?reason={Uri.EscapeDataString(reason)}", null, ct);
}
