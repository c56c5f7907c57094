using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Monitoring.Quality;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Slices;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring;

/// <summary>
/// What pages and automation ask about a model in production. Ranges are half open; on the model's clock they are event time, on the service's clock arrival.
/// Everything is read from windows and remembered until the model's next change, so many viewers cost as much as one.
/// </summary>
public sealed partial class MonitoringQueries : IDisposable
{
    public const int DefaultPoints = 400;

    /// <summary>What figures over time are made from; features and their groups cost several times as much to read.</summary>
    private const ProfileParts WhatWasAnswered = ProfileParts.Output | ProfileParts.Estimates;

    private readonly IDbContextFactory<DashboardDb> factory;
    private readonly VersionCatalog versions;
    private readonly PredictionQueue queue;
    private readonly TimeProvider time;
    private readonly WindowReader windows;
    private readonly DriftQuery drift;
    private readonly SegmentReferences segments;
    private readonly QualityQuery quality;
    private readonly SliceQuery slices;
    private readonly QueryCache cache;

    public MonitoringQueries(TelemetryDatabase database, VersionCatalog versions, IDbContextFactory<DashboardDb> factory, PredictionQueue queue, DriftLedger ledger, SegmentCatalog catalog, Notifications notifications, TimeProvider time)
    {
        this.factory = factory;
        this.versions = versions;
        this.queue = queue;
        this.time = time;
        windows = new(database, versions);
        segments = new(versions, catalog);
        drift = new(windows, versions, ledger, new(windows, segments));
        quality = new(windows, versions, segments);
        slices = new(windows, versions);
        cache = new(notifications, time);
    }

    /// <summary>The oldest and newest event of a model; null without any. "Last 30 days" ends at the newest.</summary>
    public async Task<(DateTimeOffset Oldest, DateTimeOffset Newest)?> SpanAsync(string model, CancellationToken ct) =>
        await TargetAsync(model, null, ct) is { } target
            ? await cache.GetAsync(model, "span", () => windows.Span(target.ModelId), ct)
            : null;

    /// <summary>Metrics, positive rate, label coverage and lag over time; null where there is no such model or version.</summary>
    /// <param name="version">A version's number; null for all together.</param>
    public Task<ModelSeries?> SeriesAsync(string model, int? version, DateTimeOffset from, DateTimeOffset to, int maxPoints, CancellationToken ct) =>
        SeriesAsync(model, version, null, from, to, maxPoints, ct);

    /// <summary>Requests, failures and latencies over arrival time.</summary>
    public Task<ServiceSeries> ServiceAsync(string model, DateTimeOffset from, DateTimeOffset to, int maxPoints, CancellationToken ct) =>
        cache.GetAsync(model, ("service", from, to, maxPoints), () => Service(model, from, to, maxPoints), ct);

    /// <summary>Counts of what did not become part of the windows.</summary>
    public async Task<TelemetryCounts> CountsAsync(string model, CancellationToken ct)
    {
        if (await TargetAsync(model, null, ct) is not { } target)
            return new(queue.NotLogged, 0, 0, 0);
        var (duplicates, unknown, waiting) = await cache.GetAsync(model, "counts", () => windows.Counters(target.ModelId), ct);
        return new(queue.NotLogged, duplicates, unknown, waiting);
    }

    public void Dispose() => cache.Dispose();

    private ModelSeries Series(Target target, string model, int? version, int? segment, DateTimeOffset from, DateTimeOffset to, int maxPoints)
    {
        var plan = WindowPlan.For((to - from).TotalSeconds, versions.WindowSeconds(target.ModelId), maxPoints);
        var step = TimeSpan.FromSeconds(plan.Seconds);
        var steps = new Dictionary<long, OutputMerge>();
        var total = new OutputMerge();
        foreach (var window in windows.Read(target.ModelId, target.VersionId, plan.Resolution, UtcMicroseconds.Floor(UtcMicroseconds.Of(from), plan.Seconds), UtcMicroseconds.Of(to), segment, WhatWasAnswered))
        {
            var start = UtcMicroseconds.Floor(window.Start, plan.Seconds);
            if (!steps.TryGetValue(start, out var merge))
                steps[start] = merge = new();
            merge.Add(window);
            total.Add(window);
        }

        var points = steps.OrderBy(pair => pair.Key).Select(pair => Window(UtcMicroseconds.ToTime(pair.Key), step, pair.Value)).ToList();
        var whole = Window(from, to - from, total);
        var judge = (target.VersionId ?? target.ChampionId) is { } id ? versions.Find(id) : null;
        return new(model, version, from, to, step, points, whole, target.Baseline, total.Largest()?.Invalid ?? 0)
        {
            EstimatedChange = Change(whole.Estimated, target.Baseline, judge?.Estimator),
            Limits = judge?.Estimator?.Limits() ?? new Dictionary<string, AlarmLimits>(),
            WhyNoEstimates = judge?.WhyNoEstimates,
        };
    }

    private ServiceSeries Service(string model, DateTimeOffset from, DateTimeOffset to, int maxPoints)
    {
        var now = time.GetUtcNow();
        var range = (to - from).TotalSeconds;
        // Slots live for a day; the step is a multiple of the resolution that gives few enough points.
        var resolution = range / 5 <= 4000 && now - from < TimeSpan.FromHours(23) ? ServiceResolution.Slot
            : range / 60 <= 6000 ? ServiceResolution.Minute : range / 3600 <= 6000 ? ServiceResolution.Hour : ServiceResolution.Day;
        var unit = resolution.Seconds();
        var seconds = unit * (long)Math.Max(1, Math.Ceiling(range / unit / maxPoints));
        var step = TimeSpan.FromSeconds(seconds);
        var steps = new SortedDictionary<long, ServiceWindow>();
        var total = new ServiceWindow();
        foreach (var (start, window) in windows.ReadService(model, resolution, UtcMicroseconds.Floor(UtcMicroseconds.Of(from), seconds), UtcMicroseconds.Of(to)))
        {
            var key = UtcMicroseconds.Floor(start, seconds);
            if (!steps.TryGetValue(key, out var merge))
                steps[key] = merge = new();
            merge.Add(window);
            total.Add(window);
        }

        return new(model, from, to, step, [.. steps.Select(pair => Point(UtcMicroseconds.ToTime(pair.Key), step, pair.Value))],
            Point(from, to > from ? to - from : step, total), new SortedDictionary<int, long>(total.Failures.ToDictionary()));
    }

    private static ServicePoint Point(DateTimeOffset start, TimeSpan length, ServiceWindow window) =>
        new(start, length, window.Requests, window.Failed, window.ServerErrors, window.Percentile(0.5), window.Percentile(0.95), window.Percentile(0.99));

    private static MetricWindow Window(DateTimeOffset start, TimeSpan length, OutputMerge merge)
    {
        if (merge.Largest() is not { } profile)
            return new(start, length, 0, 0, new Dictionary<string, double>(), null, null);
        var estimate = merge.Estimate(profile);
        return new(start, length, profile.Rows, profile.Labelled, ProfileMetrics.Of(profile), profile.MeanOutput, profile.MeanLagSeconds)
        {
            Bands = RealisedBands.Of(profile),
            Estimated = estimate,
            Alarms = estimate is null ? [] : merge.Alarms(estimate),
        };
    }

    /// <summary>Estimated minus baseline, with the uncertainty of both: that of so many predictions, and that of the rows which the baseline was measured on.</summary>
    private static Dictionary<string, EstimatedFigure> Change(EstimatedMetrics? estimate, IReadOnlyDictionary<string, double> baseline, PerformanceEstimator? judge)
    {
        var change = new Dictionary<string, EstimatedFigure>(StringComparer.Ordinal);
        foreach (var (key, figure) in estimate?.Figures ?? new Dictionary<string, EstimatedFigure>())
        {
            if (!baseline.TryGetValue(key, out var was))
                continue;
            var error = double.Hypot(figure.Error, judge?.ReferenceError(key) ?? 0);
            change[key] = new(figure.Value - was, error, figure.Value - was - (EstimatedFigure.Width * error), figure.Value - was + (EstimatedFigure.Width * error));
        }

        return change;
    }

    private async Task<Target?> TargetAsync(string model, int? version, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.Where(m => m.Name == model).Select(m => new { m.Id, m.DriftPeriodSeconds, m.HarmfulMargin }).SingleOrDefaultAsync(ct) is not { Id: var id, DriftPeriodSeconds: var period, HarmfulMargin: var margin })
            return null;
        var champion = await db.ModelAliases.Where(a => a.ModelId == id && a.Alias == ModelAlias.Champion).Select(a => (int?)a.VersionId).SingleOrDefaultAsync(ct);
        if (version is null)
            return new(id, null, champion, champion is { } live && versions.Find(live) is { } found ? found.Manifest : null, period, margin);
        var versionId = await db.ModelVersions.Where(v => v.ModelId == id && v.Number == version).Select(v => (int?)v.Id).SingleOrDefaultAsync(ct);
        return versionId is { } wanted && versions.Find(wanted) is { } known ? new(id, wanted, champion, known.Manifest, period, margin) : null;
    }

    /// <summary>A model, or one version of it, as the windows know it.</summary>
    /// <param name="Manifest">The version's, or the champion's; null where there is no champion.</param>
    private sealed record Target(int ModelId, int? VersionId, int? ChampionId, ModelManifest? Manifest, long? DriftPeriodSeconds, double HarmfulMargin)
    {
        public IReadOnlyDictionary<string, double> Baseline => Manifest?.Metrics ?? new Dictionary<string, double>();
    }
}
