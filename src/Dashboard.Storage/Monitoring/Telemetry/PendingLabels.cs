using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>Ground truth that came before its prediction: kept, the last of an id, and handed out when the prediction comes. One thread only.</summary>
internal sealed class PendingLabels : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly IdHash hash;
    private readonly TelemetryOptions options;
    private readonly HashSet<ulong> waiting = [];
    private readonly SqliteCommand keep;
    private readonly SqliteCommand take;

    public PendingLabels(SqliteConnection connection, IdHash hash, TelemetryOptions options)
    {
        this.connection = connection;
        this.hash = hash;
        this.options = options;
        keep = PredictionLog.Prepare(connection, """
            INSERT INTO pending_labels (model, id, value, known_at, arrived) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (model, id) DO UPDATE SET value = excluded.value, known_at = excluded.known_at, arrived = excluded.arrived
            """, 5);
        take = PredictionLog.Prepare(connection, "DELETE FROM pending_labels WHERE model = $1 AND id = $2 RETURNING value, known_at, arrived", 2);
        Reload();
    }

    /// <summary>Keeps a label; false when too many wait.</summary>
    public bool Keep(int modelId, in LabelItem item, long arrived)
    {
        var key = hash.Of(modelId, item.Id);
        if (waiting.Count >= options.MostPending && !waiting.Contains(key))
            return false;
        waiting.Add(key);
        keep.Parameters[0].Value = (long)modelId;
        keep.Parameters[1].Value = item.Id;
        keep.Parameters[2].Value = item.Value;
        keep.Parameters[3].Value = item.KnownAt is { } known ? UtcMicroseconds.Of(known) : DBNull.Value;
        keep.Parameters[4].Value = arrived;
        keep.ExecuteNonQuery();
        return true;
    }

    /// <summary>The label that waits for a prediction, if one does; it waits no longer.</summary>
    public (LabelItem Item, long Arrived)? Take(int modelId, string id)
    {
        if (waiting.Count == 0 || !waiting.Remove(hash.Of(modelId, id)))
            return null;
        take.Parameters[0].Value = (long)modelId;
        take.Parameters[1].Value = id;
        using var reader = take.ExecuteReader();
        return reader.Read()
            ? (new LabelItem(id, reader.GetDouble(0), reader.IsDBNull(1) ? null : UtcMicroseconds.ToTime(reader.GetInt64(1))), reader.GetInt64(2))
            : null;
    }

    /// <summary>Removes what has waited too long.</summary>
    /// <returns>How many labels of each model.</returns>
    public IReadOnlyDictionary<int, long> Expire(long before)
    {
        var expired = new Dictionary<int, long>();
        using (var delete = PredictionLog.Prepare(connection, "DELETE FROM pending_labels WHERE arrived < $1 RETURNING model", 1))
        {
            delete.Parameters[0].Value = before;
            using var reader = delete.ExecuteReader();
            while (reader.Read())
                expired[reader.GetInt32(0)] = expired.GetValueOrDefault(reader.GetInt32(0)) + 1;
        }

        if (expired.Count > 0)
            Reload();
        return expired;
    }

    /// <summary>Reads again which ids wait.</summary>
    public void Reload()
    {
        waiting.Clear();
        using var read = connection.CreateCommand();
        read.CommandText = "SELECT model, id FROM pending_labels";
        using var reader = read.ExecuteReader();
        while (reader.Read())
            waiting.Add(hash.Of(reader.GetInt32(0), reader.GetString(1)));
    }

    public void Dispose()
    {
        keep.Dispose();
        take.Dispose();
    }
}
