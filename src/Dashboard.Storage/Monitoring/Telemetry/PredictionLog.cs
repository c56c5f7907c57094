using Dashboard.Core.Monitoring;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>A logged prediction, as far as ground truth needs it.</summary>
/// <param name="Payload">Outputs and raw inputs; see <see cref="PredictionPayload"/>.</param>
/// <param name="Label">The ground truth that holds now; null without one.</param>
/// <param name="Stage">The stage of a rollout whose evidence it is; null without one.</param>
internal readonly record struct LoggedPrediction(long Seq, int VersionId, long EventTime, long Arrived, byte[] Payload, double? Label, int? Stage);

/// <summary>Prepared statements on the log, for the one writer.</summary>
internal sealed class PredictionLog : IDisposable
{
    private readonly IdHash hash;
    private readonly RawInsert insert;
    private readonly SqliteCommand find;
    private readonly SqliteCommand exists;
    private readonly SqliteCommand putLabel;
    private byte[] payload = new byte[4096];

    public PredictionLog(SqliteConnection connection, IdHash hash)
    {
        this.hash = hash;
        Index = new(connection, hash);
        insert = new(connection, "INSERT INTO predictions (seq, model, version, id, event_time, arrived, latency, label, payload, entity, stage) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        exists = Prepare(connection, "SELECT 1 FROM predictions WHERE seq = $1 AND model = $2 AND id = $3", 3);
        find = Prepare(connection, """
            SELECT p.version, p.event_time, p.arrived, p.payload, COALESCE(l.value, p.label), p.stage
            FROM predictions p LEFT JOIN labels l ON l.seq = p.seq WHERE p.seq = $1 AND p.model = $2 AND p.id = $3
            """, 3);
        putLabel = Prepare(connection, """
            INSERT INTO labels (seq, value, arrived, lag) VALUES ($1, $2, $3, $4) ON CONFLICT (seq) DO UPDATE SET value = excluded.value, arrived = excluded.arrived
            """, 4);
        using var newest = connection.CreateCommand();
        // A number that a segment's past or the slices end at is never given again, also when the newest predictions were removed.
        newest.CommandText = $"""
            SELECT MAX(COALESCE((SELECT MAX(seq) FROM predictions), 0), COALESCE((SELECT MAX(active_from) - 1 FROM segments), 0),
                COALESCE((SELECT value - 1 FROM settings WHERE name = '{TelemetrySchema.SlicedFrom}'), 0))
            """;
        Last = (long)newest.ExecuteScalar()!;
    }

    public PredictionIndex Index { get; }

    /// <summary>The number of the newest prediction.</summary>
    public long Last { get; private set; }

    /// <summary>Appends a prediction unless its model already has one of this id.</summary>
    public bool TryAppend(PredictionRecord record)
    {
        var key = hash.Of(record.Model.ModelId, record.Id);
        if (Index.MayHold(key) && Holds(key, record))
            return false;

        var length = PredictionPayload.Write(ref payload, record.Outputs, record.Inputs);
        insert.Bind(1, ++Last).Bind(2, record.Model.ModelId).Bind(3, record.Model.VersionId).Bind(4, record.Id)
            .Bind(5, UtcMicroseconds.Of(record.EventTime)).Bind(6, UtcMicroseconds.Of(record.ArrivedAt))
            .BindFinite(7, record.LatencyMicroseconds).BindFinite(8, record.Label).Bind(9, payload.AsSpan(0, length))
            .BindNullable(10, record.EntityKey).BindNullable(11, record.CountedBy?.Stage)
            .Execute();
        Index.Add(key, Last);
        return true;
    }

    /// <summary>The prediction of an id, or null.</summary>
    public LoggedPrediction? Find(int modelId, string id)
    {
        foreach (var row in Index.Find(hash.Of(modelId, id)))
        {
            find.Parameters[0].Value = row;
            find.Parameters[1].Value = (long)modelId;
            find.Parameters[2].Value = id;
            using var reader = find.ExecuteReader();
            if (reader.Read())
                return new(row, reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3), reader.IsDBNull(4) ? null : reader.GetDouble(4), reader.IsDBNull(5) ? null : reader.GetInt32(5));
        }

        return null;
    }

    /// <param name="lagSeconds">How long the first label took; NaN for a replacement, which keeps that of the first.</param>
    public void PutLabel(long seq, double value, long arrived, double lagSeconds)
    {
        putLabel.Parameters[0].Value = seq;
        putLabel.Parameters[1].Value = value;
        putLabel.Parameters[2].Value = arrived;
        putLabel.Parameters[3].Value = double.IsNaN(lagSeconds) ? DBNull.Value : lagSeconds;
        putLabel.ExecuteNonQuery();
    }

    public void Dispose()
    {
        insert.Dispose();
        find.Dispose();
        exists.Dispose();
        putLabel.Dispose();
    }

    internal static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i });
        return command;
    }

    private bool Holds(ulong key, PredictionRecord record)
    {
        foreach (var row in Index.Find(key))
        {
            exists.Parameters[0].Value = row;
            exists.Parameters[1].Value = (long)record.Model.ModelId;
            exists.Parameters[2].Value = record.Id;
            if (exists.ExecuteScalar() is not null)
                return true;
        }

        return false;
    }
}
