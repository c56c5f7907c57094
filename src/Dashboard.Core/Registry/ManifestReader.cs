using System.Text.Json;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;

namespace Dashboard.Core.Registry;

/// <summary>Reads model.json from outside: every part that the rest of the product relies on is checked here, once.</summary>
public static class ManifestReader
{
    /// <summary>The format this product writes and reads.</summary>
    public const int FormatVersion = 1;

    /// <summary>A manifest lists names, categories and figures; more than this is not one.</summary>
    public const int MaxBytes = 16 << 20;

    public static Result<ModelManifest> Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes)
            return new ArchiveRefused(ErrorKind.TooLarge, $"{ModelManifest.FileName} has {json.Length} bytes; at most {MaxBytes} are read.");
        try
        {
            var version = CanonicalJson.Deserialize<FormatOnly>(json).FormatVersion;
            if (version != FormatVersion)
                return ManifestInvalid.Of("formatVersion", version?.ToString(), $"{FormatVersion}: this product reads no other");
            var manifest = CanonicalJson.Deserialize<ModelManifest>(json);
            return Check(manifest) is { } fault ? fault : manifest;
        }
        catch (JsonException exception)
        {
            return new ManifestInvalid($"not a manifest in JSON ({exception.Message})");
        }
    }

    private static ManifestInvalid? Check(ModelManifest manifest) =>
        ModelNames.CheckModel(manifest.Name) is { } name ? ManifestInvalid.Of("name", manifest.Name, name.Expected!)
        : manifest.Framework != "xgboost" ? ManifestInvalid.Of("framework", manifest.Framework, "xgboost")
        : !Enum.IsDefined(manifest.Task) ? ManifestInvalid.Of("task", manifest.Task.ToString(), "binaryClassification, multiclassClassification or regression")
        : manifest.Metrics is null ? ManifestInvalid.Of("metrics", null, "an object of numbers")
        : manifest.Importance is null ? ManifestInvalid.Of("importance", null, "an array")
        : manifest.CodeVersion is null ? ManifestInvalid.Of("codeVersion", null, "a text")
        : manifest.DecisionThreshold is not (>= 0 and <= 1) ? ManifestInvalid.Of("decisionThreshold", manifest.DecisionThreshold.ToString(), "a number from 0 to 1")
        : CheckClasses(manifest) ?? CheckInputs(manifest.Preprocessing) ?? CheckFiles(manifest);

    private static ManifestInvalid? CheckClasses(ModelManifest manifest)
    {
        if (manifest.Classes is not { } classes || classes.Any(c => c is null))
            return ManifestInvalid.Of("classes", null, "an array of texts");
        if (classes.Distinct().Count() != classes.Count)
            return ManifestInvalid.Of("classes", string.Join(", ", classes), "each class once");
        var (fits, wanted) = manifest.Task switch
        {
            ModelTask.BinaryClassification => (classes.Count == 2, "two classes, the second the positive one"),
            ModelTask.MulticlassClassification => (classes.Count >= 2, "two classes or more"),
            _ => (classes.Count == 0, "no classes for regression"),
        };
        return fits ? null : ManifestInvalid.Of("classes", $"{classes.Count} classes", wanted);
    }

    private static ManifestInvalid? CheckInputs(Preprocessing? preprocessing)
    {
        if (preprocessing?.Inputs is not { Count: > 0 } inputs)
            return ManifestInvalid.Of("preprocessing.inputs", null, "at least one input");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            if (string.IsNullOrEmpty(input?.Name) || !names.Add(input.Name))
                return ManifestInvalid.Of("preprocessing.inputs", input?.Name, "inputs with different names");
            if (!Enum.IsDefined(input.Type))
                return ManifestInvalid.Of($"preprocessing.inputs.{input.Name}.type", input.Type.ToString(), "number, category, boolean or timestamp");
            if (input.Categories is null || input.Categories.Any(c => c is null) || input.Categories.Distinct().Count() != input.Categories.Count)
                return ManifestInvalid.Of($"preprocessing.inputs.{input.Name}.categories", null, "an array of different texts");
        }

        return null;
    }

    private static ManifestInvalid? CheckFiles(ModelManifest manifest)
    {
        if (manifest.Files is not { Count: > 0 } files)
            return ManifestInvalid.Of("files", null, "at least the model file");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { ModelManifest.FileName };
        foreach (var file in files)
        {
            if (!ModelNames.IsPlain(file?.Name) || !names.Add(file!.Name))
                return ManifestInvalid.Of("files", file?.Name, $"different plain file names beside {ModelManifest.FileName}, without folders");
            if (file.Sha256 is not { Length: 64 } hash || !hash.All(char.IsAsciiHexDigitLower) || file.Size < 0)
                return ManifestInvalid.Of($"files.{file.Name}", file.Sha256, "a SHA-256 of 64 lower-case hexadecimal digits and a size");
        }

        foreach (var (field, name) in (ReadOnlySpan<(string, string?)>)[("referenceFile", manifest.ReferenceFile), ("evaluationFile", manifest.EvaluationFile),
            ("estimatorFile", manifest.EstimatorFile), ("referenceRowsFile", manifest.ReferenceRowsFile), ("absoluteLossFile", manifest.AbsoluteLossFile), ("squaredLossFile", manifest.SquaredLossFile)])
            if (name is not null && files.All(f => f.Name != name))
                return ManifestInvalid.Of(field, name, "one of the listed files");
        return files.Any(f => f.Name == manifest.ModelFile) ? null : ManifestInvalid.Of("modelFile", manifest.ModelFile, "one of the listed files");
    }

    private sealed record FormatOnly(int? FormatVersion);
}
