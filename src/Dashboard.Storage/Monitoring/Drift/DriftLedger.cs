using Dashboard.Core;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Storage.Monitoring.Telemetry;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>A version's stream of judged blocks of one period.</summary>
internal readonly record struct DriftStreamKey(int VersionId, BlockPeriod Period);

/// <summary>What was decided about blocks, as it was decided: one row a block, and for each stream where it stands. Blocks are judged once, however often they are looked at.</summary>
public sealed class DriftLedger(TelemetryDatabase database)
{
    /// <summary>Judged blocks of some versions that start in [from, to), in order of time.</summary>
    internal IReadOnlyList<(int VersionId, JudgedBlock Block)> Read(IReadOnlyCollection<int> versionIds, BlockPeriod period, DateTimeOffset from, DateTimeOffset to)
    {
        if (versionIds.Count == 0)
            return [];
        using var connection = database.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT version, verdict FROM drift_blocks WHERE version IN ({string.Join(',', versionIds)}) AND period = $period AND start >= $from AND start < $to ORDER BY start";
        command.Parameters.AddWithValue("$period", period.Seconds);
        command.Parameters.AddWithValue("$from", UtcMicroseconds.Of(from));
        command.Parameters.AddWithValue("$to", UtcMicroseconds.Of(to));
        using var reader = command.ExecuteReader();
        var found = new List<(int, JudgedBlock)>();
        while (reader.Read())
            found.Add((reader.GetInt32(0), CanonicalJson.Deserialize<JudgedBlock>(reader.GetString(1))));
        return found;
    }

    /// <summary>The newest judged blocks of a stream, oldest first.</summary>
    internal IReadOnlyList<JudgedBlock> Newest(DriftStreamKey key, int count)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, "SELECT verdict FROM drift_blocks WHERE version = $version AND period = $period ORDER BY start DESC LIMIT $count", key);
        command.Parameters.AddWithValue("$count", count);
        using var reader = command.ExecuteReader();
        var found = new List<JudgedBlock>();
        while (reader.Read())
            found.Add(CanonicalJson.Deserialize<JudgedBlock>(reader.GetString(0)));
        found.Reverse();
        return found;
    }

    /// <summary>Where a stream stands: its memory and the start of the last block that it took.</summary>
    internal (DriftStreamState State, DateTimeOffset Last)? Stream(DriftStreamKey key)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, "SELECT state, last FROM drift_streams WHERE version = $version AND period = $period", key);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (CanonicalJson.Deserialize<DriftStreamState>(reader.GetString(0)), UtcMicroseconds.ToTime(reader.GetInt64(1))) : null;
    }

    /// <summary>What the detectors of concept drift saw last; null before they did.</summary>
    internal ConceptDrift? Concept(DriftStreamKey key)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, "SELECT verdict FROM concept_drift WHERE version = $version AND period = $period", key);
        return command.ExecuteScalar() is string json ? CanonicalJson.Deserialize<ConceptDrift>(json) : null;
    }

    private static SqliteCommand Query(SqliteConnection connection, string sql, DriftStreamKey key)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$version", key.VersionId);
        command.Parameters.AddWithValue("$period", key.Period.Seconds);
        return command;
    }
}

/// <summary>Puts judged blocks and the stream that judged them into the database, together.</summary>
/// <param name="State">Where the stream stands after them; null where blocks were only judged again.</param>
internal sealed record DriftEntry(DriftStreamKey Key, string Model, IReadOnlyList<JudgedBlock> Blocks, DriftStreamState? State, ConceptDrift? Concept);

/// <inheritdoc cref="DriftEntry"/>
internal sealed class DriftWork(DriftEntry entry) : TelemetryWork<bool>
{
    public override int Size => entry.Blocks.Count;

    protected override bool Do(TelemetryBatch batch)
    {
        var (version, period) = ((long)entry.Key.VersionId, entry.Key.Period.Seconds);
        foreach (var block in entry.Blocks)
            batch.Run("INSERT INTO drift_blocks (version, period, start, verdict) VALUES ($1, $2, $3, $4) ON CONFLICT (version, period, start) DO UPDATE SET verdict = excluded.verdict",
                version, period, UtcMicroseconds.Of(block.Start), CanonicalJson.Serialize(block));
        if (entry.State is not null)
            batch.Run("INSERT INTO drift_streams (version, period, state, last) VALUES ($1, $2, $3, $4) ON CONFLICT (version, period) DO UPDATE SET state = excluded.state, last = excluded.last",
                version, period, CanonicalJson.Serialize(entry.State), UtcMicroseconds.Of(entry.Blocks[^1].Start));
        if (entry.Concept is not null)
            batch.Run("INSERT INTO concept_drift (version, period, verdict) VALUES ($1, $2, $3) ON CONFLICT (version, period) DO UPDATE SET verdict = excluded.verdict",
                version, period, CanonicalJson.Serialize(entry.Concept));
        batch.Announce(entry.Model);
        return true;
    }
}
