using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>
/// The one writer of telemetry.db. It drains the queue of served predictions and what callers sent in, in one transaction a batch, at least five times a second.
/// A caller's task completes when its batch is on disk. When a batch fails, each caller's part is tried alone, so that only the one at fault fails; the writer goes on.
/// </summary>
public sealed partial class TelemetryStore(TelemetryDatabase database, VersionCatalog versions, SegmentCatalog segments, PredictionQueue queue, ServiceCounters counters, QualityCounters quality,
    Router router, IDbContextFactory<DashboardDb> factory, Notifications notifications, TelemetryOptions options, TimeProvider time, ILogger<TelemetryStore> logger) : IDisposable
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
    private DateTimeOffset nextSegmentWork;

    /// <summary>Appends predictions that were made elsewhere; completes when they are on disk.</summary>
    public Task<ObservationResult> AppendAsync(IReadOnlyList<PredictionRecord> records, CancellationToken ct) => EnqueueAsync(new ObservationWork(records), ct);

    /// <summary>Applies ground truth; completes when it is on disk.</summary>
    public Task<LabelResult> LabelAsync(int modelId, string modelName, IReadOnlyList<LabelItem> items, CancellationToken ct) =>
        EnqueueAsync(new LabelWork(modelId, modelName, items, time.GetUtcNow()), ct);

    /// <summary>The row of a prediction by its id; null where there is none.</summary>
    public Task<long?> FindAsync(int modelId, string id, CancellationToken ct) => EnqueueAsync(new FindWork(modelId, id), ct);

    /// <summary>Removes the log, windows and counters of a model that was deleted.</summary>
    public Task ForgetAsync(int modelId, string modelName, CancellationToken ct) => EnqueueAsync(new ForgetWork(modelId, modelName), ct);

    /// <summary>Removes the rows of one entity; see <see cref="EntityErasure"/>.</summary>
    internal Task<ErasedRows> EraseAsync(int modelId, string modelName, string key, IReadOnlyList<long> rows, long last, CancellationToken ct) =>
        EnqueueAsync(new EraseWork(modelId, modelName, key, rows, last), ct);

    /// <summary>Keeps judged blocks together with the stream that judged them.</summary>
    internal Task RecordAsync(DriftEntry entry, CancellationToken ct) => EnqueueAsync(new DriftWork(entry), ct);

    /// <summary>Writes until it is cancelled, then writes what is left. Occupies its thread.</summary>
    public void Run(CancellationToken ct)
    {
        using var connection = database.OpenWriter();
        var batch = new TelemetryBatch(connection, versions, segments, router, options);
        try
        {
            while (!ct.IsCancellationRequested)
            {
                if (work.IsEmpty && queue.Count < MostInBatch && !HasSegmentWork(batch))
                    Wait(ct);
                WriteOnce(connection, ref batch);
                if (HasSegmentWork(batch))
                    WorkOnSegments(connection, ref batch);
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
        var counts = new Counted(counters.Take(time.GetUtcNow()), quality.Take(time.GetUtcNow()));
        var housekeeping = time.GetUtcNow() >= nextHousekeeping;
        if (running.Count == 0 && served.Count == 0 && counts.IsEmpty && !housekeeping)
            return;
        if (housekeeping)
            nextHousekeeping = time.GetUtcNow() + Housekeeping;
        if (TryWrite(connection, ref batch, served, running, counts, housekeeping) is { } fault)
        {
            LogFailure(logger, fault);
            WriteApart(connection, ref batch, counts);
        }

        served.Clear();
    }

    /// <summary>After a batch has failed: each caller's items in a transaction of their own, so that the one at fault fails alone.</summary>
    private void WriteApart(SqliteConnection connection, ref TelemetryBatch batch, in Counted counts)
    {
        if (TryWrite(connection, ref batch, served, [], counts, housekeeping: false) is { } lost)
        {
            LogLost(logger, lost, served.Count);
            queue.CountAsNotLogged(served.Count);
        }

        foreach (var item in running)
        {
            if (TryWrite(connection, ref batch, [], [item], Counted.Nothing, housekeeping: false) is { } refused)
            {
                LogRefused(logger, refused);
                item.Fail(refused);
            }
        }
    }

    /// <summary>Writes one transaction and tells everyone concerned, or undoes it.</summary>
    /// <returns>What stood in the way; whatever it was, the next batch must not suffer from it.</returns>
    private Exception? TryWrite(SqliteConnection connection, ref TelemetryBatch batch, IReadOnlyList<PredictionRecord> records, IReadOnlyList<TelemetryWork> items,
        Counted counts, bool housekeeping)
    {
        var fault = InTransaction(connection, ref batch, batch =>
        {
            foreach (var record in records)
                batch.Append(record);
            foreach (var item in items)
                item.Run(batch);
            foreach (var count in counts.Service)
                batch.AddService(count);
            foreach (var count in counts.Quality)
                batch.AddQuality(count);
            if (housekeeping)
                KeepHouse(batch);
        });
        if (fault is not null)
            return fault;
        // What an erasure overwrote still stands in the write-ahead file until its pages are carried over; where a reader holds them back, a later checkpoint does it.
        if (items.Any(item => item.IsErasure))
            TelemetryDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        // Before whoever waits is told: what they ask next must not be answered from memory.
        var reached = batch.Reached;
        Announce(reached);
        foreach (var model in counts.Service.Select(count => count.Model).Distinct(StringComparer.Ordinal).Where(model => !reached.ContainsKey(model)))
            notifications.Publish(new(Topics.Monitoring, model));
        foreach (var item in items)
        {
            item.Count(counters, time.GetUtcNow());
            item.Complete();
        }

        return null;
    }

    /// <returns>What stood in the way; then nothing of it was written, and the batch is a new one.</returns>
    private Exception? InTransaction(SqliteConnection connection, ref TelemetryBatch batch, Action<TelemetryBatch> write)
    {
        try
        {
            batch.Begin();
            write(batch);
            batch.Commit();
            return null;
        }
        catch (Exception exception)
        {
            batch.Dispose();
            batch = new(connection, versions, segments, router, options);
            return exception;
        }
    }

    private void Announce(IReadOnlyDictionary<string, long> reached)
    {
        foreach (var (model, eventTime) in reached)
            notifications.Publish(new(Topics.Monitoring, model, null, eventTime == long.MinValue ? null : UtcMicroseconds.ToTime(eventTime)));
    }

    private bool HasSegmentWork(TelemetryBatch batch) => batch.HasSegmentWork && time.GetUtcNow() >= nextSegmentWork;

    /// <summary>A step between two batches, in a transaction of its own: whoever waits for a commit waits some tens of milliseconds longer at most.</summary>
    private void WorkOnSegments(SqliteConnection connection, ref TelemetryBatch batch)
    {
        if (InTransaction(connection, ref batch, static batch => batch.WorkOnSegments()) is { } fault)
        {
            LogSegments(logger, fault);
            nextSegmentWork = time.GetUtcNow() + Housekeeping;
            return;
        }

        Announce(batch.Reached);
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
        batch.ExpireService(UtcMicroseconds.Of(now.AddDays(-1)), UtcMicroseconds.Of(now.AddDays(-options.WindowRetentionDays)), UtcMicroseconds.Of(now.AddDays(-options.LogRetentionDays)));
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

    [LoggerMessage(LogLevel.Warning, "A batch of telemetry could not be written; its parts are tried one by one")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Served} served predictions could not be logged")]
    private static partial void LogLost(ILogger logger, Exception exception, int served);

    [LoggerMessage(LogLevel.Error, "The windows of a segment could not be brought up to date; it is tried again in a minute")]
    private static partial void LogSegments(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "What a caller sent could not be written; the caller was told")]
    private static partial void LogRefused(ILogger logger, Exception exception);

    /// <summary>What was counted since the last batch.</summary>
    private readonly record struct Counted(IReadOnlyList<ServiceCount> Service, IReadOnlyList<QualityCount> Quality)
    {
        public static Counted Nothing => new([], []);

        public bool IsEmpty => Service.Count == 0 && Quality.Count == 0;
    }
}
