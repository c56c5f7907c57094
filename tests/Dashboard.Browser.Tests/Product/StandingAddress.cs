using System.Net;
using System.Net.Sockets;

namespace Dashboard.Browser.Tests.Product;

/// <summary>
/// An address that stays a host's own while it is down. Its port is below those that the system hands out by itself: nobody else is given it meanwhile, and a browser that knocks again and again
/// cannot be given it as its own end and meet itself.
/// </summary>
internal static class StandingAddress
{
    private const int First = 20_000, Ports = 10_000;

    private static int taken = Environment.ProcessId;

    public static string Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref taken) % Ports);
            try
            {
                using var free = new TcpListener(IPAddress.Loopback, port);
                free.Start();
                return $"http://127.0.0.1:{port}";
            }
            catch (SocketException)
            {
                // Somebody else's: the next one.
            }
        }
    }
}
