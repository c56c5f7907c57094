using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Models;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>What is stored of a model over a range, as read at one time.</summary>
/// <param name="Rollout">The rollout that is under way; null: none.</param>
public sealed record WallReading(ModelPicture Picture, ModelStatus Status, DateTimeOffset ReadAt, RolloutState? Rollout = null);

/// <summary>Reads models for all walls together: however many screens show a model over the same range, it is read at most once in two seconds, and not at all while nothing changes.</summary>
public sealed class WallReadings : IDisposable
{
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(2);

    /// <summary>What no screen has asked for in so long is forgotten.</summary>
    private static readonly TimeSpan Unasked = TimeSpan.FromMinutes(5);

    /// <summary>A wall has room for two and counts the others.</summary>
    private const int MostIncidents = 100;

    private readonly ConcurrentDictionary<(string Model, string Range), SharedReading<WallReading?>> readings = new();
    private readonly ConcurrentDictionary<string, long> changes = new(StringComparer.Ordinal);
    private readonly SharedReading<IReadOnlyList<RegisteredModel>> models;
    private readonly SharedReading<IReadOnlyList<RecentDeployment>> deployments;
    private readonly SharedReading<IReadOnlyList<IncidentView>> incidents;
    private readonly SharedReading<IReadOnlyList<RolloutView>> rollouts;
    private readonly ModelRegistry registry;
    private readonly DeploymentHistory history;
    private readonly MonitoringQueries queries;
    private readonly ModelStatusQuery statuses;
    private readonly TimeProvider time;
    private readonly IDisposable subscription;
    private long registryChanges;
    private long alertChanges;

    public WallReadings(ModelRegistry registry, DeploymentHistory history, MonitoringQueries queries, ModelStatusQuery statuses, Incidents open, RolloutStore store, Notifications notifications, TimeProvider time)
    {
        (this.registry, this.history, this.queries, this.statuses, this.time) = (registry, history, queries, statuses, time);
        models = new(() => registry.ListAsync(CancellationToken.None), () => Interlocked.Read(ref registryChanges), TimeSpan.Zero, time);
        deployments = new(() => history.RecentAsync(time.GetUtcNow() - WallNotices.Recent, CancellationToken.None), () => Interlocked.Read(ref registryChanges), TimeSpan.Zero, time);
        incidents = new(() => open.ListAsync(null, open: true, MostIncidents, CancellationToken.None), () => Interlocked.Read(ref alertChanges), TimeSpan.Zero, time);
        rollouts = new(() => store.NewsAsync(time.GetUtcNow() - WallNotices.Recent, CancellationToken.None), () => Interlocked.Read(ref registryChanges), TimeSpan.Zero, time);
        subscription = notifications.Subscribe(notification =>
        {
            if (notification.Topic is Topics.Registry or Topics.Deployments)
                Interlocked.Increment(ref registryChanges);
            var isAlert = AlertSubjects.IsOfIncidents(notification);
            if (isAlert)
                Interlocked.Increment(ref alertChanges);
            if (notification.Model is { } model && (isAlert || notification.Topic is Topics.Registry or Topics.Deployments or Topics.Monitoring))
                changes.AddOrUpdate(model, 1, static (_, count) => count + 1);
        });
    }

    /// <summary>All registered models with versions, aliases and tags.</summary>
    public Task<IReadOnlyList<RegisteredModel>> ModelsAsync(CancellationToken ct) => models.GetAsync(ct);

    /// <summary>Changes of champion that are news on a wall, newest first.</summary>
    public Task<IReadOnlyList<RecentDeployment>> DeploymentsAsync(CancellationToken ct) => deployments.GetAsync(ct);

    /// <summary>Rollouts that are under way, and those that ended so lately that it is news.</summary>
    public Task<IReadOnlyList<RolloutView>> RolloutsAsync(CancellationToken ct) => rollouts.GetAsync(ct);

    /// <summary>Incidents that are not over, newest first.</summary>
    public Task<IReadOnlyList<IncidentView>> IncidentsAsync(CancellationToken ct) => incidents.GetAsync(ct);

    /// <summary>A model over a range; null where it is gone. What changed before the call is in it.</summary>
    /// <param name="presentWillDo">Takes what is there, however old.</param>
    public Task<WallReading?> OfAsync(string model, TimeSelection range, bool presentWillDo, CancellationToken ct)
    {
        if (!readings.TryGetValue((model, range.Text), out var reading))
        {
            foreach (var (key, old) in readings)
                if (time.GetUtcNow() - old.AskedAt > Unasked)
                    readings.TryRemove(key, out _);
            reading = readings.GetOrAdd((model, range.Text), _ => new(() => ReadAsync(model, range), () => changes.GetValueOrDefault(model), Calm, time));
        }

        return reading.GetAsync(ct, presentWillDo);
    }

    public void Dispose() => subscription.Dispose();

    private async Task<WallReading?> ReadAsync(string name, TimeSelection range)
    {
        var now = time.GetUtcNow();
        if (await registry.FindAsync(name, CancellationToken.None) is not { } model)
            return null;
        var clocks = ClockRanges.Of(range, await queries.SpanAsync(name, CancellationToken.None), model, now);
        return await statuses.OfAsync(model, clocks, CancellationToken.None) is { } status
            ? new(new(model, await history.ListAsync(name, CancellationToken.None)), status, now,
                (await RolloutsAsync(CancellationToken.None)).FirstOrDefault(rollout => rollout.Model == name && !rollout.State.IsTerminal)?.State)
            : null;
    }
}
