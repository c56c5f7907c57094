using System.CommandLine;
using Dashboard.Cli.Tables;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Columns;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard profile …</c>: works on files alone, no installation is needed.</summary>
internal static class ProfileCommands
{
    public static Command All()
    {
        var file = new Argument<string>("file") { Description = "CSV or NDJSON, plain or gzip, or a profile; - for standard input." };
        var output = Output("File to write the profile to; replaced if it is there.");
        var command = new Command("profile", "Make a table's profile (counts, moments, quantiles, values of each column) in one pass and constant memory, and show it.") { file, output, Merge(), Show() };
        command.Works((parsed, outcome, ct) => RunAsync(outcome, [parsed.GetRequiredValue(file)], parsed.GetValue(output), ct));
        return command;
    }

    private static Command Merge()
    {
        var files = new Argument<string[]>("files") { Description = "Profiles, or tables of which profiles are made.", Arity = ArgumentArity.OneOrMore };
        var output = Output("File to write the merged profile to; replaced if it is there, so that it may be one of the files.");
        output.Required = true;
        var command = new Command("merge", "Merge profiles: of days into a month, of nodes into one.") { files, output };
        command.Works((parsed, outcome, ct) => RunAsync(outcome, parsed.GetRequiredValue(files), parsed.GetValue(output), ct));
        return command;
    }

    private static Command Show()
    {
        var file = new Argument<string>("file") { Description = "A profile; - for standard input." };
        var command = new Command("show", "Show a profile.") { file };
        command.Works((parsed, outcome, ct) => RunAsync(outcome, [parsed.GetRequiredValue(file)], null, ct));
        return command;
    }

    private static Option<string?> Output(string description) => new("--out") { Description = description, HelpName = "file" };

    private static async Task<int> RunAsync(Outcome outcome, string[] files, string? output, CancellationToken ct)
    {
        TableProfile? all = null;
        string? firstRejected = null;
        foreach (var path in files)
        {
            var opened = await InputFile.OpenAsync(path, "file", ct);
            if (opened.Error is { } unreadable)
                return outcome.Of(unreadable);
            using var table = opened.Value;
            var made = await InputFile.ProfileAsync(table, path, ct);
            if (made.Error is { } fault)
                return outcome.Of(fault);
            firstRejected ??= made.Value.Read?.FirstRejected is { } reason ? (files.Length > 1 ? $"{path}, {reason}" : reason) : null;
            if (all is null)
                all = made.Value.Profile;
            else
                all.Add(made.Value.Profile);
        }

        if (output is not null && await WriteAsync(all!, output, ct) is { } unwritten)
            return outcome.Of(unwritten);
        return outcome.Of<ProfileDocument>(ProfileDocument.Of(all!, firstRejected), (_, text) =>
        {
            ProfileText.Write(all!, firstRejected, text);
            if (output is not null)
                text.WriteLine($"{Environment.NewLine}Profile written to {output}.");
        });
    }

    /// <summary>Beside the file first, so that a profile that others read is never half written.</summary>
    private static async Task<Error?> WriteAsync(TableProfile profile, string path, CancellationToken ct)
    {
        var part = path + ".part";
        try
        {
            await File.WriteAllBytesAsync(part, profile.Serialize(), ct);
            File.Move(part, path, overwrite: true);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(part))
                File.Delete(part);
            return InvalidValue.Of("--out", path, $"a file that can be written ({exception.Message.TrimEnd('.')})");
        }
    }
}
