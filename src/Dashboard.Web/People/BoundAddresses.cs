using System.Net;

namespace Dashboard.Web.People;

/// <summary>Where the host will listen, before it does.</summary>
internal static class BoundAddresses
{
    /// <summary>Every address that the configuration names: urls, ports, and Kestrel's endpoints.</summary>
    public static IReadOnlyList<string> Of(IConfiguration configuration)
    {
        // As the framework reads them: Kestrel's own endpoints come before all, urls before bare ports.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0)
            return endpoints;
        if (configuration["urls"] is { Length: > 0 } urls)
            return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. Ports("http"), .. Ports("https")];

        IEnumerable<string> Ports(string scheme) => (configuration[scheme + "_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(port => $"{scheme}://*:{port}");
    }

    /// <summary>Only this machine reaches it.</summary>
    public static bool IsLoopback(string address)
    {
        var binding = BindingAddress.Parse(address);
        var host = binding.IsUnixPipe ? "localhost" : binding.Host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }
}
