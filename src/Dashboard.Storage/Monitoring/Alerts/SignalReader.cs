using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>The present, or a moment of the past, on both clocks.</summary>
/// <param name="Model">The model's newest event; null where it has none.</param>
public readonly record struct ClockMoment(DateTimeOffset Service, DateTimeOffset? Model);

/// <summary>Reads signals from windows that are kept anyway: what a reading costs depends on the rule's window, not on history.</summary>
public sealed class SignalReader(MonitoringQueries queries, ModelStatusQuery statuses, JobStore jobs, VersionCatalog versions)
{
    /// <summary>Steps of a window: as many pieces as keep its edge within a few per cent of where it belongs.</summary>
    private const int Pieces = 48;

    private const int MostJobs = 100;

    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(5);

    /// <summary>The present on both of a model's clocks. The service's is that of whole slots, so that many rules ask the same question.</summary>
    public async Task<ClockMoment> NowAsync(string model, DateTimeOffset now, CancellationToken ct) => new(now, (await queries.SpanAsync(model, ct))?.Newest);

    /// <summary>The key of the metric that a signal means: its own, or the model's main one; null for a model without versions, and for other signals.</summary>
    public string? MetricOf(RegisteredModel model, AlertSignal signal) => MetricOf(Current(model)?.Id, signal);

    /// <inheritdoc cref="MetricOf(RegisteredModel, AlertSignal)"/>
    /// <param name="versionId">The champion, or the newest version.</param>
    public string? MetricOf(int? versionId, AlertSignal signal) =>
        SignalInfo.Of(signal.Kind).Subject != SignalSubject.Metric ? null : signal.Name ?? (versionId is { } id && versions.Find(id) is { } known ? MetricInfo.Primary(known.Manifest.Task) : null);

    /// <summary>A signal over the window that ends at a moment.</summary>
    /// <param name="model">With its versions and aliases.</param>
    public async Task<SignalReading> ReadAsync(RegisteredModel model, AlertSignal signal, TimeSpan window, ClockMoment at, CancellationToken ct)
    {
        var info = SignalInfo.Of(signal.Kind);
        if (info.Clock == SignalClock.Service)
            return await ServiceAsync(model, signal.Kind, window, at, ct);
        if (at.Model is not { } newest)
            return new(at.Service, null, 0);
        // The newest event itself belongs to the window.
        var (from, to) = (newest - window, newest.AddTicks(10));
        var (value, sample) = signal.Kind switch
        {
            SignalKind.Metric or SignalKind.MetricLoss or SignalKind.LabelCoverage or SignalKind.LabelLag =>
                await queries.SeriesAsync(model.Name, null, from, to, Pieces, ct) is { } series ? Performance(signal.Kind, MetricOf(model, signal), series) : default,
            SignalKind.MissingRate or SignalKind.OutOfRange or SignalKind.UnknownCategories => Quality(signal, await queries.InputQualityAsync(model.Name, from, to, Pieces, ct) ?? []),
            _ => await statuses.OfAsync(model, new(from, to, at.Service - Slot, at.Service), ct) is { } status ? Drift(signal, status) : default,
        };
        return new(newest, value, sample);
    }

    /// <summary>A service's figure by the kind of signal.</summary>
    internal static (double? Value, long Sample) Service(SignalKind kind, ServicePoint point) => kind switch
    {
        SignalKind.LatencyP50 => (point.P50 / 1000, point.Requests - point.Failed),
        SignalKind.LatencyP95 => (point.P95 / 1000, point.Requests - point.Failed),
        SignalKind.LatencyP99 => (point.P99 / 1000, point.Requests - point.Failed),
        SignalKind.ErrorRate => (point.ErrorRate, point.Requests),
        SignalKind.ServerErrorRate => (point.Requests == 0 ? null : (double)point.ServerErrors / point.Requests, point.Requests),
        SignalKind.RequestRate => (point.RequestsPerSecond, point.Requests),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no figure of the service."),
    };

    /// <summary>What became of arrivals by the kind of signal.</summary>
    internal static (double? Value, long Sample) Arrivals(SignalKind kind, IEnumerable<ArrivalMinute> minutes)
    {
        long bad = 0, all = 0;
        foreach (var minute in minutes)
        {
            bad += kind == SignalKind.RejectedItems ? minute.Rejected : minute.Duplicates;
            all += minute.Accepted + minute.Duplicates + minute.Rejected;
        }

        return (all == 0 ? null : (double)bad / all, all);
    }

    /// <summary>Trainings that failed in (from, to] since the last one that succeeded.</summary>
    internal static double FailedJobs(IEnumerable<Job> jobs, DateTimeOffset from, DateTimeOffset to)
    {
        var failed = 0;
        foreach (var job in jobs.Where(job => job.EndedAt > from && job.EndedAt <= to).OrderBy(job => job.EndedAt))
            failed = job.Status switch { JobStatus.Succeeded => 0, JobStatus.Failed or JobStatus.Interrupted => failed + 1, _ => failed };
        return failed;
    }

    private static ModelVersion? Current(RegisteredModel model) =>
        (model.Aliases.Find(alias => alias.Alias == ModelAlias.Champion) is { } champion ? model.Versions.Find(version => version.Id == champion.VersionId) : null) ?? model.Versions.LastOrDefault();

    private static (double? Value, long Sample) Performance(SignalKind kind, string? metric, ModelSeries series)
    {
        var total = series.Total;
        switch (kind)
        {
            case SignalKind.LabelCoverage:
                return (total.LabelCoverage, total.Rows);
            case SignalKind.LabelLag:
                return (total.MeanLagSeconds, total.Labelled);
        }

        var now = metric is null ? null : total.Metric(metric);
        if (kind == SignalKind.Metric || now is null)
            return (now, total.Labelled);
        return MetricInfo.For(metric!).HigherIsBetter is { } higher && series.Baseline.TryGetValue(metric!, out var baseline) && baseline != 0
            ? ((higher ? baseline - now : now - baseline) / Math.Abs(baseline), total.Labelled)
            : (null, total.Labelled);
    }

    private static (double? Value, long Sample) Quality(AlertSignal signal, IReadOnlyList<InputQuality> inputs)
    {
        var shares = inputs.Where(input => signal.Name is null || input.Name == signal.Name)
            .Select(input => (Share: signal.Kind switch { SignalKind.MissingRate => input.Missing, SignalKind.OutOfRange => input.OutOfRange, _ => input.Unknown }, input.Rows))
            .Where(input => input.Share is not null && input.Rows > 0).ToList();
        return shares.Count == 0 ? (null, 0) : shares.MaxBy(input => input.Share);
    }

    private static (double? Value, long Sample) Drift(AlertSignal signal, ModelStatus status)
    {
        if (status.Drift.Total is not { } total)
            return default;
        var judged = total.Features.Where(feature => IsJudged(feature.Verdict.Level)).ToList();
        if (signal.Kind == SignalKind.PredictionDrift)
            return Moved(total.Prediction, total.Rows);
        if (signal.Kind == SignalKind.InputDrift)
            return judged.Find(feature => feature.Name == signal.Name) is { } input ? Moved(input, total.Rows) : (null, total.Rows);
        if (judged.Count == 0)
            return (null, total.Rows);
        var moved = judged.Where(feature => feature.Verdict.Level == DriftLevel.Moved).ToList();
        if (signal.Kind == SignalKind.DriftedInputs)
            return (moved.Count, total.Rows);
        // Where nobody knows what the inputs weigh, each weighs the same.
        return (status.Importance.Count == 0 ? (double)moved.Count / judged.Count : moved.Sum(feature => status.Importance.GetValueOrDefault(feature.Name)), total.Rows);
    }

    private static (double?, long) Moved(FeatureDrift drift, long rows) => (IsJudged(drift.Verdict.Level) ? drift.Verdict.Level == DriftLevel.Moved ? 1 : 0 : null, rows);

    private static bool IsJudged(DriftLevel level) => level is not (DriftLevel.NoReference or DriftLevel.NoData);

    private async Task<SignalReading> ServiceAsync(RegisteredModel model, SignalKind kind, TimeSpan window, ClockMoment at, CancellationToken ct)
    {
        var now = at.Service;
        // The slot under way is part of the window.
        var end = new DateTimeOffset(((now.UtcTicks / Slot.Ticks) + 1) * Slot.Ticks, TimeSpan.Zero);
        switch (kind)
        {
            case SignalKind.PredictionAge:
                return new(now, await queries.NewestArrivalAsync(model.Name, ct) is { } arrival ? Math.Max(0, (now - arrival).TotalSeconds) : null, 0);
            case SignalKind.EventAge:
                return new(now, at.Model is { } newest ? Math.Max(0, (now - newest).TotalSeconds) : null, 0);
            case SignalKind.FailedJobs:
                return new(now, FailedJobs(await jobs.ListAsync(model.Name, null, MostJobs, ct), now - window, now), 0);
            case SignalKind.RejectedItems or SignalKind.Duplicates:
                var (share, items) = Arrivals(kind, await queries.ArrivalsAsync(model.Name, end - window, end, ct));
                return new(now, share, items);
            default:
                var (value, sample) = Service(kind, (await queries.ServiceAsync(model.Name, end - window, end, (int)Math.Max(Pieces, Math.Min(400, window / Slot)), ct)).Total);
                // What is not live cannot be asked too little.
                return new(now, kind == SignalKind.RequestRate && !model.Aliases.Exists(alias => alias.Alias == ModelAlias.Champion) ? null : value, sample);
        }
    }
}
