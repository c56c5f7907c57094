using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Health;
using Dashboard.Core.Registry;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Registry;

namespace Dashboard.Storage.Monitoring;

/// <summary>A range on both clocks: event time for what the model does, arrival for what the service does. Half open.</summary>
public sealed record ClockRange(DateTimeOffset ModelFrom, DateTimeOffset ModelTo, DateTimeOffset ServiceFrom, DateTimeOffset ServiceTo);

/// <summary>A model in a range: the verdict and what it rests on.</summary>
/// <param name="Champion">The live version's number, if any.</param>
/// <param name="Metric">The figure that stands for the model; null for a model without versions.</param>
/// <param name="Importance">Each encoded feature's share of the champion's importance, 0 to 1.</param>
public sealed record ModelStatus(ModelHealth Health, int? Champion, ClockRange Range, ModelSeries Series, ServiceSeries Service, DriftHistory Drift, DriftStanding Standing, MetricStanding? Metric, IReadOnlyDictionary<string, double> Importance)
{
    /// <summary>Inputs that moved in the newest block that is over.</summary>
    public IReadOnlyList<string> Moved => Standing.Moved?.Inputs ?? [];
}

/// <summary>Asks for everything that the verdict on a model rests on, over the same windows as the page draws, so that word and picture agree.</summary>
public sealed class ModelStatusQuery(MonitoringQueries queries, Incidents incidents)
{
    private const int MostIncidents = 100;

    /// <summary>The status of a registered model; its versions and aliases must be loaded.</summary>
    public async Task<ModelStatus?> OfAsync(RegisteredModel model, ClockRange range, CancellationToken ct)
    {
        var champion = model.Aliases.Find(alias => alias.Alias == ModelAlias.Champion) is { } pointer ? model.Versions.Find(version => version.Id == pointer.VersionId) : null;
        var manifest = (champion ?? model.Versions.LastOrDefault()) is { } known ? CanonicalJson.Deserialize<ModelManifest>(known.ManifestJson) : null;
        var days = (range.ModelTo - range.ModelFrom).TotalDays;
        var series = await queries.SeriesAsync(model.Name, null, range.ModelFrom, range.ModelTo, days >= 14 ? (int)Math.Min(Math.Ceiling(days) + 1, 200) : 40, ct);
        var drift = await queries.DriftAsync(model.Name, null, range.ModelFrom, range.ModelTo, ct);
        if (series is null || drift is null)
            return null;
        var service = await queries.ServiceAsync(model.Name, range.ServiceFrom, range.ServiceTo, MonitoringQueries.DefaultPoints, ct);
        var importance = Shares(manifest);
        var metric = manifest is null ? null : Standing(MetricInfo.For(MetricInfo.Primary(manifest.Task)), series);
        var standing = StandingOf(drift, importance);
        var health = ModelHealth.Judge(new(champion?.Number, series.Total.Rows, service.Total.Requests, service.Total.ServerErrors, standing, metric, await FiringAsync(model.Name, ct)));
        return new(health, champion?.Number, range, series, service, drift, standing, metric, importance);
    }

    /// <summary>The worst of what fires, the oldest of equals. What is only information, or quiet by now, makes no model ill; nor does how people promoted it.</summary>
    private async Task<FiringAlert?> FiringAsync(string model, CancellationToken ct)
    {
        var firing = (await incidents.ListAsync(model, open: true, MostIncidents, ct)).Where(incident => incident.QuietSince is null && incident.RequestId is null && incident.Severity >= AlertSeverity.Warning)
            .OrderByDescending(incident => incident.Severity).ThenBy(incident => incident.OpenedAt).ToList();
        return firing.Count == 0 ? null : new(firing[0].Title, firing[0].Severity, firing.Count - 1);
    }

    /// <summary>How the newest block that is over stands.</summary>
    /// <param name="importance">Each encoded feature's share, 0 to 1; empty where it is not known.</param>
    public static DriftStanding StandingOf(DriftHistory drift, IReadOnlyDictionary<string, double> importance)
    {
        var newest = drift.Newest;
        string[] moved = [.. (newest?.Moved ?? []).Where(name => name != BlockLayout.Prediction)];
        var predicted = newest?.Column(BlockLayout.Prediction) is { Moved: true };
        var block = newest is not null && (moved.Length > 0 || predicted || newest.ModelMoved)
            ? new MovedBlock(newest.Start, drift.Since ?? newest.Start, moved, importance.Count == 0 ? null : moved.Sum(name => importance.GetValueOrDefault(name)), newest.ModelMoved, predicted)
            : null;
        return new(drift.Period, drift.HasReference ? drift.ReferenceBlocks : null, newest?.Columns.Count(column => column.Name != BlockLayout.Prediction) ?? 0, block, drift.Concept?.Since) { HasRuns = !drift.HasTimes };
    }

    private static MetricStanding Standing(MetricInfo info, ModelSeries series)
    {
        var standing = new MetricStanding(info, series.Total.Metric(info.Key), series.Baseline.TryGetValue(info.Key, out var baseline) ? baseline : null, series.Total.Labelled);
        return series.Total.Source is MetricSource.Estimated or MetricSource.Both && series.Total.Estimated?[info.Key] is { } estimate
            ? standing with { Estimated = estimate, EstimatedChange = series.EstimatedChange.TryGetValue(info.Key, out var change) ? change : null }
            : standing;
    }

    private static Dictionary<string, double> Shares(ModelManifest? manifest)
    {
        var sum = manifest?.Importance.Sum(one => one.MeanAbsoluteShap) ?? 0;
        return sum > 0
            ? manifest!.Importance.ToDictionary(one => one.Feature, one => one.MeanAbsoluteShap / sum, StringComparer.Ordinal)
            : new Dictionary<string, double>(StringComparer.Ordinal);
    }
}
