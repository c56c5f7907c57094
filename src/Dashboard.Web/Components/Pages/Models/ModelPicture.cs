using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Charts;

namespace Dashboard.Web.Components.Pages.Models;

/// <summary>A registered model with who answers for it now: what the header and the tabs of its page share.</summary>
public sealed class ModelPicture(RegisteredModel model, IReadOnlyList<DeploymentView> deployments)
{
    public RegisteredModel Model { get; } = model;

    public string Name => Model.Name;

    /// <summary>Changes of champion, oldest first.</summary>
    public IReadOnlyList<DeploymentView> Deployments { get; } = deployments;

    public ModelVersion? Champion { get; } = Aliased(model, ModelAlias.Champion);

    public ModelVersion? Challenger { get; } = Aliased(model, ModelAlias.Challenger);

    /// <summary>The champion's manifest, else the newest version's: what the model's inputs and figures are.</summary>
    public ModelManifest? Manifest { get; } = (Aliased(model, ModelAlias.Champion) ?? model.Versions.LastOrDefault()) is { } version ? CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson) : null;

    /// <summary>The figure that stands for the model.</summary>
    public MetricInfo? Metric => Manifest is { } manifest ? MetricInfo.For(MetricInfo.Primary(manifest.Task)) : null;

    /// <summary>That figure on the rows held out when the version was made.</summary>
    public double? Baseline(string metric) => Manifest is { } manifest && manifest.Metrics.TryGetValue(metric, out var value) ? value : null;

    /// <summary>Each input's share of the importance, 0 to 1.</summary>
    public IReadOnlyDictionary<string, double> Importance
    {
        get
        {
            var sum = Manifest?.Importance.Sum(one => one.MeanAbsoluteShap) ?? 0;
            return sum > 0 ? Manifest!.Importance.ToDictionary(one => one.Feature, one => one.MeanAbsoluteShap / sum, StringComparer.Ordinal) : new Dictionary<string, double>(StringComparer.Ordinal);
        }
    }

    /// <summary>The changes of champion as markers, on the model's clock or on the service's.</summary>
    public IReadOnlyList<ChartMarker> Markers(bool modelClock) =>
        [.. Deployments.Select(change => (At: modelClock ? change.EventTime ?? change.At : change.At, change)).Select(pair => new ChartMarker(pair.At, pair.change.Kind == DeploymentKind.Rollback ? $"back to v{pair.change.To}" : $"v{pair.change.To} promoted"))];

    private static ModelVersion? Aliased(RegisteredModel model, string alias) =>
        model.Aliases.Find(pointer => pointer.Alias == alias) is { } found ? model.Versions.Find(version => version.Id == found.VersionId) : null;
}
