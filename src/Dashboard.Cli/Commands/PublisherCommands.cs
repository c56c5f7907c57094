using System.CommandLine;
using Dashboard.Cli.Installations;
using Dashboard.Cli.Tables;
using Dashboard.Core;
using Dashboard.Storage;
using Dashboard.Storage.Registry.Signing;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard publisher …</c>: whose signatures on packages a running host believes.</summary>
internal static class PublisherCommands
{
    private const string Why = "Publishers are trusted by a running host";

    public static Command All() => new("publisher", "Publishers whose signatures on packages count.") { Trust(), List(), Revoke() };

    private static Command Trust()
    {
        var name = Name();
        var file = new Option<string>("--key") { Description = "PEM file with the publisher's public key, as 'dashboard key create' writes it beside the private one.", HelpName = "file", Required = true };
        var command = new Command("trust", "Trust a publisher from now on.") { name, file };
        command.Asks(Why, async (host, parsed, outcome, ct) =>
        {
            var read = KeyFile.Read("--key", parsed.GetRequiredValue(file));
            if (read.Error is { } unreadable)
                return outcome.Of(unreadable);
            // The public half alone leaves this machine, whatever the file holds.
            using var key = read.Value;
            return outcome.Of(await host.TrustAsync(parsed.GetRequiredValue(name), key.ExportSubjectPublicKeyInfoPem(), ct), (trusted, text) => text.WriteLine($"Publisher {trusted.Name} is trusted by key {trusted.Key}."));
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List publishers, those that were revoked last.");
        command.Asks(Why, async (host, _, outcome, ct) => outcome.Of(await host.PublishersAsync(ct), (publishers, text) =>
        {
            var grid = new Grid("PUBLISHER", "KEY", "SINCE", "TRUSTED BY", "REVOKED");
            foreach (var publisher in publishers)
                grid.Add(publisher.Name, publisher.Key, $"{publisher.TrustedAt:yyyy-MM-dd}", publisher.TrustedBy, publisher.RevokedAt is { } at ? $"{at:yyyy-MM-dd} by {publisher.RevokedBy}: {publisher.RevokedReason}" : "");
            grid.WriteTo(text);
        }));
        return command;
    }

    private static Command Revoke()
    {
        var name = Name();
        var reason = new Option<string>("--reason") { Description = "Why, for the audit log.", Required = true };
        var command = new Command("revoke", "Trust a publisher no more, whatever it signed before. It cannot be taken back.") { name, reason };
        command.Asks(Why, async (host, parsed, outcome, ct) =>
        {
            var publishers = await host.PublishersAsync(ct);
            if (publishers.Error is { } error)
                return outcome.Of(error);
            var wanted = parsed.GetRequiredValue(name);
            return publishers.Value.FirstOrDefault(publisher => publisher.Name == wanted && publisher.RevokedAt is null) is not { } found
                ? outcome.Of(new NotFound("trusted publisher", wanted))
                : outcome.Of(await host.RevokeAsync(found.Id, parsed.GetRequiredValue(reason), ct), (revoked, text) => text.WriteLine($"Publisher {revoked.Name} is trusted no more."));
        });
        return command;
    }

    private static Argument<string> Name() => new("name") { Description = "Name of the publisher." };
}
