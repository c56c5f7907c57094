using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts.Delivery;
using Dashboard.Storage.Monitoring.Alerts;

namespace Dashboard.Web.Hosting.Alerts;

/// <summary>How an attempt to send went.</summary>
/// <param name="Answer">For people: the receiver's words, or what went wrong. Never the secret.</param>
/// <param name="IsFinal">Trying again would not help.</param>
/// <param name="RetryAfter">What the receiver asked for.</param>
public sealed record SendResult(bool Delivered, string Answer, bool IsFinal = false, TimeSpan? RetryAfter = null);

/// <summary>
/// Posts JSON to a webhook. It follows no redirect, uses no proxy, and looks at the address that it really connects to: a name may point elsewhere by now.
/// Nothing of it is logged, since the address of a Slack webhook is a secret.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    private const int MostRead = 2048;
    private const int MostShown = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LocalWebhooks local;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker client;

    public WebhookSender(LocalWebhooks local, TrustedAuthorities authorities, TimeProvider time)
    {
        (this.local, this.time) = (local, time);
        client = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectTimeout = Patience,
            ConnectCallback = ConnectAsync,
            SslOptions = { RemoteCertificateValidationCallback = authorities.Accepts },
        }, disposeHandler: true);
    }

    /// <summary>One attempt.</summary>
    /// <param name="secret">Signs the body; null: it goes unsigned.</param>
    /// <param name="id">The same on each attempt, so that a receiver takes what it has had before as done.</param>
    public async Task<SendResult> SendAsync(string address, string? secret, string id, string body, CancellationToken ct)
    {
        var url = WebhookAddress.Check(address, local());
        if (url.Error is { } refused)
            return new(false, $"The address is refused; expected {refused.Expected}.", IsFinal: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, url.Value) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.UserAgent.Add(new("control-room", "1"));
        if (secret is not null)
        {
            var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
            request.Headers.Add(WebhookSignature.IdHeader, id);
            request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture));
            request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secret, id, timestamp, body));
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await client.SendAsync(request, patience.Token);
            return Read(response, await TextAsync(response, patience.Token), Stopwatch.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(false, $"No answer within {Patience.TotalSeconds:0} s.");
        }
        catch (HttpRequestException fault) when (fault.InnerException is LocalAddressException local)
        {
            return new(false, local.Message, IsFinal: true);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new(false, fault.InnerException is { } inner ? $"{fault.Message} {inner.Message}" : fault.Message);
        }
    }

    public void Dispose() => client.Dispose();

    private SendResult Read(HttpResponseMessage response, string text, TimeSpan took)
    {
        var status = (int)response.StatusCode;
        var answer = $"HTTP {status} after {took.TotalMilliseconds:0} ms{(text.Length > 0 ? $": {text}" : "")}";
        if (response.IsSuccessStatusCode)
            return new(true, answer);
        if (status is >= 300 and < 400)
            return new(false, $"HTTP {status}: the receiver redirects elsewhere, which is not followed. Give the channel the address that answers.", IsFinal: true);
        var after = response.Headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - time.GetUtcNow() : null;
        return new(false, answer, !RetryPolicy.IsWorthRetrying(status), after);
    }

    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[MostRead];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        var text = string.Join(' ', Encoding.UTF8.GetString(buffer.AsSpan(0, read)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= MostShown ? text : string.Concat(text.AsSpan(0, MostShown), "…");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, ct);
        var allowed = local() ? addresses : [.. addresses.Where(address => !WebhookAddress.IsLocal(address))];
        if (allowed.Length == 0)
            throw new LocalAddressException($"'{host}' leads to {string.Join(", ", addresses.Select(address => address.ToString()))}; expected {WebhookAddress.LocalWanted}.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class LocalAddressException(string message) : Exception(message);
}
