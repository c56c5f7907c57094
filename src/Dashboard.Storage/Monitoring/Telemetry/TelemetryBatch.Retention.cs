namespace Dashboard.Storage.Monitoring.Telemetry;

/// <content>What is removed: with its model, or when it is past its retention.</content>
internal sealed partial class TelemetryBatch
{
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
        arrivals.Forget(modelId);
        foreach (var table in (ReadOnlySpan<string>)["drift_blocks", "drift_streams", "concept_drift"])
            Run($"DELETE FROM {table} WHERE version IN (SELECT DISTINCT version FROM windows WHERE model = $1)", (long)modelId);
        Run("DELETE FROM labels WHERE seq IN (SELECT seq FROM predictions WHERE model = $1)", (long)modelId);
        foreach (var table in (ReadOnlySpan<string>)["predictions", "windows", "counters", "pending_labels", "quality", "arrivals"])
            Run($"DELETE FROM {table} WHERE model = $1", (long)modelId);
        Run("DELETE FROM service_windows WHERE model = $1", modelName);
        ledger.ForgetModel(modelId);
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
        var merged = 0;
        foreach (var segment in ledger.Segments.Prepend(WindowWriter.Everything))
            if (merged < most)
                merged += Run($"DELETE FROM windows WHERE key IN (SELECT key FROM windows WHERE model = $1 AND segment = $2 AND resolution = 0 AND start < $3 LIMIT {most - merged})", (long)modelId, (long)segment, finestBefore);
        if (merged > 0)
            windows.Reset();
        return removed == most || merged >= most;
    }

    /// <summary>Removes what no page asks for any more: the service's slots after a day, its minutes with the finest windows, indexes of predictions that are gone.</summary>
    /// <param name="qualityBefore">Counted faults are kept as long as single predictions.</param>
    public void ExpireService(long slotsBefore, long minutesBefore, long qualityBefore)
    {
        Run("DELETE FROM quality WHERE start < $1", qualityBefore);
        Run("DELETE FROM service_windows WHERE resolution = 0 AND start < $1", slotsBefore);
        Run("DELETE FROM service_windows WHERE resolution = 1 AND start < $1", minutesBefore);
        Run("DELETE FROM arrivals WHERE start < $1", minutesBefore);
        using var oldest = connection.CreateCommand();
        oldest.CommandText = "SELECT MIN(seq) FROM predictions";
        if (oldest.ExecuteScalar() is long first)
            log.Index.Forget(first);
    }
}
