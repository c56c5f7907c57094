using Dashboard.Core.Monitoring;
using Dashboard.Core.Training;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring;

internal enum LabelOutcome { Applied, Replaced, Waiting, Refused }

/// <summary>The writer's hands: appends, labels and counters of the transaction under way. One thread only.</summary>
internal sealed class TelemetryBatch : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly VersionCatalog versions;
    private readonly PendingLabels pending;
    private readonly PredictionLog log;
    private readonly WindowWriter windows;
    private readonly ServiceWriter service;
    private readonly SqliteCommand count;
    private readonly SqliteCommand latest;
    private readonly List<Effect> effects = [];
    private readonly Dictionary<string, long> reached = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Model, string Name), long> counted = [];
    private readonly Dictionary<int, long> arrived = [];
    private bool isOpen;

    public TelemetryBatch(SqliteConnection connection, VersionCatalog versions, TelemetryOptions options)
    {
        this.connection = connection;
        this.versions = versions;
        var hash = new IdHash(Seed(connection));
        log = new(connection, hash);
        pending = new(connection, hash, options);
        windows = new(connection);
        service = new(connection);
        latest = PredictionLog.Prepare(connection, "INSERT INTO counters (model, name, value) VALUES ($1, $2, $3) ON CONFLICT (model, name) DO UPDATE SET value = MAX(value, excluded.value)", 3);
        count = PredictionLog.Prepare(connection, "INSERT INTO counters (model, name, value) VALUES ($1, $2, $3) ON CONFLICT (model, name) DO UPDATE SET value = value + excluded.value", 3);
    }

    /// <summary>Models that the batch touched, each with the newest event time it brought; to be announced after the commit.</summary>
    public IReadOnlyDictionary<string, long> Reached => reached;

    public void Begin()
    {
        reached.Clear();
        // By statement, not by ADO.NET's transaction object, which every prepared command would have to be given each time.
        TelemetryDatabase.Execute(connection, "BEGIN IMMEDIATE");
        isOpen = true;
    }

    /// <summary>Folds what was gathered into the windows and commits: after this it is on disk.</summary>
    public void Commit()
    {
        windows.Fold(effects, versions.WindowSeconds);
        effects.Clear();
        foreach (var ((model, name), value) in counted)
            Write(count, model, name, value);
        counted.Clear();
        foreach (var (model, time) in arrived)
            Write(latest, model, TelemetryCounters.LastArrival, time);
        arrived.Clear();
        TelemetryDatabase.Execute(connection, "COMMIT");
        isOpen = false;
    }

    /// <summary>Appends a prediction; false where its id is there already.</summary>
    public bool Append(PredictionRecord record)
    {
        Count(record.Model.ModelId, TelemetryCounters.Predictions, 1);
        arrived[record.Model.ModelId] = Math.Max(UtcMicroseconds.Of(record.ArrivedAt), arrived.GetValueOrDefault(record.Model.ModelId));
        if (!log.TryAppend(record))
        {
            Count(record.Model.ModelId, TelemetryCounters.Duplicates, 1);
            return false;
        }

        var version = versions.Of(record.Model);
        var eventTime = UtcMicroseconds.Of(record.EventTime);
        effects.Add(new(version, eventTime, record.Features, record.Outputs, double.NaN, record.Label, double.IsNaN(record.Label) ? double.NaN : 0));
        Reach(record.Model.Name, eventTime);
        if (pending.Take(record.Model.ModelId, record.Id) is { } waited)
            Label(record.Model.ModelId, record.Model.Name, waited.Item, waited.Arrived);
        return true;
    }

    public LabelOutcome Label(int modelId, string modelName, in LabelItem item, long arrived)
    {
        if (log.Find(modelId, item.Id) is not { } prediction)
        {
            if (pending.Keep(modelId, item, arrived))
                return LabelOutcome.Waiting;
            Count(modelId, TelemetryCounters.UnknownLabels, 1);
            return LabelOutcome.Refused;
        }

        if (versions.Find(prediction.VersionId) is not { } version || !Fits(version, item.Value))
        {
            Count(modelId, TelemetryCounters.UnknownLabels, 1);
            return LabelOutcome.Refused;
        }

        log.PutLabel(prediction.Seq, item.Value, arrived);
        Reach(modelName, prediction.EventTime);
        var lag = prediction.Label is not null ? double.NaN
            : item.KnownAt is { } known ? (UtcMicroseconds.Of(known) - prediction.EventTime) / 1e6
            : (arrived - prediction.Arrived) / 1e6;
        effects.Add(new(version, prediction.EventTime, null, prediction.Outputs, prediction.Label ?? double.NaN, item.Value, lag));
        return prediction.Label is null ? LabelOutcome.Applied : LabelOutcome.Replaced;
    }

    public void AddService(ServiceCount counts) => service.Add(counts);

    public void Count(int modelId, string name, long more) => counted[(modelId, name)] = counted.GetValueOrDefault((modelId, name)) + more;

    /// <summary>Labels whose prediction never came are unknown from now on.</summary>
    public void ExpirePending(long before)
    {
        foreach (var (model, expired) in pending.Expire(before))
            Count(model, TelemetryCounters.UnknownLabels, expired);
    }

    /// <summary>Removes everything of a model.</summary>
    public void Forget(int modelId, string modelName)
    {
        effects.RemoveAll(effect => effect.Version.ModelId == modelId);
        Run("DELETE FROM labels WHERE seq IN (SELECT seq FROM predictions WHERE model = $1)", (long)modelId);
        foreach (var table in (ReadOnlySpan<string>)["predictions", "windows", "counters", "pending_labels"])
            Run($"DELETE FROM {table} WHERE model = $1", (long)modelId);
        Run("DELETE FROM service_windows WHERE model = $1", modelName);
        pending.Reload();
        windows.Reset();
        arrived.Remove(modelId);
        foreach (var key in counted.Keys.Where(key => key.Model == modelId).ToList())
            counted.Remove(key);
    }

    /// <summary>Removes at most some thousand rows that are past their retention, oldest first.</summary>
    /// <returns>True where there may be more.</returns>
    public bool Expire(int modelId, long logBefore, long finestBefore)
    {
        const int most = 5000;
        var old = "SELECT seq FROM predictions WHERE model = $1 AND event_time < $2 ORDER BY event_time LIMIT " + most;
        Run($"DELETE FROM labels WHERE seq IN ({old})", (long)modelId, logBefore);
        var removed = Run($"DELETE FROM predictions WHERE seq IN ({old})", (long)modelId, logBefore);
        var merged = Run($"DELETE FROM windows WHERE key IN (SELECT key FROM windows WHERE model = $1 AND resolution = 0 AND start < $2 LIMIT {most})", (long)modelId, finestBefore);
        if (merged > 0)
            windows.Reset();
        return removed == most || merged == most;
    }

    /// <summary>Removes what no page asks for any more: the service's slots after a day, its minutes with the finest windows, indexes of predictions that are gone.</summary>
    public void ExpireService(long slotsBefore, long minutesBefore)
    {
        Run("DELETE FROM service_windows WHERE resolution = 0 AND start < $1", slotsBefore);
        Run("DELETE FROM service_windows WHERE resolution = 1 AND start < $1", minutesBefore);
        using var oldest = connection.CreateCommand();
        oldest.CommandText = "SELECT MIN(seq) FROM predictions";
        if (oldest.ExecuteScalar() is long first)
            log.Index.Forget(first);
    }

    public void Dispose()
    {
        log.Dispose();
        pending.Dispose();
        windows.Dispose();
        service.Dispose();
        count.Dispose();
        latest.Dispose();
        if (isOpen)
            RollBack();
    }

    private static bool Fits(MonitoredVersion version, double value) => version.Manifest.Task == ModelTask.Regression
        ? double.IsFinite(value)
        : value >= 0 && value < version.Manifest.Classes.Count && value == Math.Floor(value);

    private static ulong Seed(SqliteConnection connection)
    {
        using var make = connection.CreateCommand();
        make.CommandText = "INSERT OR IGNORE INTO settings (name, value) VALUES ('id_hash_seed', $seed); SELECT value FROM settings WHERE name = 'id_hash_seed'";
        make.Parameters.AddWithValue("$seed", BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)));
        return (ulong)(long)make.ExecuteScalar()!;
    }

    private void RollBack()
    {
        try
        {
            TelemetryDatabase.Execute(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself already, as it does when the disk is full; there is no transaction left to end.
        }
    }

    private void Reach(string model, long eventTime) => reached[model] = Math.Max(eventTime, reached.GetValueOrDefault(model, long.MinValue));

    private static void Write(SqliteCommand counter, int model, string name, long value)
    {
        counter.Parameters[0].Value = (long)model;
        counter.Parameters[1].Value = name;
        counter.Parameters[2].Value = value;
        counter.ExecuteNonQuery();
    }

    private int Run(string sql, params ReadOnlySpan<object> values)
    {
        using var command = PredictionLog.Prepare(connection, sql, values.Length);
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command.ExecuteNonQuery();
    }
}

/// <summary>Names of what is counted for a model beside its windows.</summary>
public static class TelemetryCounters
{
    public const string Duplicates = "duplicates";
    public const string UnknownLabels = "unknown_labels";

    /// <summary>All predictions that were ever answered or observed, duplicates among them.</summary>
    public const string Predictions = "predictions";

    /// <summary>When the last of them arrived, in microseconds since 1970.</summary>
    public const string LastArrival = "last_arrival";
}
