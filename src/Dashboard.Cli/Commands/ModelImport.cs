using System.CommandLine;
using Dashboard.Cli.Installations;
using Dashboard.Core;
using Dashboard.Core.Training;
using Dashboard.Storage.Registry;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard models import</c>: a package (zip), or a model file that XGBoost wrote.</summary>
internal static class ModelImport
{
    private static readonly byte[] ZipStart = "PK"u8.ToArray();

    public static Command Build()
    {
        var name = ModelCommands.Name();
        var file = new Option<FileInfo>("--file") { Description = "XGBoost model (.json or .ubj), or a package (.zip) of another installation.", Required = true }.AcceptExistingOnly();
        var features = new Option<string?>("--features") { Description = "Names of the features in the model's order, separated by commas. Without it: the file's own, or f0, f1, f2.", HelpName = "a,b,c" };
        var reference = new Option<FileInfo>("--reference") { Description = "CSV sample of what the model is fed with: drift is measured against it.", HelpName = "sample.csv" }.AcceptExistingOnly();
        var target = new Option<string?>("--target") { Description = "The column of the sample that holds the outcome: with it performance is estimated before labels arrive.", HelpName = "column" };
        var promote = new Option<bool>("--promote") { Description = "Make the version the champion at once." };
        var command = new Command("import", "Import a model that was trained elsewhere as the next version.") { name, file, features, reference, target, promote };
        command.Acts(async (installation, parsed, outcome, ct) =>
        {
            var path = parsed.GetRequiredValue(file).FullName;
            var names = parsed.GetValue(features)?.Split(',', StringSplitOptions.TrimEntries);
            var imported = await ImportAsync(installation, parsed.GetRequiredValue(name), path, names, parsed.GetValue(reference)?.FullName, parsed.GetValue(target), ct);
            if (imported.Error is { } fault)
                return outcome.Of(fault);
            if (parsed.GetValue(promote) && !imported.Value.Aliases.Contains(ModelAlias.Champion))
            {
                var promoted = await installation.PromoteAsync(imported.Value.Model, imported.Value.Number, "Imported", ct);
                if (promoted.Error is { } refused)
                    return outcome.Of(refused);
                return outcome.Of<VersionView>(imported.Value with { Aliases = [.. imported.Value.Aliases, ModelAlias.Champion] }, (version, text) =>
                {
                    Show(version, text);
                    ModelCommands.Show(promoted.Value, text);
                });
            }

            return outcome.Of(imported, Show);
        });
        return command;
    }

    private static async Task<Result<VersionView>> ImportAsync(IInstallation installation, string model, string path, string[]? features, string? reference, string? target, CancellationToken ct)
    {
        if (!await IsZipAsync(path, ct))
            return await installation.ImportXGBoostAsync(model, path, features, reference, target, ct);
        if (features is not null)
            return InvalidValue.Of("--features", string.Join(',', features), "nothing: a package has its own signature");
        if (reference is not null)
            return InvalidValue.Of("--reference", reference, "nothing: a package has its own reference");
        if (target is not null)
            return InvalidValue.Of("--target", target, "nothing: a package has its own estimator");
        return await installation.ImportPackageAsync(model, path, ct);
    }

    private static async Task<bool> IsZipAsync(string path, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        var start = new byte[ZipStart.Length];
        return await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct) == start.Length && start.AsSpan().SequenceEqual(ZipStart);
    }

    private static void Show(VersionView version, TextWriter text)
    {
        var manifest = version.Manifest;
        var task = manifest.Task switch
        {
            ModelTask.BinaryClassification => "binary classification",
            ModelTask.MulticlassClassification => $"classification into {manifest.Classes.Count} classes",
            _ => "regression",
        };
        var inputs = manifest.Preprocessing.Inputs;
        text.WriteLine($"{version.Model} version {version.Number}: {task}, {inputs.Count} {(inputs.Count == 1 ? "input" : "inputs")}, XGBoost {manifest.FrameworkVersion ?? "of unknown version"}, {(manifest.ReferenceFile is null ? "no reference (drift cannot be measured)" : "with a reference for drift")}, {(manifest.EstimatorFile is null ? "performance is known only once labels arrive" : "performance is estimated before labels arrive")}");
        text.WriteLine($"package {version.Digest}");
    }
}
