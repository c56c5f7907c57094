using System.Globalization;
using System.Text.Json;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;

namespace Dashboard.Core.Deployments.Requests;

/// <summary>A dataset version, as far as a comparison goes.</summary>
/// <param name="Columns">Name and type, in order.</param>
public sealed record DataFacts(string Name, int Version, string ContentHash, long Rows, IReadOnlyList<KeyValuePair<string, string>> Columns);

/// <summary>One thing that differs.</summary>
/// <param name="Before">The champion's; null: it has none.</param>
/// <param name="After">The new version's; null: it has none any more.</param>
public sealed record Change(string What, string? Before, string? After);

/// <summary>What a version has otherwise than the champion; without a champion nothing can differ, and the lists are empty.</summary>
/// <param name="Data">Dataset, version, rows, columns, range of rows.</param>
/// <param name="Parameters">Of the training.</param>
/// <param name="Features">Inputs that came, went or changed their type or domain.</param>
/// <param name="Importance">How much each feature carries, the largest change first; shares from 0 to 1.</param>
public sealed record VersionChanges(IReadOnlyList<Change> Data, IReadOnlyList<Change> Parameters, IReadOnlyList<Change> Features, IReadOnlyList<ImportanceChange> Importance)
{
    public const int MostFeatures = 12;

    public static readonly VersionChanges None = new([], [], [], []);

    /// <param name="championData">Null where it is not known here.</param>
    public static VersionChanges Between(ModelManifest champion, DataFacts? championData, ModelManifest challenger, DataFacts? challengerData) =>
        new([.. DataChanges(champion, championData, challenger, challengerData)], [.. ParameterChanges(champion, challenger)], [.. FeatureChanges(champion.Preprocessing, challenger.Preprocessing)], Importances(champion, challenger));

    private static IEnumerable<Change> DataChanges(ModelManifest champion, DataFacts? before, ModelManifest challenger, DataFacts? after)
    {
        foreach (var (what, was, now) in ((string, string?, string?)[])
            [
                ("Dataset version", Named(champion, before), Named(challenger, after)),
                ("Rows", Count(before?.Rows), Count(after?.Rows)),
                ("Rows used", Range(champion), Range(challenger)),
                ("Target", champion.Target, challenger.Target),
            ])
            if (was != now)
                yield return new(what, was, now);
        if (before is null || after is null)
            yield break;
        foreach (var change in Differences(before.Columns, after.Columns))
            yield return change with { What = $"Column {change.What}" };
    }

    private static IEnumerable<Change> ParameterChanges(ModelManifest champion, ModelManifest challenger)
    {
        foreach (var change in Differences(ParametersOf(champion), ParametersOf(challenger)))
            yield return change;
        if (champion.DecisionThreshold != challenger.DecisionThreshold)
            yield return new("decisionThreshold", Text(champion.DecisionThreshold), Text(challenger.DecisionThreshold));
        if (champion.FrameworkVersion != challenger.FrameworkVersion)
            yield return new("framework", $"{champion.Framework} {champion.FrameworkVersion}", $"{challenger.Framework} {challenger.FrameworkVersion}");
    }

    private static IEnumerable<Change> FeatureChanges(Preprocessing champion, Preprocessing challenger) => Differences([.. champion.Inputs.Select(Described)], [.. challenger.Inputs.Select(Described)]);

    private static List<ImportanceChange> Importances(ModelManifest champion, ModelManifest challenger)
    {
        var (before, after) = (Shares(champion), Shares(challenger));
        return [.. before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Select(name => new ImportanceChange(name, before.TryGetValue(name, out var was) ? was : null, after.TryGetValue(name, out var now) ? now : null))
            .OrderByDescending(change => Math.Abs((change.After ?? 0) - (change.Before ?? 0))).ThenBy(change => change.Feature, StringComparer.Ordinal).Take(MostFeatures)];
    }

    private static Dictionary<string, double> Shares(ModelManifest manifest)
    {
        var sum = manifest.Importance.Sum(one => one.MeanAbsoluteShap);
        return sum > 0 ? manifest.Importance.ToDictionary(one => one.Feature, one => one.MeanAbsoluteShap / sum, StringComparer.Ordinal) : [];
    }

    private static IEnumerable<Change> Differences(IReadOnlyList<KeyValuePair<string, string>> before, IReadOnlyList<KeyValuePair<string, string>> after)
    {
        var (was, now) = (before.ToDictionary(StringComparer.Ordinal), after.ToDictionary(StringComparer.Ordinal));
        foreach (var name in was.Keys.Union(now.Keys, StringComparer.Ordinal))
            if (was.GetValueOrDefault(name) is var old && now.GetValueOrDefault(name) is var present && old != present)
                yield return new(name, old, present);
    }

    /// <summary>How it was trained, as the names and values of its specification; empty where it was trained elsewhere.</summary>
    private static List<KeyValuePair<string, string>> ParametersOf(ModelManifest manifest)
    {
        if (manifest.Training is not { } spec)
            return [];
        var found = new List<KeyValuePair<string, string>>();
        foreach (var part in (ReadOnlySpan<JsonElement>)[JsonSerializer.SerializeToElement(spec.Parameters, CanonicalJson.Options), JsonSerializer.SerializeToElement(spec.Split, CanonicalJson.Options)])
            foreach (var member in part.EnumerateObject())
                found.Add(new(member.Name, member.Value.ToString()));
        // How many threads did it changes nothing that anybody could see.
        found.RemoveAll(pair => pair.Key == "threads");
        return found;
    }

    private static KeyValuePair<string, string> Described(FeatureInput input) => new(input.Name, input.Type switch
    {
        InputType.Category => $"category of {input.Categories.Count} values",
        InputType.Timestamp => $"timestamp ({input.Parts})",
        _ => input.Type.ToString().ToLowerInvariant(),
    });

    private static string? Named(ModelManifest manifest, DataFacts? data) => data is not null ? $"{data.Name} v{data.Version}" : manifest.DatasetVersion is { } hash ? $"{hash[..Math.Min(12, hash.Length)]} (not here any more)" : null;

    private static string? Count(long? rows) => rows?.ToString("N0", CultureInfo.InvariantCulture);

    private static string? Range(ModelManifest manifest) => manifest.Training is null ? null : manifest.Training.Rows is not { } rows ? "all" : $"{rows.From:yyyy-MM-dd} to {rows.To:yyyy-MM-dd}";

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>A feature's share of the importance.</summary>
public sealed record ImportanceChange(string Feature, double? Before, double? After);
