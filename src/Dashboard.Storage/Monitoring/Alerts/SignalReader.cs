using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>The present, or a moment of the past, on both clocks.</summary>
/// <param name="Model">The model's newest event; null where it has none.</param>
public readonly record struct ClockMoment(DateTimeOffset Service, DateTimeOffset? Model);

/// <summary>Reads signals from windows that are kept anyway: what a reading costs depends on the rule's window, not on history.</summary>
public sealed class SignalReader(MonitoringQueries queries, JobStore jobs, VersionCatalog versions)
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
        if (info.IsOfBlocks)
            return await queries.DriftAsync(model.Name, null, newest, to, ct) is { } drift ? Blocks(model, signal, drift, newest) : new(newest, null, 0);
        var (value, sample) = info.Subject == SignalSubject.Input
            ? Quality(signal, await queries.InputQualityAsync(model.Name, from, to, Pieces, ct) ?? [])
            : await queries.SeriesAsync(model.Name, null, from, to, Pieces, ct) is { } series ? Performance(signal.Kind, MetricOf(model, signal), series) : default;
        return new(newest, value, sample);
    }

    /// <summary>What a judged block says.</summary>
    internal SignalReading Block(RegisteredModel model, AlertSignal signal, JudgedBlock block)
    {
        var (value, sample) = Drift(signal, block, Importance(model));
        return new(block.End, value, sample);
    }

    /// <summary>What the losses up to a block say.</summary>
    internal static SignalReading Loss(ConceptDrift concept, LossPoint point, long periodSeconds) => new(point.Start.AddSeconds(periodSeconds), point.Evidence >= concept.Threshold ? 1 : 0, point.Labelled);

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

    /// <summary>Which share of what was sent in some hours had a fault.</summary>
    internal static (double? Value, long Sample) Share(IEnumerable<FaultCount> hours)
    {
        long faults = 0, sent = 0;
        foreach (var hour in hours)
            (faults, sent) = (faults + hour.Faults, sent + hour.Sent);
        return (sent == 0 ? null : (double)faults / sent, sent);
    }

    internal static QualityKind FaultOf(SignalKind kind) => kind == SignalKind.RejectedItems ? QualityKind.ObservationRejected : QualityKind.Duplicate;

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

        var isEstimate = kind is SignalKind.EstimatedMetric or SignalKind.EstimatedLoss;
        double? estimated = metric is not null && total.Estimated is { } estimate && estimate.Figures.TryGetValue(metric, out var figure) ? figure.Value : null;
        var (now, sample) = isEstimate ? (estimated, (long)(total.Estimated?.Rows ?? 0)) : (metric is null ? null : total.Metric(metric), total.Labelled);
        if (kind is SignalKind.Metric or SignalKind.EstimatedMetric || now is null)
            return (now, sample);
        return MetricInfo.For(metric!).HigherIsBetter is { } higher && series.Baseline.TryGetValue(metric!, out var baseline) && baseline != 0
            ? ((higher ? baseline - now : now - baseline) / Math.Abs(baseline), sample)
            : (null, sample);
    }

    private static (double? Value, long Sample) Quality(AlertSignal signal, IReadOnlyList<InputShares> inputs)
    {
        var shares = inputs.Where(input => signal.Name is null || input.Name == signal.Name)
            .Select(input => (Share: signal.Kind switch { SignalKind.MissingRate => input.Missing, SignalKind.OutOfRange => input.OutOfRange, _ => input.Unknown }, input.Rows))
            .Where(input => input.Share is not null && input.Rows > 0).ToList();
        return shares.Count == 0 ? (null, 0) : shares.MaxBy(input => input.Share);
    }

    private static (double? Value, long Sample) Drift(AlertSignal signal, JudgedBlock block, Dictionary<string, double> importance)
    {
        // Too few reference blocks: it is shown, and nothing is decided by it.
        if (!block.IsCalibrated)
            return (null, block.Rows);
        var inputs = block.Columns.Where(column => column.Name != BlockLayout.Prediction && column.IsCalibrated).ToList();
        var moved = inputs.Where(column => column.Moved).ToList();
        return signal.Kind switch
        {
            SignalKind.PredictionDrift => (Flag(block.Column(BlockLayout.Prediction)), block.Rows),
            SignalKind.InputDrift => (Flag(inputs.Find(column => column.Name == signal.Name)), block.Rows),
            SignalKind.ModelDrift => (block.ModelRatio is null ? null : block.ModelMoved ? 1 : 0, block.Rows),
            _ when inputs.Count == 0 => (null, block.Rows),
            SignalKind.DriftedInputs => (moved.Count, block.Rows),
            // Where nobody knows what the inputs weigh, each weighs the same.
            _ => (importance.Count == 0 ? (double)moved.Count / inputs.Count : moved.Sum(column => importance.GetValueOrDefault(column.Name)), block.Rows),
        };
    }

    private static double? Flag(JudgedColumn? column) => column is { IsCalibrated: true } ? column.Moved ? 1 : 0 : null;

    private SignalReading Blocks(RegisteredModel model, AlertSignal signal, DriftHistory drift, DateTimeOffset newest)
    {
        if (signal.Kind == SignalKind.ConceptDrift)
            return drift.Concept is { Points: [.., var point] } concept ? Loss(concept, point, drift.PeriodSeconds) : new(newest, null, 0);
        return drift.Newest is { } block ? Block(model, signal, block) : new(newest, null, 0);
    }

    /// <summary>Each input's share of the importance, 0 to 1; empty where it is not known.</summary>
    private Dictionary<string, double> Importance(RegisteredModel model)
    {
        var known = Current(model) is { } version ? versions.Find(version.Id)?.Manifest.Importance ?? [] : [];
        var sum = known.Sum(one => one.MeanAbsoluteShap);
        return sum > 0 ? known.ToDictionary(one => one.Feature, one => one.MeanAbsoluteShap / sum, StringComparer.Ordinal) : new(StringComparer.Ordinal);
    }

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
                var (share, items) = Share((await queries.FaultsAsync(model.Name, FaultOf(kind), end - window, end, ct)).Values);
                return new(now, share, items);
            default:
                var (value, sample) = Service(kind, (await queries.ServiceAsync(model.Name, end - window, end, (int)Math.Max(Pieces, Math.Min(400, window / Slot)), ct)).Total);
                // What is not live cannot be asked too little.
                return new(now, kind == SignalKind.RequestRate && !model.Aliases.Exists(alias => alias.Alias == ModelAlias.Champion) ? null : value, sample);
        }
    }
}
