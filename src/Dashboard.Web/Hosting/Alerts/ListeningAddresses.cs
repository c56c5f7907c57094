using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Dashboard.Web.Hosting.Alerts;

/// <summary>Where the host listens: for links in messages, and to know whether only this machine reaches it.</summary>
public sealed class ListeningAddresses(IServer server, Settings settings)
{
    private ICollection<string> Addresses => server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    /// <summary>Whether webhooks may go to loopback and link-local addresses: as the settings say; otherwise while nobody elsewhere can add one.</summary>
    public bool AllowsLocalWebhooks => settings.Alerts.AllowLocalWebhooks ?? (Addresses.Count > 0 && Addresses.All(IsLoopback));

    /// <summary>A page of this host, as people reach it.</summary>
    /// <param name="path">With its leading slash.</param>
    public string Link(string path)
    {
        var root = settings.Alerts.PublicUrl is { Length: > 0 } url ? url : Addresses.FirstOrDefault() ?? ControlRoom.DefaultUrl;
        return root.TrimEnd('/') + path;
    }

    private static bool IsLoopback(string address)
    {
        var host = BindingAddress.Parse(address).Host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }
}
