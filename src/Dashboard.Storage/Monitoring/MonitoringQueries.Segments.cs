using Dashboard.Core.Monitoring;

namespace Dashboard.Storage.Monitoring;

/// <content>The same questions about one segment, how far a segment's past is counted, and faults by hour.</content>
public sealed partial class MonitoringQueries
{
    /// <summary>Metrics, positive rate, label coverage and lag over time, of one segment; null where there is no such model or version.</summary>
    /// <param name="version">A version's number; null for all together.</param>
    /// <param name="segment">A defined segment's id; null for all predictions. The baseline stays that of all.</param>
    public async Task<ModelSeries?> SeriesAsync(string model, int? version, int? segment, DateTimeOffset from, DateTimeOffset to, int maxPoints, CancellationToken ct)
    {
        if (await TargetAsync(model, version, ct) is not { } target)
            return null;
        return await cache.GetAsync(model, ("series", version, segment, Stamp(segment), from, to, maxPoints), () => Series(target, model, version, segment, from, to, maxPoints), ct);
    }

    /// <summary>One feature's distribution in the reference and in a segment's predictions of a range, or the prediction's where <paramref name="feature"/> is "prediction"; null where there is no such model, version or feature.</summary>
    /// <param name="segment">A defined segment's id; null for all predictions. The reference is made of the rows of it that lie in the segment.</param>
    public async Task<DistributionView?> DistributionAsync(string model, int? version, int? segment, string feature, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        if (await TargetAsync(model, version, ct) is not { } target)
            return null;
        return await cache.GetAsync(model, ("distribution", version, segment, Stamp(segment), feature, from, to), () => Distribution(target, segment, feature, from, to), ct);
    }

    /// <summary>How much of the log the windows of each of a model's segments count; null where there is no such model.</summary>
    public async Task<IReadOnlyList<SegmentFill>?> SegmentFillsAsync(string model, CancellationToken ct) =>
        await TargetAsync(model, null, ct) is { } target ? await cache.GetAsync(model, "segments", () => windows.SegmentFills(target.ModelId), ct) : null;

    /// <summary>Duplicates, and what was rejected or refused and why, by hour of arrival that starts in [from, to); null where there is no such model.</summary>
    public async Task<IReadOnlyList<QualityCount>?> QualityAsync(string model, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        await TargetAsync(model, null, ct) is { } target ? await Task.Run(() => windows.Quality(target.ModelId, UtcMicroseconds.Of(from), UtcMicroseconds.Of(to)), ct) : null;
}
