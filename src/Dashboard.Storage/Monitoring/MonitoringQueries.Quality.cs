using Dashboard.Core;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Storage.Monitoring.Quality;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Slices;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring;

/// <content>Data quality, the groups in which a model does worse, figures of fairness, and defined segments with a reference of their own.</content>
public sealed partial class MonitoringQueries
{
    /// <summary>The inputs of a range of event time against the reference; what was not taken is counted over the same range of arrival. Null where there is no such model or version.</summary>
    /// <param name="segment">A defined segment's id; null for all predictions.</param>
    public Task<QualityReport?> QualityAsync(string model, int? version, DateTimeOffset from, DateTimeOffset to, int? segment, CancellationToken ct) =>
        QualityAsync(model, version, new ClockRange(from, to, from, to), segment, ct);

    /// <summary>The same where a range of event time and one of arrival differ, as for history that is replayed.</summary>
    public async Task<QualityReport?> QualityAsync(string model, int? version, ClockRange range, int? segment, CancellationToken ct)
    {
        if (await TargetAsync(model, version, ct) is not { } target)
            return null;
        // Faults are counted by the hour: the hour in which the range begins belongs to it.
        var counted = await QualityAsync(model, Floor(range.ServiceFrom, Resolutions.HourSeconds), range.ServiceTo, ct) ?? [];
        var service = await ServiceAsync(model, Floor(range.ServiceFrom, Resolutions.HourSeconds), range.ServiceTo, DefaultPoints, ct);
        var faults = QualityQuery.Faults(range.ServiceFrom, range.ServiceTo, counted, service.Total.Requests, await CountsAsync(model, ct));
        var stand = (target.VersionId ?? target.ChampionId) is { } id ? versions.Find(id) : null;
        var report = await cache.GetAsync(model, ("quality", version, segment, range.ModelFrom, range.ModelTo, faults.Requests, faults.Refused, Stamp(segment)),
            () => quality.Ask(model, target.ModelId, target.VersionId, version, stand, Defined(segment), range.ModelFrom, range.ModelTo, faults), ct);
        return report with { Faults = faults };
    }

    /// <summary>Where the model does worse than elsewhere, ranked; null where there is no such model or version.</summary>
    public async Task<WorstSegmentsView?> WorstSegmentsAsync(string model, int? version, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        await TargetAsync(model, version, ct) is { } target
            ? await cache.GetAsync(model, ("worst", version, from, to), () => slices.Worst(model, target.ModelId, target.VersionId, version, from, to), ct)
            : null;

    /// <summary>Figures of fairness between the values of a feature; null where there is no such model or version.</summary>
    /// <param name="feature">An encoded feature's name, or a raw input's that is one feature.</param>
    /// <param name="selected">The class that counts as selected; null for the positive one, or the first of several.</param>
    public async Task<Result<FairnessView>?> FairnessAsync(string model, int? version, string feature, string? selected, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        if (await TargetAsync(model, version, ct) is not { } target)
            return null;
        var stand = (target.VersionId ?? target.ChampionId) is { } id ? versions.Find(id) : null;
        return await cache.GetAsync(model, ("fairness", version, feature, selected, from, to), () => slices.Fairness(model, target.ModelId, target.VersionId, version, stand, feature, selected, from, to), ct);
    }

    /// <summary>A model's defined segment by its name or its id.</summary>
    public Result<DefinedSegment> FindSegment(string model, string nameOrId) => segments.Find(model, nameOrId);

    /// <summary>A defined segment over time, with the baseline of its own rows in the reference; null where there is no such model, version or segment.</summary>
    public async Task<SegmentSeries?> SegmentSeriesAsync(string model, int? version, int segment, DateTimeOffset from, DateTimeOffset to, int maxPoints, CancellationToken ct)
    {
        if (await TargetAsync(model, version, ct) is not { } target || Defined(segment) is not { } defined || defined.ModelId != target.ModelId
            || await SeriesAsync(model, version, segment, from, to, maxPoints, ct) is not { } series)
            return null;
        var judge = (target.VersionId ?? target.ChampionId) is { } id ? versions.Find(id) : null;
        var reference = judge is null ? null : await Task.Run(() => segments.Of(judge, segment), ct);
        var output = reference?.Profile?.Output;
        // What the whole model's blocks lead to expect says nothing of a part of it.
        return new(defined.Id, defined.Name, defined.Expression, series with
        {
            Baseline = output is { Labelled: > 0 } ? ProfileMetrics.Of(output) : new Dictionary<string, double>(),
            EstimatedChange = new Dictionary<string, EstimatedFigure>(),
            Limits = new Dictionary<string, AlarmLimits>(),
        }, reference?.Rows ?? 0, reference is null ? "The model has no champion whose reference could be looked at." : reference.WhyNot);
    }

    private DefinedSegment? Defined(int? segment) => segment is { } id ? segments.Find(id) : null;

    /// <summary>A segment's definition is part of the question: another one under the same id would be another segment.</summary>
    private string? Stamp(int? segment) => Defined(segment)?.Expression;
}
