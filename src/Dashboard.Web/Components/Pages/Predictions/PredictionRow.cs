using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Explanations;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Predictions;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Web.Components.Pages.Predictions;

/// <summary>A prediction in a list.</summary>
/// <param name="Outcome">The predicted class, or the number.</param>
/// <param name="Probability">Of the predicted class; null for a regression.</param>
/// <param name="Truth">The actual class or number; null while it is not known.</param>
/// <param name="Inputs">The features that count most, in words.</param>
public sealed record PredictionRow(PredictionEntry Entry, string Outcome, double? Probability, string? Truth, IReadOnlyList<(string Name, string Value)> Inputs)
{
    private const int MostInputs = 4;

    /// <summary>Puts entries into words; versions may differ in what they count.</summary>
    public static IReadOnlyList<PredictionRow> Of(IEnumerable<PredictionEntry> entries)
    {
        var encoders = new Dictionary<int, FeatureEncoder>();
        var rows = new List<PredictionRow>();
        foreach (var entry in entries)
        {
            if (!encoders.TryGetValue(entry.Version.VersionId, out var encoder))
                encoders[entry.Version.VersionId] = encoder = new(entry.Version.Manifest.Preprocessing);
            rows.Add(Of(entry, encoder));
        }

        return rows;
    }

    /// <summary>The features of a version that carry most, by the importance that it was registered with.</summary>
    public static IReadOnlyList<int> Leading(MonitoredVersion version)
    {
        var rank = version.Manifest.Importance.Select((one, i) => (one.Feature, i)).ToDictionary(pair => pair.Feature, pair => pair.i, StringComparer.Ordinal);
        return [.. Enumerable.Range(0, version.Manifest.Preprocessing.Features.Count).OrderBy(i => rank.GetValueOrDefault(version.Manifest.Preprocessing.Features[i].Name, int.MaxValue)).Take(MostInputs)];
    }

    /// <summary>The actual class or number in words.</summary>
    public static string? TruthOf(PredictionEntry entry) => entry.Truth is not { } truth ? null : InWords(entry.Version.Manifest, truth);

    private static PredictionRow Of(PredictionEntry entry, FeatureEncoder encoder)
    {
        var manifest = entry.Version.Manifest;
        var encoded = new float[encoder.Width];
        encoder.Encode(entry.Inputs, encoded);
        var inputs = Leading(entry.Version).Select(i => (manifest.Preprocessing.Features[i].Name, FeatureWords.Value(manifest.Preprocessing.Features[i], entry.Inputs[manifest.Preprocessing.Features[i].Input], encoded[i])));
        double? probability = entry.PredictedClass is not { } predicted ? null
            : manifest.Task == ModelTask.MulticlassClassification ? entry.Outputs[predicted] : predicted == 1 ? entry.Outputs[0] : 1 - entry.Outputs[0];
        return new(entry, entry.PredictedClass is { } position ? ExplanationSentence.Outcome(manifest, position) : InWords(manifest, entry.Score), probability, TruthOf(entry), [.. inputs]);
    }

    private static string InWords(ModelManifest manifest, double value) =>
        manifest.Task == ModelTask.Regression ? value.ToString("G5", System.Globalization.CultureInfo.InvariantCulture) : ExplanationSentence.Outcome(manifest, (int)value);
}
