using System.Reflection;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training;

namespace Dashboard.Storage.Registry;

/// <summary>A model file of XGBoost that was trained elsewhere.</summary>
/// <param name="Content">JSON or UBJSON, as XGBoost's save_model writes it.</param>
/// <param name="Features">Feature names in the model's order; null: the file's own, or f0, f1, f2.</param>
/// <param name="Reference">A CSV sample of what the model is fed with, best of rows that it had not seen; seekable. Drift is measured against it.</param>
/// <param name="Target">The column of the sample that holds the outcome; null: it is not known. With it performance can be estimated before labels arrive.</param>
public sealed record XGBoostFile(string ModelName, ReadOnlyMemory<byte> Content, string By, IReadOnlyList<string>? Features = null, Stream? Reference = null, bool IsDemo = false, string? Target = null);

/// <summary>Makes a version out of a plain XGBoost model file.</summary>
public sealed class XGBoostImport(ModelRegistry registry, DataDirectory directory, TimeProvider time)
{
    public const string Source = "imported XGBoost file";

    /// <summary>Reads the file, wraps it in a package and registers it. The same file with the same names again is the version that it was.</summary>
    public async Task<Result<ModelVersion>> RunAsync(XGBoostFile file, CancellationToken ct)
    {
        if (ModelNames.CheckModel(file.ModelName) is { } badName)
            return badName;
        var model = XGBoostModelReader.Read(file.Content);
        if (model.Error is { } unreadable)
            return unreadable;
        var inputs = XGBoostSignature.Of(model.Value, file.Features);
        if (inputs.Error is { } unnamed)
            return unnamed;

        var (draft, files) = (Draft(file, model.Value, inputs.Value, time.GetUtcNow()), new Dictionary<string, byte[]>(StringComparer.Ordinal));
        files[draft.ModelFile] = file.Content.ToArray();
        if (file.Reference is null && file.Target is { } column)
            return InvalidValue.Of("target", column, "a reference sample that has this column beside it");
        if (file.Reference is not null)
        {
            var sample = await ReadSampleAsync(file.Reference, file.Target, draft, model.Value, ct);
            if (sample.Error is { } unusable)
                return unusable;
            draft = sample.Value.AddTo(draft, files);
        }

        if (await KnownAsync(draft, files, ct) is { } known)
            return known;
        var package = ModelPackage.Create(draft, files);
        return package.Error is { } fault ? fault : await registry.RegisterAsync(new(file.ModelName, package.Value, Source, file.By, IsDemo: file.IsDemo), ct);
    }

    /// <summary>A version that differs in nothing but the moment of its import.</summary>
    private async Task<ModelVersion?> KnownAsync(ModelManifest draft, Dictionary<string, byte[]> files, CancellationToken ct)
    {
        var model = await registry.FindAsync(draft.Name, ct);
        return model?.Versions.Where(version => version.Source == Source).FirstOrDefault(version =>
            ModelPackage.Create(draft with { CreatedAt = CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson).CreatedAt }, files) is { IsSuccess: true } again
            && again.Value.Digest == version.Digest);
    }

    private async Task<Result<ReferenceSample>> ReadSampleAsync(Stream csv, string? target, ModelManifest draft, XGBoostModel model, CancellationToken ct)
    {
        await using var scratch = new FileStream(Path.Combine(directory.Temporary, Guid.CreateVersion7().ToString("N")), FileMode.CreateNew, FileAccess.ReadWrite,
            FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        return await ReferenceSample.ReadAsync(csv, scratch, target, draft, model.Scorer, ct);
    }

    private static ModelManifest Draft(XGBoostFile file, XGBoostModel model, IReadOnlyList<FeatureInput> inputs, DateTimeOffset now) => new(
        ManifestReader.FormatVersion, file.ModelName, model.Task, new(inputs), Classes(model), DecisionThreshold: 0.5,
        Framework: "xgboost", model.Version, FileName(file.Content), ReferenceFile: null, EvaluationFile: null,
        Metrics: new Dictionary<string, double>(), Importance: [],
        Target: null, TargetColumn: null, TimeColumn: null, RunId: null, DatasetVersion: null, Training: null,
        CodeVersion, now, Files: []);

    private static string[] Classes(XGBoostModel model) =>
        model.Task == ModelTask.Regression ? [] : [.. Enumerable.Range(0, model.Classes).Select(code => code.ToString())];

    /// <summary>JSON goes on with a quote or white space after its brace; UBJSON with a length.</summary>
    private static string FileName(ReadOnlyMemory<byte> content) =>
        content.Span.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', (byte)'"' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n', ..] ? "booster.json" : "booster.ubj";

    private static string CodeVersion { get; } = typeof(XGBoostImport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
