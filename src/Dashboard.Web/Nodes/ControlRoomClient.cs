using System.Net;
using System.Net.Http.Headers;
using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Storage;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Web.Api.V1;
using Dashboard.Web.Hosting;

namespace Dashboard.Web.Nodes;

/// <summary>The control room could not be asked, or refused.</summary>
/// <param name="Status">Of its answer; null: there was none.</param>
internal sealed record ControlRoomFault(HttpStatusCode? Status, string Reason) : Error(ErrorKind.Unavailable, Reason)
{
    /// <summary>The same again would be refused again.</summary>
    public bool IsFinal => Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge;
}

/// <summary>What a node asks of its control room.</summary>
internal sealed class ControlRoomClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Longer than the control room holds a request back.</summary>
    private static readonly TimeSpan FollowPatience = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan PackagePatience = TimeSpan.FromMinutes(10);

    private readonly HttpClient http;
    private readonly string path;
    private readonly DataDirectory directory;
    private readonly NodeContact contact;

    public ControlRoomClient(NodeSettings node, DataDirectory directory, NodeContact contact)
    {
        (this.directory, this.contact) = (directory, contact);
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { BaseAddress = node.ControlRoom, Timeout = Timeout.InfiniteTimeSpan };
        if (node.Key.Length > 0)
            http.DefaultRequestHeaders.Authorization = new("Bearer", node.Key);
        path = $"api/v1/nodes/{Uri.EscapeDataString(node.Name)}";
    }

    /// <summary>Says how the node stands and waits for other orders.</summary>
    /// <returns>Null: there are none.</returns>
    public Task<Result<NodeOrders?>> FollowAsync(NodeStanding standing, CancellationToken ct) => AskAsync<NodeOrders?>(FollowPatience, async inner =>
    {
        using var answer = await http.PostAsync($"{path}/follow", Json(standing), inner);
        if (answer.StatusCode == HttpStatusCode.NoContent)
            return (NodeOrders?)null;
        return await FaultAsync(answer, inner) is { } fault ? fault : CanonicalJson.Deserialize<NodeOrders>(await answer.Content.ReadAsByteArrayAsync(inner));
    }, ct);

    public Task<Result<bool>> ReportAsync(NodeReport report, CancellationToken ct) => AskAsync<bool>(Patience, async inner =>
    {
        using var answer = await http.PostAsync($"{path}/report", Json(report), inner);
        return await FaultAsync(answer, inner) is { } fault ? fault : true;
    }, ct);

    /// <summary>A package, verified.</summary>
    public Task<Result<ModelPackage>> PackageAsync(string digest, CancellationToken ct) => AskAsync<ModelPackage>(PackagePatience, async inner =>
    {
        using var answer = await http.GetAsync($"{path}/packages/{digest}", HttpCompletionOption.ResponseHeadersRead, inner);
        if (await FaultAsync(answer, inner) is { } fault)
            return fault;
        await using var zip = Upload.NewFile(directory);
        await answer.Content.CopyToAsync(zip, inner);
        zip.Position = 0;
        var read = await PackageArchive.ReadAsync(zip, inner);
        return read.IsSuccess && read.Value.Digest != digest ? new ControlRoomFault(answer.StatusCode, $"The control room sent package {read.Value.Digest[..12]} instead of {digest[..12]}.") : read;
    }, ct);

    public void Dispose() => http.Dispose();

    private static ByteArrayContent Json<T>(T value) => new(CanonicalJson.SerializeToUtf8(value)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private async Task<Result<T>> AskAsync<T>(TimeSpan patience, Func<CancellationToken, Task<Result<T>>> ask, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(patience);
        try
        {
            var answer = await ask(limited.Token);
            // A refusal is an answer, and one that tells no orders.
            if (answer.IsSuccess)
                contact.Heard();
            return answer;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or System.Text.Json.JsonException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new ControlRoomFault(null, $"The control room does not answer: {(fault is OperationCanceledException ? $"nothing came within {patience.TotalSeconds:0} seconds" : fault.Message)}");
        }
    }

    private static async Task<ControlRoomFault?> FaultAsync(HttpResponseMessage answer, CancellationToken ct) => answer.IsSuccessStatusCode ? null
        : new ControlRoomFault(answer.StatusCode, $"The control room answered {(int)answer.StatusCode}: {Error.Shorten(await answer.Content.ReadAsStringAsync(ct))}");
}
