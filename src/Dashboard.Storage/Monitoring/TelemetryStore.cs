using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dashboard.Storage.Monitoring;

/// <summary>
/// The one writer of telemetry.db. It drains the queue of served predictions and what callers sent in, in one transaction a batch, at least five times a second.
/// A caller's task completes when its batch is on disk. A batch that fails fails its callers, counts its served predictions as not logged, and the writer goes on.
/// </summary>
public sealed partial class TelemetryStore(TelemetryDatabase database, VersionCatalog versions, PredictionQueue queue, ServiceCounters counters,
    IDbContextFactory<DashboardDb> factory, Notifications notifications, TelemetryOptions options, TimeProvider time, ILogger<TelemetryStore> logger) : IDisposable
{
    private const int MostInBatch = 20_000;
    private const int MostCallers = 256;

    private static readonly TimeSpan Housekeeping = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<TelemetryWork> work = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly SemaphoreSlim room = new(MostCallers);
    private readonly List<TelemetryWork> running = [];
    private readonly List<PredictionRecord> served = [];
    private DateTimeOffset nextHousekeeping;

    /// <summary>Appends predictions that were made elsewhere; completes when they are on disk.</summary>
    public Task<ObservationResult> AppendAsync(IReadOnlyList<PredictionRecord> records, CancellationToken ct) => EnqueueAsync(new ObservationWork(records), ct);

    /// <summary>Applies ground truth; completes when it is on disk.</summary>
    public Task<LabelResult> LabelAsync(int modelId, string modelName, IReadOnlyList<LabelItem> items, CancellationToken ct) =>
        EnqueueAsync(new LabelWork(modelId, modelName, items, time.GetUtcNow()), ct);

    /// <summary>Removes the log, windows and counters of a model that was deleted.</summary>
    public Task ForgetAsync(int modelId, string modelName, CancellationToken ct) => EnqueueAsync(new ForgetWork(modelId, modelName), ct);

    /// <summary>Writes until it is cancelled, then writes what is left. Occupies its thread.</summary>
    public void Run(CancellationToken ct)
    {
        using var connection = database.OpenWriter();
        var batch = new TelemetryBatch(connection, versions, options);
        try
        {
            while (!ct.IsCancellationRequested)
            {
                if (work.IsEmpty && queue.Count < MostInBatch)
                    Wait(ct);
                WriteOnce(connection, ref batch);
            }

            while (!work.IsEmpty || queue.Count > 0)
                WriteOnce(connection, ref batch);
            WriteOnce(connection, ref batch);
        }
        finally
        {
            batch.Dispose();
        }
    }

    public void Dispose()
    {
        wake.Dispose();
        room.Dispose();
    }

    private async Task<T> EnqueueAsync<T>(TelemetryWork<T> item, CancellationToken ct)
    {
        await room.WaitAsync(ct);
        try
        {
            work.Enqueue(item);
            wake.Release();
            return await item.Done.WaitAsync(ct);
        }
        finally
        {
            room.Release();
        }
    }

    private void Wait(CancellationToken ct)
    {
        try
        {
            wake.Wait(options.CommitInterval, ct);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it and writes what is left.
        }
    }

    private void WriteOnce(SqliteConnection connection, ref TelemetryBatch batch)
    {
        Gather();
        var counts = counters.Take(time.GetUtcNow());
        var housekeeping = time.GetUtcNow() >= nextHousekeeping;
        if (running.Count == 0 && served.Count == 0 && counts.Count == 0 && !housekeeping)
            return;
        try
        {
            batch.Begin();
            foreach (var record in served)
                batch.Append(record);
            foreach (var item in running)
                item.Run(batch);
            foreach (var count in counts)
                batch.AddService(count);
            if (housekeeping)
                KeepHouse(batch);
            batch.Commit();
        }
        catch (Exception exception)
        {
            // Whatever it was, the next batch must not suffer from it: the log says what, the page shows the count.
            LogFailure(logger, exception, served.Count, running.Count);
            queue.CountAsNotLogged(served.Count);
            foreach (var item in running)
                item.Fail(exception);
            batch.Dispose();
            batch = new(connection, versions, options);
            return;
        }
        finally
        {
            served.Clear();
        }

        foreach (var item in running)
            item.Complete();
        foreach (var (model, eventTime) in batch.Reached)
            notifications.Publish(new(Topics.Monitoring, model, null, UtcMicroseconds.ToTime(eventTime)));
        var reached = batch.Reached;
        foreach (var model in counts.Select(count => count.Model).Distinct(StringComparer.Ordinal).Where(model => !reached.ContainsKey(model)))
            notifications.Publish(new(Topics.Monitoring, model));
    }

    private void Gather()
    {
        running.Clear();
        var size = 0;
        while (size < MostInBatch && work.TryDequeue(out var item))
        {
            running.Add(item);
            size += item.Size;
        }

        for (size = 0; size < MostInBatch && queue.TryRead(out var record); size++)
            served.Add(record);
    }

    private void KeepHouse(TelemetryBatch batch)
    {
        var now = time.GetUtcNow();
        batch.ExpirePending(UtcMicroseconds.Of(now - options.PendingFor));
        batch.ExpireService(UtcMicroseconds.Of(now.AddDays(-1)), UtcMicroseconds.Of(now.AddDays(-options.WindowRetentionDays)));
        var more = false;
        using var db = factory.CreateDbContext();
        foreach (var model in db.Models.Select(model => model.Id).ToList())
            if (NewestEvent(model) is { } newest)
                more |= batch.Expire(model, UtcMicroseconds.Of(newest.AddDays(-options.LogRetentionDays)), UtcMicroseconds.Of(newest.AddDays(-options.WindowRetentionDays)));
        nextHousekeeping = now + (more ? TimeSpan.FromSeconds(1) : Housekeeping);
    }

    private DateTimeOffset? NewestEvent(int modelId)
    {
        using var connection = database.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT MAX(event_time) FROM predictions WHERE model = $model";
        command.Parameters.AddWithValue("$model", modelId);
        return command.ExecuteScalar() is long newest ? UtcMicroseconds.ToTime(newest) : null;
    }

    [LoggerMessage(LogLevel.Error, "A batch of telemetry could not be written: {Served} served predictions are lost and {Callers} callers were told")]
    private static partial void LogFailure(ILogger logger, Exception exception, int served, int callers);
}
