using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Registry;

namespace Dashboard.Storage.Registry;

/// <summary>A registered model, as the API and the command line show it. Versions by their numbers.</summary>
/// <param name="Aliases">Alias to version number, the champion and the challenger among them.</param>
/// <param name="Versions">How many there are.</param>
/// <param name="Tags">Words by which models are grouped, in order.</param>
public sealed record ModelView(string Name, string Description, int WindowSeconds, DateTimeOffset CreatedAt, bool IsDemo,
    int? Champion, int? Challenger, int? Latest, int Versions, IReadOnlyDictionary<string, int> Aliases, IReadOnlyList<string> Tags)
{
    /// <summary>The length of the blocks by which drift is judged; null: as the reference allows.</summary>
    public long? DriftPeriodSeconds { get; init; }

    /// <summary>How much more loss than the baseline is harmless, as a share of it.</summary>
    public double HarmfulMargin { get; init; }

    /// <param name="model">With its versions, aliases and tags.</param>
    public static ModelView Of(RegisteredModel model)
    {
        var aliases = model.Aliases.OrderBy(a => a.Alias, StringComparer.Ordinal).ToDictionary(a => a.Alias, a => model.Versions.Single(v => v.Id == a.VersionId).Number, StringComparer.Ordinal);
        return new(model.Name, model.Description, model.WindowSeconds, model.CreatedAt, model.IsDemo,
            Number(aliases, ModelAlias.Champion), Number(aliases, ModelAlias.Challenger), model.Versions.Count == 0 ? null : model.Versions.Max(v => v.Number), model.Versions.Count, aliases,
            [.. model.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal)])
        {
            DriftPeriodSeconds = model.DriftPeriodSeconds,
            HarmfulMargin = model.HarmfulMargin,
        };
    }

    private static int? Number(Dictionary<string, int> aliases, string alias) => aliases.TryGetValue(alias, out var number) ? number : null;
}

/// <summary>A version of a registered model, as the API and the command line show it.</summary>
/// <param name="Comparison">The comparison with the champion of the time, where there was one.</param>
public sealed record VersionView(string Model, int Number, string Digest, string Source, string? RunId, string CreatedBy, DateTimeOffset CreatedAt,
    IReadOnlyList<string> Aliases, ModelManifest Manifest, JsonElement? Comparison)
{
    /// <param name="version">With its model and the model's aliases.</param>
    public static VersionView Of(ModelVersion version) => new(version.Model.Name, version.Number, version.Digest, version.Source, version.RunId, version.CreatedBy, version.CreatedAt,
        [.. version.Model.Aliases.Where(a => a.VersionId == version.Id).Select(a => a.Alias).Order(StringComparer.Ordinal)],
        CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson),
        version.ComparisonJson is null ? null : JsonElement.Parse(version.ComparisonJson));
}
