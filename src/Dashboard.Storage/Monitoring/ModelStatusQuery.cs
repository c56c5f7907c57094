using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Health;
using Dashboard.Core.Registry;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Registry;

namespace Dashboard.Storage.Monitoring;

/// <summary>A range on both clocks: event time for what the model does, arrival for what the service does. Half open.</summary>
public sealed record ClockRange(DateTimeOffset ModelFrom, DateTimeOffset ModelTo, DateTimeOffset ServiceFrom, DateTimeOffset ServiceTo);

/// <summary>A model in a range: the verdict and what it rests on.</summary>
/// <param name="Champion">The live version's number, if any.</param>
/// <param name="Metric">The figure that stands for the model; null for a model without versions.</param>
/// <param name="Importance">Each encoded feature's share of the champion's importance, 0 to 1.</param>
public sealed record ModelStatus(ModelHealth Health, int? Champion, ClockRange Range, ModelSeries Series, ServiceSeries Service, DriftSeries Drift, MetricStanding? Metric, IReadOnlyDictionary<string, double> Importance)
{
    /// <summary>Inputs that moved over the whole range.</summary>
    public IReadOnlyList<string> Moved => [.. (Drift.Total?.Features ?? []).Where(feature => feature.Verdict.Level == DriftLevel.Moved).Select(feature => feature.Name)];
}

/// <summary>Asks for everything that the verdict on a model rests on, over the same windows as the page draws, so that word and picture agree.</summary>
public sealed class ModelStatusQuery(MonitoringQueries queries)
{
    /// <summary>The status of a registered model; its versions and aliases must be loaded.</summary>
    public async Task<ModelStatus?> OfAsync(RegisteredModel model, ClockRange range, CancellationToken ct)
    {
        var champion = model.Aliases.Find(alias => alias.Alias == ModelAlias.Champion) is { } pointer ? model.Versions.Find(version => version.Id == pointer.VersionId) : null;
        var manifest = (champion ?? model.Versions.LastOrDefault()) is { } known ? CanonicalJson.Deserialize<ModelManifest>(known.ManifestJson) : null;
        var days = (range.ModelTo - range.ModelFrom).TotalDays;
        var series = await queries.SeriesAsync(model.Name, null, range.ModelFrom, range.ModelTo, days >= 14 ? (int)Math.Min(Math.Ceiling(days) + 1, 200) : 40, ct);
        var drift = await queries.DriftAsync(model.Name, null, range.ModelFrom, range.ModelTo, days >= 4 ? (int)Math.Min(Math.Ceiling(days) + 1, MonitoringQueries.DefaultDriftPoints) : 24, ct);
        if (series is null || drift is null)
            return null;
        if (manifest is not null)
            drift = Comparable(drift, manifest.Preprocessing);
        var service = await queries.ServiceAsync(model.Name, range.ServiceFrom, range.ServiceTo, MonitoringQueries.DefaultPoints, ct);
        var importance = Shares(manifest);
        var metric = manifest is null ? null : Standing(MetricInfo.For(MetricInfo.Primary(manifest.Task)), series);
        var health = ModelHealth.Judge(new(champion?.Number, series.Total.Rows, service.Total.Requests, service.Total.ServerErrors, Inputs(drift, importance), metric));
        return new(health, champion?.Number, range, series, service, drift, metric, importance);
    }

    /// <summary>Leaves out what cannot be compared: parts of a timestamp in windows that hold no whole period of theirs, and in one that is not over.</summary>
    private static DriftSeries Comparable(DriftSeries drift, Preprocessing preprocessing)
    {
        DriftWindow Judge(DriftWindow window, TimeSpan length) => window with
        {
            Features = [.. window.Features.Select(feature => CalendarPeriod.Of(preprocessing, feature.Name) is { Ticks: > 0 } period && length < period
                ? feature with { Verdict = new(DriftLevel.NoData, feature.Verdict.ReferenceRows, feature.Verdict.CurrentRows, []) }
                : feature)],
        };
        return drift with
        {
            Windows = [.. drift.Windows.Select(window => Judge(window, (window.Start + window.Length < drift.To ? window.Start + window.Length : drift.To) - window.Start))],
            Total = drift.Total is { } total ? Judge(total, drift.To - drift.From) : null,
        };
    }

    private static MetricStanding Standing(MetricInfo info, ModelSeries series) =>
        new(info, series.Total.Metric(info.Key), series.Baseline.TryGetValue(info.Key, out var baseline) ? baseline : null, series.Total.Labelled);

    private static List<InputStanding> Inputs(DriftSeries drift, Dictionary<string, double> importance) =>
        [.. (drift.Total?.Features ?? []).Select(feature => new InputStanding(feature.Name, feature.Verdict.Level, importance.TryGetValue(feature.Name, out var share) ? share : null, Since(drift, feature)))];

    /// <summary>The start of the run of windows, up to the newest, in which the feature is as it is over the whole range.</summary>
    private static DateTimeOffset? Since(DriftSeries drift, FeatureDrift feature)
    {
        DateTimeOffset? since = null;
        for (var i = drift.Windows.Count - 1; i >= 0; i--)
        {
            var level = drift.Windows[i].Features.FirstOrDefault(one => one.Name == feature.Name)?.Verdict.Level;
            if (level == DriftLevel.NoData)
                continue;
            if (level != feature.Verdict.Level)
                break;
            since = drift.Windows[i].Start;
        }

        return since;
    }

    private static Dictionary<string, double> Shares(ModelManifest? manifest)
    {
        var sum = manifest?.Importance.Sum(one => one.MeanAbsoluteShap) ?? 0;
        return sum > 0
            ? manifest!.Importance.ToDictionary(one => one.Feature, one => one.MeanAbsoluteShap / sum, StringComparer.Ordinal)
            : new Dictionary<string, double>(StringComparer.Ordinal);
    }
}
