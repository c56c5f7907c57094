using System.CommandLine;
using Dashboard.Cli.Installations;
using Dashboard.Core;
using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Governance.Audit;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard audit …</c>: reads a data directory, whether a host runs on it or not, and changes nothing.</summary>
internal static class AuditCommands
{
    public static Command All() => new("audit", "The audit log of a data directory: is it as it was written, and what does it say. Reads only; a host may be running.") { Verify(), Export() };

    private static Command Verify()
    {
        var checkpoints = new Option<string?>("--checkpoints") { Description = "Folder of the checkpoints, best a copy that the host cannot write. Without it: the data directory's own.", HelpName = "folder" };
        var key = new Option<string?>("--key") { Description = "PEM file with the public key, best a copy from elsewhere. Without it: the one in the data directory.", HelpName = "file" };
        var command = new Command("verify", "Check the chain of entries and the signed checkpoints. Ends with 0 when the log is intact, 3 when it was tampered with, 1 when it could not be checked.") { checkpoints, key };
        command.Validators.Add(RefuseUrl);
        command.Works(async (parsed, outcome, ct) =>
        {
            var data = Path.GetFullPath(parsed.GetValue(Target.Data) ?? InstallationFinder.DefaultData);
            var folder = parsed.GetValue(checkpoints);
            var verified = await Task.Run(() => AuditVerification.Run(data, folder, parsed.GetValue(key), ct), ct);
            if (folder is not null && verified is { IsSuccess: true, Value: { IsIntact: true, Checkpoints: 0, Entries: > 0 } })
                verified = InvalidValue.Of("--checkpoints", folder, "a folder with the file checkpoints.ndjson");
            var code = outcome.Of(verified, Show);
            return verified is { IsSuccess: true, Value.IsIntact: false } ? ExitCode.Tampered : code;
        });
        return command;
    }

    private static Command Export()
    {
        var format = new Option<string>("--format") { Description = "ndjson (each line is what was hashed, with its hashes) or csv.", DefaultValueFactory = _ => "ndjson" };
        format.AcceptOnlyFromAmong("ndjson", "csv");
        var output = new Option<string?>("--out") { Description = "File to write; it must not exist. Without it: standard output.", HelpName = "file" };
        var (model, actor) = (new Option<string?>("--model") { Description = "Only of this model." }, new Option<string?>("--actor") { Description = "Only by this person or program." });
        var action = new Option<string?>("--action") { Description = "Only this action, or all that begin with it, as 'model.'." };
        var (from, to) = (new Option<DateTimeOffset?>("--from") { Description = "Only from this time on." }, new Option<DateTimeOffset?>("--to") { Description = "Only before this time." });
        var command = new Command("export", "Write the entries, oldest first.") { format, output, model, actor, action, from, to };
        command.Validators.Add(RefuseUrl);
        command.Works(async (parsed, outcome, ct) =>
        {
            var path = parsed.GetValue(output);
            if (path is not null && File.Exists(path))
                return outcome.Of(InvalidValue.Of("--out", path, "a file that does not exist yet"));
            if (path is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
                return outcome.Of(InvalidValue.Of("--out", path, "a file in an existing folder"));
            var opened = AuditFile.Open(Path.Combine(Path.GetFullPath(parsed.GetValue(Target.Data) ?? InstallationFinder.DefaultData), "dashboard.db"));
            if (opened.Error is { } unreadable)
                return outcome.Of(unreadable);
            using var log = opened.Value;
            var entries = log.Entries(new(parsed.GetValue(model), parsed.GetValue(actor), parsed.GetValue(action), parsed.GetValue(from), parsed.GetValue(to)));
            var wanted = Enum.Parse<AuditFormat>(parsed.GetRequiredValue(format), ignoreCase: true);
            if (path is null)
            {
                await AuditExport.WriteAsync(entries, wanted, parsed.InvocationConfiguration.Output, ct);
                return ExitCode.Done;
            }

            await using (var file = new StreamWriter(path + ".part"))
                await AuditExport.WriteAsync(entries, wanted, file, ct);
            File.Move(path + ".part", path);
            return outcome.Of<Exported>(new Exported(Path.GetFullPath(path)), (exported, text) => text.WriteLine(exported.File));
        });
        return command;
    }

    private static void RefuseUrl(System.CommandLine.Parsing.CommandResult result)
    {
        if (result.GetValue(Target.Url) is { } url)
            result.AddError(InvalidValue.Of("--url", url, "--data: the log is read where it is kept (a running host answers at /api/v1/audit/verify and /api/v1/audit/export)").Message);
    }

    private static void Show(AuditReport report, TextWriter text)
    {
        if (report.IsIntact)
        {
            text.WriteLine($"Intact: {report.Entries} entries{(report.Imported > 0 ? $", {report.Imported} of them from before the chain" : "")}.");
            text.WriteLine(report.LastCheckpoint is { } at
                ? $"{report.Checkpoints} checkpoints cover {report.Covered} of them, the last one of {AuditEntry.Instant(at)}{(report.Covered < report.Entries ? $"; the {report.Entries - report.Covered} after it are held by the chain alone" : "")}."
                : "No checkpoint covers them: a tail that was cut off would not be seen.");
            return;
        }

        text.WriteLine("Tampered with:");
        foreach (var fault in new[] { report.Fault, report.CheckpointFault })
            if (fault is not null)
                text.WriteLine($"{fault.Kind} at entry {fault.Sequence}: {fault.Message}");
    }

    private sealed record Exported(string File);
}
