using Dashboard.Core;

namespace Dashboard.Cli.Installations;

/// <summary>Finds what a command acts on: the address or the folder that is given; otherwise a host on this machine, otherwise ./data.</summary>
internal static class InstallationFinder
{
    public const string DefaultUrl = "http://localhost:5080";
    public const string DefaultData = "./data";

    /// <summary>A host that is named may be busy; one that is only looked for may not be there. A directory that it holds is refused anyway.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Glance = TimeSpan.FromSeconds(3);

    public static async Task<(IInstallation? Installation, Error? Error)> FindAsync(string? url, string? data, CancellationToken ct)
    {
        if (url is not null && data is not null)
            return (null, InvalidValue.Of("--data", data, "either --url or --data, not both"));
        if (data is not null)
            return await LocalAsync(data, ct);
        if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out var given) || given.Scheme is not ("http" or "https")))
            return (null, InvalidValue.Of("--url", url, "an address such as http://localhost:5080"));

        var host = new RemoteInstallation(new Uri(url ?? DefaultUrl));
        var patience = url is null ? Glance : Patience;
        if (await host.AnswersAsync(patience, ct))
            return (host, null);
        await host.DisposeAsync();
        return url is not null ? (null, new HostUnreachable(url, $"expected 'live' from /health/live within {Patience.TotalSeconds} s.")) : await LocalAsync(DefaultData, ct);
    }

    private static async Task<(IInstallation? Installation, Error? Error)> LocalAsync(string path, CancellationToken ct) =>
        (await LocalInstallation.OpenAsync(path, ct)).Match<(IInstallation?, Error?)>(local => (local, null), error => (null, error));
}
