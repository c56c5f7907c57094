using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

internal enum LabelOutcome { Applied, Replaced, Waiting, Refused }

/// <summary>The writer's hands: appends, labels and counters of the transaction under way. One thread only.</summary>
internal sealed partial class TelemetryBatch : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly VersionCatalog versions;
    private readonly PendingLabels pending;
    private readonly PredictionLog log;
    private readonly WindowWriter windows;
    private readonly ServiceWriter service;
    private readonly QualityWriter quality;
    private readonly ArrivalWriter arrivals;
    private readonly SegmentCatalog catalog;
    private readonly SegmentLedger ledger;
    private readonly SegmentPast past;
    private readonly SplitLosses losses;
    private readonly SqliteCommand count;
    private readonly SqliteCommand latest;
    private readonly long slicedFrom;
    private readonly List<WindowEffect> effects = [];
    private readonly Dictionary<string, long> reached = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Model, string Name), long> counted = [];
    private readonly Dictionary<(int Model, long Hour), long> duplicates = [];
    private readonly Dictionary<int, long> arrived = [];
    private SegmentSnapshot? segments;
    private bool isOpen;

    public TelemetryBatch(SqliteConnection connection, VersionCatalog versions, SegmentCatalog catalog, Router router, TelemetryOptions options)
    {
        this.connection = connection;
        this.versions = versions;
        this.catalog = catalog;
        var hash = new IdHash(Seed(connection));
        log = new(connection, hash);
        pending = new(connection, hash, options);
        windows = new(connection);
        service = new(connection);
        latest = PredictionLog.Prepare(connection, "INSERT INTO counters (model, name, value) VALUES ($1, $2, $3) ON CONFLICT (model, name) DO UPDATE SET value = MAX(value, excluded.value)", 3);
        quality = new(connection);
        arrivals = new(connection);
        ledger = new(connection);
        past = new(connection, versions);
        losses = new(router);
        slicedFrom = Setting(connection, TelemetrySchema.SlicedFrom);
        count = PredictionLog.Prepare(connection, "INSERT INTO counters (model, name, value) VALUES ($1, $2, $3) ON CONFLICT (model, name) DO UPDATE SET value = value + excluded.value", 3);
    }

    /// <summary>Models that the batch touched, each with the newest event time it brought; to be announced after the commit.</summary>
    public IReadOnlyDictionary<string, long> Reached => reached;

    /// <summary>Whether a segment was defined or removed, or one's past is not complete.</summary>
    public bool HasSegmentWork => catalog.HasChangedSince(segments) || ledger.Unfilled() is not null || ledger.Obsolete(Segments) is not null;

    private SegmentSnapshot Segments => segments ?? throw new InvalidOperationException("No transaction has begun.");

    public void Begin()
    {
        reached.Clear();
        // By statement, not by ADO.NET's transaction object, which every prepared command would have to be given each time.
        TelemetryDatabase.Execute(connection, "BEGIN IMMEDIATE");
        isOpen = true;
        segments = catalog.Current;
        ledger.Start(segments, log.Last);
    }

    /// <summary>Folds what was gathered into the windows and commits: after this it is on disk.</summary>
    public void Commit()
    {
        windows.Fold(effects, versions.WindowSeconds, Segments);
        effects.Clear();
        foreach (var ((model, name), value) in counted)
            Write(count, model, name, value);
        counted.Clear();
        foreach (var (model, time) in arrived)
            Write(latest, model, TelemetryCounters.LastArrival, time);
        arrived.Clear();
        foreach (var ((model, hour), value) in duplicates)
            quality.Add(model, hour, QualityKind.Duplicate, "id", value);
        duplicates.Clear();
        arrivals.Write();
        TelemetryDatabase.Execute(connection, "COMMIT");
        isOpen = false;
        losses.Count();
    }

    /// <summary>Appends a prediction; false where its id is there already.</summary>
    public bool Append(PredictionRecord record)
    {
        Count(record.Model.ModelId, TelemetryCounters.Predictions, 1);
        arrived[record.Model.ModelId] = Math.Max(UtcMicroseconds.Of(record.ArrivedAt), arrived.GetValueOrDefault(record.Model.ModelId));
        if (!log.TryAppend(record))
        {
            Count(record.Model.ModelId, TelemetryCounters.Duplicates, 1);
            var hour = UtcMicroseconds.Floor(UtcMicroseconds.Of(record.ArrivedAt), Resolutions.HourSeconds);
            duplicates[(record.Model.ModelId, hour)] = duplicates.GetValueOrDefault((record.Model.ModelId, hour)) + 1;
            return false;
        }

        var version = versions.Of(record.Model);
        var eventTime = UtcMicroseconds.Of(record.EventTime);
        var change = ProfileChange.Prediction(record.Features, record.Outputs, record.Label, version.UnknownValues(record.Inputs, record.Features));
        effects.Add(new(version, eventTime, change, Everything: true, IsSliced: true, Members(version, record.Inputs, log.Last)));
        losses.Expect(record, version);
        Reach(record.Model.Name, eventTime);
        arrivals.Add(record.Model.ModelId, UtcMicroseconds.Of(record.ArrivedAt));
        if (pending.Take(record.Model.ModelId, record.Id) is { } waited)
            Label(record.Model.ModelId, record.Model.Name, waited.Item, waited.Arrived);
        return true;
    }

    /// <summary>The row of a prediction by its id; null where there is none.</summary>
    public long? Find(int modelId, string id) => log.Find(modelId, id)?.Seq;

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
            quality.Add(modelId, arrived, QualityKind.GroundTruthRejected, "value", 1);
            return LabelOutcome.Refused;
        }

        Reach(modelName, prediction.EventTime);
        var lag = prediction.Label is not null ? double.NaN
            : item.KnownAt is { } known ? (UtcMicroseconds.Of(known) - prediction.EventTime) / 1e6
            : (arrived - prediction.Arrived) / 1e6;
        log.PutLabel(prediction.Seq, item.Value, arrived, lag);
        effects.Add(Labelled(version, prediction, item.Value, lag));
        losses.Realise(modelName, version, prediction, item);
        return prediction.Label is null ? LabelOutcome.Applied : LabelOutcome.Replaced;
    }

    /// <summary>Says after the commit that something of a model changed, which is no event of its clock.</summary>
    public void Announce(string model) => reached.TryAdd(model, long.MinValue);

    public void AddService(ServiceCount counts) => service.Add(counts);

    public void AddQuality(QualityCount counts) => quality.Add(counts);

    /// <summary>One bounded step of what newly defined and removed segments leave to do.</summary>
    public void WorkOnSegments()
    {
        const int most = 2000;
        if (ledger.Obsolete(Segments) is { } removed)
        {
            if (Run($"DELETE FROM windows WHERE key IN (SELECT key FROM windows WHERE segment = $1 LIMIT {most})", (long)removed) < most)
                ledger.Forget(removed);
            windows.Reset();
            return;
        }

        if (ledger.Unfilled() is not var (model, before, unfilled))
            return;
        ledger.Reach(unfilled, past.Read(model, before, unfilled, Segments, effects));
        if (Segments.Defined.FirstOrDefault(segment => segment.ModelId == model) is { } segment)
            Reach(segment.Model, effects.Count == 0 ? long.MinValue : effects.Max(effect => effect.EventTime));
    }

    public void Count(int modelId, string name, long more) => counted[(modelId, name)] = counted.GetValueOrDefault((modelId, name)) + more;

    public void Dispose()
    {
        log.Dispose();
        pending.Dispose();
        windows.Dispose();
        service.Dispose();
        quality.Dispose();
        arrivals.Dispose();
        ledger.Dispose();
        past.Dispose();
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
        make.CommandText = "INSERT OR IGNORE INTO settings (name, value) VALUES ('id_hash_seed', $seed)";
        make.Parameters.AddWithValue("$seed", BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)));
        make.ExecuteNonQuery();
        return (ulong)Setting(connection, "id_hash_seed");
    }

    private static long Setting(SqliteConnection connection, string name)
    {
        using var read = PredictionLog.Prepare(connection, "SELECT value FROM settings WHERE name = $1", 1);
        read.Parameters[0].Value = name;
        return (long)read.ExecuteScalar()!;
    }

    /// <summary>What a label does to the windows. Its prediction's inputs are needed where the windows know them: in the slices and in segments.</summary>
    private WindowEffect Labelled(MonitoredVersion version, in LoggedPrediction prediction, double label, double lag)
    {
        var isSliced = prediction.Seq >= slicedFrom;
        ulong members = 0;
        float[]? features = null;
        if (isSliced || Segments.Of(version).Count > 0)
        {
            var inputs = PredictionPayload.Inputs(prediction.Payload, version.Manifest.Preprocessing.Inputs.Count);
            version.Encoder.Encode(inputs, features = new float[version.Encoder.Width]);
            members = Members(version, inputs, prediction.Seq);
        }

        var change = ProfileChange.Label(features, PredictionPayload.Outputs(prediction.Payload), prediction.Label ?? double.NaN, label, lag);
        return new(version, prediction.EventTime, change, Everything: true, isSliced, members);
    }

    /// <summary>A bit for each segment in whose windows the prediction is counted, or is to be.</summary>
    private ulong Members(MonitoredVersion version, InputValue[] inputs, long seq)
    {
        var bound = Segments.Of(version);
        ulong members = 0;
        for (var i = 0; i < bound.Count && i < WindowWriter.MostSegments; i++)
            if (ledger.Counts(bound[i].Id, seq) && bound[i].Segment.Contains(inputs))
                members |= 1UL << i;
        return members;
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

    /// <summary>Runs a statement of the transaction.</summary>
    /// <returns>Rows that it touched.</returns>
    internal int Run(string sql, params ReadOnlySpan<object> values)
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
