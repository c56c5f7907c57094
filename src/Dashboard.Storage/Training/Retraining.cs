using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Tables;
using Dashboard.Storage.Data;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Registry;

namespace Dashboard.Storage.Training;

/// <summary>A stretch of the model's clock: From ≤ event time &lt; To.</summary>
public sealed record EventWindow(DateTimeOffset From, DateTimeOffset To);

/// <summary>What to train a model on again. Exactly one of <paramref name="DatasetVersion"/> and <paramref name="Window"/>; what is null is as the champion had it.</summary>
/// <param name="Window">The logged predictions of this window whose ground truth has arrived become a dataset version of their own.</param>
/// <param name="Rows">With a dataset version: only rows in this range.</param>
public sealed record RetrainRequest(string? DatasetVersion = null, EventWindow? Window = null, RowRange? Rows = null, string? Target = null,
    IReadOnlyList<string>? Features = null, SplitSpec? Split = null, BoosterParameters? Parameters = null, string? Reason = null);

/// <summary>Trains a model again, by default as its champion was trained.</summary>
public sealed class Retraining(ModelRegistry registry, DatasetStore datasets, LabelledExport export, TrainingRequests requests, DataDirectory directory)
{
    /// <summary>How the champion was trained, or else the newest version that was trained here; for an imported model, its signature with default parameters.</summary>
    public async Task<Result<TrainingSpec>> DefaultsAsync(string model, CancellationToken ct)
    {
        var found = await registry.FindAsync(model, ct);
        return found is null ? new NotFound("model", model) : Candidates(found).Select(candidate => candidate.Spec).FirstOrDefault() is { } spec ? spec
            : new Conflict($"Model '{model}' has no version yet; train it from a dataset first.");
    }

    /// <summary>Queues the training.</summary>
    public async Task<Result<Job>> StartAsync(string model, RetrainRequest request, string by, CancellationToken ct)
    {
        if ((request.DatasetVersion is null) == (request.Window is null))
            return InvalidValue.Of("datasetVersion", request.DatasetVersion, "either datasetVersion or window { from, to }, and not both");
        if (await registry.FindAsync(model, ct) is not { } found)
            return new NotFound("model", model);
        var candidates = Candidates(found).ToList();
        if (candidates.Count == 0)
            return new Conflict($"Model '{model}' has no version yet; train it from a dataset first.");

        var spec = request.Window is { } window
            ? await OfWindowAsync(found, candidates[0], request, window, by, ct)
            : await OfDatasetAsync(candidates, request, ct);
        return spec.Error is { } error ? error : await requests.SubmitAsync(new(spec.Value, by, request.Reason ?? "retrained by hand", found.IsDemo, $"Retrain {model}"), ct);
    }

    /// <summary>The first way in which a version was trained that fits the dataset's columns; where none does, what is wrong with the champion's.</summary>
    private async Task<Result<TrainingSpec>> OfDatasetAsync(List<Candidate> candidates, RetrainRequest request, CancellationToken ct)
    {
        Error? first = null;
        foreach (var candidate in candidates)
        {
            var spec = Overridden(candidate.Spec with { DatasetVersion = request.DatasetVersion!, Rows = request.Rows }, request);
            if (await requests.CheckAsync(spec, ct) is not { } fault)
                return spec;
            first ??= fault;
        }

        return first!;
    }

    private async Task<Result<TrainingSpec>> OfWindowAsync(RegisteredModel model, Candidate champion, RetrainRequest request, EventWindow window, string by, CancellationToken ct)
    {
        if (window.From >= window.To)
            return InvalidValue.Of("window.to", $"{window.To:O}", $"a time after window.from ({window.From:O})");
        await using var csv = new FileStream(Path.Combine(directory.Temporary, $"{Guid.NewGuid():N}.csv"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var rows = await export.WriteAsync(model.Name, window.From, window.To, csv, ct);
        if (rows.Rows < TrainingTableReader.MinimumRows)
            return InvalidValue.Of("window", $"{window.From:yyyy-MM-ddTHH:mm} to {window.To:yyyy-MM-ddTHH:mm}", $"a window with at least {TrainingTableReader.MinimumRows} labelled predictions; this one has {rows.Rows:N0}");
        csv.Position = 0;
        var registered = await datasets.RegisterAsync(new DatasetRegistration($"{model.Name} log", $"labelled predictions of {model.Name}, {window.From:yyyy-MM-dd HH:mm} to {window.To:yyyy-MM-dd HH:mm}", by, model.IsDemo,
            Types(champion.Manifest, rows)), csv, ct);
        if (registered.Error is { } unusable)
            return unusable;

        var features = champion.Spec.Features.Where(rows.Inputs.Contains).ToArray();
        return Overridden(champion.Spec with
        {
            DatasetVersion = registered.Value.Version.ContentHash,
            Target = rows.LabelColumn,
            Task = champion.Manifest.Task,
            Features = features.Length > 0 ? features : [.. rows.Inputs],
            Split = champion.Spec.Split with { Kind = SplitKind.Time, TimeColumn = rows.TimeColumn },
            Rows = null,
        }, request);
    }

    /// <summary>The types of the export's columns as the champion reads them: nothing is left to guessing.</summary>
    private static Dictionary<string, ColumnType> Types(ModelManifest champion, LabelledRows rows)
    {
        var types = new Dictionary<string, ColumnType>(StringComparer.Ordinal) { [rows.TimeColumn] = ColumnType.Timestamp };
        foreach (var input in champion.Preprocessing.Inputs.Where(input => rows.Inputs.Contains(input.Name)))
            types[input.Name] = input.Type switch
            {
                InputType.Number => ColumnType.Number,
                InputType.Boolean => ColumnType.Boolean,
                InputType.Timestamp => ColumnType.Timestamp,
                _ => ColumnType.Category,
            };
        types[rows.LabelColumn] = champion.Task == ModelTask.Regression || champion.Classes.All(name => double.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out _)) ? ColumnType.Number
            : champion.Classes is ["false", "true"] ? ColumnType.Boolean
            : ColumnType.Category;
        return types;
    }

    private static TrainingSpec Overridden(TrainingSpec spec, RetrainRequest request) => spec with
    {
        Target = request.Target ?? spec.Target,
        Features = request.Features ?? spec.Features,
        Split = request.Split ?? spec.Split,
        Parameters = request.Parameters ?? spec.Parameters,
        Task = request.Target is null ? spec.Task : null,
    };

    /// <summary>The champion first, then the newest; versions that were not trained here come with a specification made from their signature.</summary>
    private static IEnumerable<Candidate> Candidates(RegisteredModel model)
    {
        var champion = model.Aliases.Find(alias => alias.Alias == ModelAlias.Champion)?.VersionId;
        return model.Versions.OrderByDescending(version => version.Id == champion).ThenByDescending(version => version.Number)
            .Select(version => CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson))
            .Select(manifest => new Candidate(manifest, (manifest.Training ?? FromSignature(manifest, model.Name)) with { ModelName = model.Name }));
    }

    private static TrainingSpec FromSignature(ModelManifest manifest, string model) => new(model, model, manifest.DatasetVersion ?? "", manifest.Target ?? "label",
        [.. manifest.Preprocessing.Inputs.Select(input => input.Name)], new(SplitKind.Random), new(), manifest.Task, DecisionThreshold: manifest.DecisionThreshold);

    private sealed record Candidate(ModelManifest Manifest, TrainingSpec Spec);
}
