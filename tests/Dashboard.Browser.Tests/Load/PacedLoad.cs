using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dashboard.Browser.Tests.Load;

/// <summary>What was sent.</summary>
/// <param name="SentAt">Unix milliseconds of each request, ascending.</param>
/// <param name="Failed">Requests that were not answered with success.</param>
internal sealed record SentLoad(double[] SentAt, int Failed)
{
    /// <summary>One after the other.</summary>
    public static SentLoad operator +(SentLoad first, SentLoad then) => new([.. first.SentAt, .. then.SentAt], first.Failed + then.Failed);
}

/// <summary>Predictions at a fixed rate, whatever the host does: a request's time is when it was sent, not when it should have been. Plain sockets on threads that sleep between requests, so that it costs little.</summary>
internal static class PacedLoad
{
    private const int Connections = 4;

    public static async Task<SentLoad> RunAsync(Uri host, string model, int perSecond, TimeSpan duration)
    {
        var body = """{"inputs":[{"name":"input","shape":[1,4],"datatype":"FP32","data":[0.1,-0.2,0.3,0.4]}]}""";
        var request = Encoding.ASCII.GetBytes($"POST /v2/models/{model}/infer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var count = (int)(perSecond * duration.TotalSeconds);
        var epoch = (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;
        var watch = Stopwatch.StartNew();
        var sent = new double[count];
        var failed = 0;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Factory.StartNew(() =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Loopback, host.Port);
            var buffer = new byte[4096];
            for (var i = connection; i < count; i += Connections)
            {
                var wait = (1000.0 * i / perSecond) - watch.Elapsed.TotalMilliseconds;
                if (wait >= 1)
                    Thread.Sleep((int)wait);
                sent[i] = epoch + watch.Elapsed.TotalMilliseconds;
                socket.Send(request);
                if (!ReceiveIsSuccess(socket, buffer))
                    Interlocked.Increment(ref failed);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return new([.. sent.Order()], failed);
    }

    /// <summary>Reads one answer; the host's are short and have a Content-Length.</summary>
    private static bool ReceiveIsSuccess(Socket socket, byte[] buffer)
    {
        var filled = 0;
        while (true)
        {
            var received = socket.Receive(buffer.AsSpan(filled));
            if (received == 0)
                throw new IOException("The host closed the connection.");
            filled += received;
            var text = Encoding.ASCII.GetString(buffer, 0, filled);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;
            var at = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase) + "Content-Length: ".Length;
            var length = int.Parse(text[at..text.IndexOf('\r', at)], System.Globalization.CultureInfo.InvariantCulture);
            if (filled >= end + 4 + length)
                return text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
    }
}
