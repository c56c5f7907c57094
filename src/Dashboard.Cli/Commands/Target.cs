using System.CommandLine;
using Dashboard.Cli.Installations;
using Dashboard.Core;
using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Governance.Audit;

namespace Dashboard.Cli.Commands;

/// <summary>The options that every command has: what to act on, and how to answer.</summary>
internal static class Target
{
    public static readonly Option<string?> Url = new("--url")
    {
        Description = $"Address of a running host. Without --url and --data: {InstallationFinder.DefaultUrl} if a host answers there, otherwise {InstallationFinder.DefaultData}. {RemoteInstallation.TokenVariable} has the token.",
        HelpName = "address",
        Recursive = true,
    };

    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Data directory that no running host uses.",
        HelpName = "folder",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Answer with one JSON document.", Recursive = true };

    /// <summary>Makes a command act on the installation that its options name.</summary>
    public static void Acts(this Command command, Func<IInstallation, ParseResult, Outcome, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, ct) =>
        {
            var outcome = OutcomeOf(parsed);
            var (installation, error) = await InstallationFinder.FindAsync(parsed.GetValue(Url), parsed.GetValue(Data), ct);
            if (installation is null)
                return outcome.Of(error!);
            await using (installation)
            using (AmbientOrigin.Enter(new(OriginKind.Cli)))
                return await action(installation, parsed, outcome, ct);
        });

    /// <summary>Makes a command act on files alone.</summary>
    public static void Works(this Command command, Func<ParseResult, Outcome, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, ct) =>
        {
            var outcome = OutcomeOf(parsed);
            try
            {
                return await action(parsed, outcome, ct);
            }
            catch (IOException exception)
            {
                return outcome.Of(new Conflict($"A file could not be read to its end: {exception.Message}"));
            }
        });

    /// <summary>Where a command says what it found, in the form that was asked for.</summary>
    private static Outcome OutcomeOf(ParseResult parsed) => new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(Json));
}
