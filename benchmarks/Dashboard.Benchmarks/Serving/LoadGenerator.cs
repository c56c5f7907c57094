using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dashboard.Benchmarks.Serving;

/// <summary>What one round of load came to.</summary>
/// <param name="Milliseconds">The latency of each answer, ascending.</param>
internal sealed record Load(int Failed, TimeSpan Elapsed, double[] Milliseconds)
{
    public double PerSecond => Milliseconds.Length / Elapsed.TotalSeconds;

    public double Quantile(double share) => Milliseconds.Length == 0 ? double.NaN : Milliseconds[(int)(share * (Milliseconds.Length - 1))];
}

/// <summary>Sees an answer.</summary>
/// <param name="sent">When its request was sent, as <see cref="Stopwatch.GetTimestamp"/> tells it.</param>
/// <param name="answer">Head and body.</param>
internal delegate void AnswerSeen(long sent, ReadOnlySpan<byte> answer);

/// <summary>Sends the same request over kept connections, one at a time on each, as fast as the answers come or at a pace. Plain sockets, so that what it costs itself is little.</summary>
internal static class LoadGenerator
{
    /// <param name="perSecond">Requests a second over all connections; 0: as fast as the answers come. What an answer holds up is made up for.</param>
    /// <param name="seen">Is told each answer, on the connection's thread.</param>
    /// <exception cref="AggregateException">Connections broke; the others went on to the end.</exception>
    public static Load Run(int port, string path, string body, int connections, TimeSpan duration, double perSecond = 0, AnswerSeen? seen = null)
    {
        var request = Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var latencies = new List<double>[connections];
        var failed = 0;
        var broken = new ConcurrentQueue<Exception>();
        var watch = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, connections).Select(i => new Thread(() =>
        {
            latencies[i] = [];
            try
            {
                Send(i);
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                broken.Enqueue(fault);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return broken.IsEmpty ? new(failed, watch.Elapsed, [.. latencies.SelectMany(list => list).Order()]) : throw new AggregateException(broken);

        void Send(int i)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Loopback, port);
            var buffer = new byte[16_384];
            for (var turn = 0; watch.Elapsed < duration; turn++)
            {
                if (perSecond > 0 && TimeSpan.FromSeconds((turn + ((double)i / connections)) * connections / perSecond) - watch.Elapsed is { Ticks: > 0 } early)
                    Thread.Sleep(early);
                var sent = Stopwatch.GetTimestamp();
                socket.Send(request);
                if (ReceiveIsSuccess(socket, buffer, out var length))
                    latencies[i].Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                else
                    Interlocked.Increment(ref failed);
                seen?.Invoke(sent, buffer.AsSpan(0, length));
            }
        }
    }

    private static bool ReceiveIsSuccess(Socket socket, byte[] buffer, out int filled)
    {
        filled = 0;
        while (true)
        {
            var received = socket.Receive(buffer.AsSpan(filled));
            if (received == 0)
                throw new IOException("The server closed the connection.");
            filled += received;
            var head = buffer.AsSpan(0, filled);
            var end = head.IndexOf("\r\n\r\n"u8);
            if (end >= 0 && filled >= end + 4 + ContentLength(head[..end]))
                return head.StartsWith("HTTP/1.1 200"u8);
        }
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        foreach (var name in (ReadOnlySpan<string>)["\r\nContent-Length: ", "\r\ncontent-length: "])
        {
            var at = head.IndexOf(Encoding.ASCII.GetBytes(name));
            if (at < 0)
                continue;
            var value = head[(at + name.Length)..];
            var end = value.IndexOf((byte)'\r');
            return int.Parse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException("The answer has no Content-Length.");
    }
}
