using System.CommandLine;
using Dashboard.Core;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Registry;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard models …</c></summary>
internal static class ModelCommands
{
    public static Command All() => new("models", "Registered models and their versions.") { List(), ModelImport.Build(), Export(), CardCommand.Build(), Promote(), RollBack() };

    private static Command List()
    {
        var command = new Command("list", "List the models with champion and challenger.");
        command.Acts(async (installation, _, outcome, ct) => outcome.Of(await installation.ListAsync(ct), (models, text) =>
        {
            if (models.Length == 0)
                text.WriteLine($"No models in {installation.Place}.");
            var width = models.Select(m => m.Name.Length).Append(5).Max();
            if (models.Length > 0)
                text.WriteLine($"{"MODEL".PadRight(width)}  VERSIONS  CHAMPION  CHALLENGER");
            foreach (var model in models)
                text.WriteLine($"{model.Name.PadRight(width)}  {model.Versions,8}  {Number(model.Champion),8}  {Number(model.Challenger),10}");
        }));
        return command;
    }

    private static Command Export()
    {
        var (name, version) = (Name(), new Option<string>("--version") { Description = "Number, alias or 'latest'.", Required = true });
        var output = new Option<FileInfo>("--out") { Description = "Zip file to write; it must not exist.", Required = true };
        var command = new Command("export", "Write a version's package to a zip file.") { name, version, output };
        command.Acts(async (installation, parsed, outcome, ct) =>
        {
            var path = parsed.GetRequiredValue(output).FullName;
            if (File.Exists(path))
                return outcome.Of(InvalidValue.Of("--out", path, "a file that does not exist yet"));
            if (!Directory.Exists(Path.GetDirectoryName(path)))
                return outcome.Of(InvalidValue.Of("--out", path, "a file in an existing folder"));
            Result<string> exported;
            await using (var zip = new FileStream(path + ".part", FileMode.Create, FileAccess.Write))
                exported = await installation.ExportAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(version), zip, ct);
            if (exported.IsSuccess)
                File.Move(path + ".part", path);
            else
                File.Delete(path + ".part");
            return outcome.Of(exported.Match<Result<Exported>>(digest => new Exported(path, digest), error => error), (e, text) => text.WriteLine($"{e.File}: package {e.Digest}"));
        });
        return command;
    }

    private static Command Promote()
    {
        var (name, reason) = (Name(), Reason());
        var version = new Option<int>("--version") { Description = "Number of the version.", Required = true };
        var command = new Command("promote", "Make a version the champion: it answers from then on.") { name, version, reason };
        command.Acts(async (installation, parsed, outcome, ct) =>
            outcome.Of(await installation.PromoteAsync(parsed.GetRequiredValue(name), parsed.GetValue(version), parsed.GetValue(reason) ?? "", ct), Show));
        return command;
    }

    private static Command RollBack()
    {
        var (name, reason) = (Name(), Reason());
        var command = new Command("rollback", "Return to the champion before the present one.") { name, reason };
        command.Acts(async (installation, parsed, outcome, ct) =>
            outcome.Of(await installation.RollBackAsync(parsed.GetRequiredValue(name), parsed.GetValue(reason) ?? "", ct), Show));
        return command;
    }

    internal static Option<string> Name() => new("--name") { Description = "Name of the model.", Required = true };

    internal static void Show(ChampionChanged changed, TextWriter text) => text.WriteLine(changed.From is { } from
        ? $"{changed.Model}: version {changed.To} is champion in place of version {from}."
        : $"{changed.Model}: version {changed.To} is champion.");

    private static Option<string?> Reason() => new("--reason") { Description = "Why, for the activity list." };

    private static string Number(int? version) => version?.ToString() ?? "–";

    private sealed record Exported(string File, string Digest);
}
