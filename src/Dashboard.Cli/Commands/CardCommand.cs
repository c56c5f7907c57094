using System.CommandLine;
using Dashboard.Core;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard models card</c></summary>
internal static class CardCommand
{
    public static Command Build()
    {
        var name = ModelCommands.Name();
        var version = new Option<string>("--version") { Description = "Number, alias or 'latest'.", Required = true };
        var format = new Option<string>("--format") { Description = "markdown, or html: one file that needs nothing else.", DefaultValueFactory = _ => "markdown" };
        format.AcceptOnlyFromAmong("markdown", "html");
        var output = new Option<FileInfo?>("--out") { Description = "File to write; it must not exist. Without it: standard output.", HelpName = "file" };
        var command = new Command("card", "Write a version's model card.") { name, version, format, output };
        command.Acts(async (installation, parsed, outcome, ct) =>
        {
            var path = parsed.GetValue(output)?.FullName;
            if (path is not null && File.Exists(path))
                return outcome.Of(InvalidValue.Of("--out", path, "a file that does not exist yet"));
            if (path is not null && !Directory.Exists(Path.GetDirectoryName(path)))
                return outcome.Of(InvalidValue.Of("--out", path, "a file in an existing folder"));
            var kind = parsed.GetRequiredValue(format);
            var card = await installation.CardAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(version), kind == "html", ct);
            if (card.Error is { } fault)
                return outcome.Of(fault);
            if (path is null)
                return outcome.Of<WrittenCard>(new WrittenCard(kind, null, card.Value), (written, text) => text.Write(written.Text));
            await File.WriteAllTextAsync(path, card.Value, ct);
            return outcome.Of<WrittenCard>(new WrittenCard(kind, path, null), (written, text) => text.WriteLine($"{written.File}: model card in {written.Format}"));
        });
        return command;
    }

    /// <param name="File">Where it went; null: it is in <paramref name="Text"/>.</param>
    private sealed record WrittenCard(string Format, string? File, string? Text);
}
