namespace Dashboard.Storage.Monitoring.Telemetry;

/// <content>What is removed because of whom it is about.</content>
internal sealed partial class TelemetryBatch
{
    /// <summary>Rows of model $1 that are about entity $2. A row that names somebody else is somebody else's, whatever its id.</summary>
    public const string OfEntity = "model = $1 AND (entity = $2 OR (entity IS NULL AND id = $2))";

    /// <summary>Removes an entity's rows; what lay there is overwritten with zeros instead of only being given free.</summary>
    /// <param name="rows">Those that were found up to <paramref name="last"/>; later ones are looked for here.</param>
    public ErasedRows Erase(int modelId, string model, string key, IReadOnlyList<long> rows, long last)
    {
        TelemetryDatabase.Execute(connection, "PRAGMA secure_delete=ON");
        try
        {
            int predictions = 0, labels = 0;
            using var remove = PredictionLog.Prepare(connection, "DELETE FROM predictions WHERE seq = $1 RETURNING label IS NOT NULL", 1);
            foreach (var row in rows.Concat(Later(modelId, key, last)).ToList())
            {
                var hasLabel = Run("DELETE FROM labels WHERE seq = $1", row) > 0;
                remove.Parameters[0].Value = row;
                // Nothing where retention was there first.
                if (remove.ExecuteScalar() is not long came)
                    continue;
                predictions++;
                labels += hasLabel || came == 1 ? 1 : 0;
            }

            var waiting = Run("DELETE FROM pending_labels WHERE model = $1 AND id = $2", (long)modelId, key);
            if (waiting > 0)
                pending.Reload();
            Announce(model);
            return new(predictions, labels, waiting);
        }
        finally
        {
            TelemetryDatabase.Execute(connection, "PRAGMA secure_delete=OFF");
        }
    }

    private List<long> Later(int modelId, string key, long last)
    {
        using var find = PredictionLog.Prepare(connection, $"SELECT seq FROM predictions WHERE {OfEntity} AND seq > $3", 3);
        find.Parameters[0].Value = (long)modelId;
        find.Parameters[1].Value = key;
        find.Parameters[2].Value = last;
        using var reader = find.ExecuteReader();
        var rows = new List<long>();
        while (reader.Read())
            rows.Add(reader.GetInt64(0));
        return rows;
    }
}
