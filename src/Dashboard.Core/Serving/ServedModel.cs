using System.Collections.Frozen;
using System.Text.Json;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;

namespace Dashboard.Core.Serving;

/// <summary>A model version in memory, checked and warm: all that a request needs.</summary>
public sealed class ServedModel(int modelId, string name, int versionId, int number, string digest, ModelManifest manifest, Scorer scorer)
{
    public int ModelId { get; } = modelId;

    public string Name { get; } = name;

    /// <summary>The version's key in the database.</summary>
    public int VersionId { get; } = versionId;

    /// <summary>The version as people say it: 1, 2, 3.</summary>
    public int Number { get; } = number;

    /// <summary>The version's text in responses, made once.</summary>
    public string NumberText { get; } = number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public string Digest { get; } = digest;

    public ModelManifest Manifest { get; } = manifest;

    public FeatureEncoder Encoder { get; } = new(manifest.Preprocessing);

    public Scorer Scorer { get; } = scorer;

    /// <summary>The name as it stands in a JSON text, escaped once.</summary>
    public JsonEncodedText NameJson { get; } = JsonEncodedText.Encode(name);

    /// <summary>The classes as they stand in a JSON text; empty for regression.</summary>
    public IReadOnlyList<JsonEncodedText> LabelsJson { get; } = [.. manifest.Classes.Select(label => JsonEncodedText.Encode(label))];

    /// <summary>Input positions by name.</summary>
    public FrozenDictionary<string, int> InputIndex { get; } =
        manifest.Preprocessing.Inputs.Select((input, i) => KeyValuePair.Create(input.Name, i)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The class that outputs stand for: by the decision threshold for a binary model, the largest for many classes.</summary>
    /// <returns>A position in the manifest's classes.</returns>
    /// <exception cref="InvalidOperationException">A regression has no classes.</exception>
    public int Decide(ReadOnlySpan<float> outputs) => Manifest.Decide(outputs) ?? throw new InvalidOperationException($"{Name} is a regression: it has no classes.");
}

/// <summary>The versions of one model that can answer. <see cref="Champion"/> answers where the caller names no version.</summary>
public sealed record ModelRoute(string Name, ServedModel? Champion, FrozenDictionary<int, ServedModel> Versions)
{
    /// <summary>The champion before, kept warm: what a rollback returns to in one swap. Null where there is none.</summary>
    public ServedModel? Previous { get; init; }

    /// <summary>Why there is no champion, for people; null where there is one.</summary>
    public string? Problem { get; init; }

    /// <summary>True where a champion was promoted and cannot be loaded.</summary>
    public bool IsBroken { get; init; }

    /// <summary>The rollout that shares requests out between two versions; without traffic of its own the champion answers all. Null: there is no rollout.</summary>
    public RouteSplit? Split { get; init; }
}

/// <summary>Who answers what, at one moment. Immutable: a promotion or a rollback makes a new one and swaps the reference.</summary>
public sealed record RoutingTable(FrozenDictionary<string, ModelRoute> Models)
{
    public static readonly RoutingTable Empty = new(FrozenDictionary<string, ModelRoute>.Empty);

    /// <summary>This table with one model's route replaced or added.</summary>
    public RoutingTable With(ModelRoute route) =>
        new(Models.Where(pair => pair.Key != route.Name).Append(KeyValuePair.Create(route.Name, route)).ToFrozenDictionary(StringComparer.Ordinal));
}

/// <summary>Holds the routing table behind one reference.</summary>
public sealed class Router
{
    private readonly Lock writing = new();
    private volatile RoutingTable current = RoutingTable.Empty;
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RoutingTable Current => current;

    /// <summary>Completes with the next change. Whoever waits takes it first and then looks at <see cref="Current"/>, so that nothing falls between.</summary>
    public Task Changed => changed.Task;

    /// <summary>Replaces the table by a function of the present one; writers take turns, readers never wait.</summary>
    public void Change(Func<RoutingTable, RoutingTable> change)
    {
        TaskCompletionSource told;
        lock (writing)
        {
            current = change(current);
            told = changed;
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        told.SetResult();
    }

    /// <summary>Replaces or adds one model's route.</summary>
    public void Set(ModelRoute route) => Change(table => table.With(route));

    public void Remove(string name) => Change(table =>
        new(table.Models.Where(pair => pair.Key != name).ToFrozenDictionary(StringComparer.Ordinal)));
}
