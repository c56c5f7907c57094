using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dashboard.Browser.Tests.Product;

/// <summary>What lies between a browser and the host and can be pulled: connections that are under way fall silent without being closed, as they do when a switch fails.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> ends = [];
    private readonly CancellationTokenSource ending = new();
    private readonly int port;
    private readonly Task accepting;
    private volatile int generation;
    private volatile bool refuses;

    public Cable(Uri host)
    {
        port = host.Port;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Everything under way falls silent; new connections are closed at once until <see cref="Mend"/>.</summary>
    public void Cut() => (refuses, generation) = (true, generation + 1);

    /// <summary>New connections go through again; what was under way stays silent.</summary>
    public void Mend() => refuses = false;

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        await accepting;
        foreach (var end in ends)
            end.Dispose();
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync(ending.Token);
                ends.Add(near);
                if (refuses)
                {
                    near.Close();
                    continue;
                }

                var far = new TcpClient();
                ends.Add(far);
                await far.ConnectAsync(IPAddress.Loopback, port, ending.Token);
                var born = generation;
                _ = CarryAsync(near, far, born);
                _ = CarryAsync(far, near, born);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(TcpClient from, TcpClient to, int born)
    {
        var buffer = new byte[16_384];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, ending.Token) is > 0 and var length)
                if (born == generation)
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length), ending.Token);
            if (born == generation)
                to.Close();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // One end has closed.
        }
    }
}
