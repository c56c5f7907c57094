using System.CommandLine;
using Dashboard.Cli.Installations;
using Dashboard.Core;

namespace Dashboard.Cli.Commands;

/// <summary>Commands that take a running host.</summary>
internal static class HostOnly
{
    /// <param name="why">Why a data directory does not do, as the beginning of a sentence.</param>
    public static void Asks(this Command command, string why, Func<RemoteInstallation, ParseResult, Outcome, CancellationToken, Task<int>> action) => command.Acts(async (installation, parsed, outcome, ct) =>
        installation is RemoteInstallation host ? await action(host, parsed, outcome, ct) : outcome.Of(new Conflict($"{why}; '{installation.Place}' is a data directory. Start it and give its address with --url.") { Field = "--url" }));
}
