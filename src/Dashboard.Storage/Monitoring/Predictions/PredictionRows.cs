using Dashboard.Core.Data.Features;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Predictions;

/// <summary>How rows of the log are read for people: each with the ground truth that holds now.</summary>
internal static class PredictionRows
{
    /// <summary>The beginning of every query; the readers below know its columns.</summary>
    public const string Select = """
        SELECT p.seq, p.version, p.id, p.event_time, p.arrived, p.latency, COALESCE(l.value, p.label), COALESCE(l.arrived, p.arrived), p.payload, p.entity
        FROM predictions p LEFT JOIN labels l ON l.seq = p.seq
        """;

    public static long Seq(SqliteDataReader row) => row.GetInt64(0);

    /// <summary>Microseconds since 1970.</summary>
    public static long EventTime(SqliteDataReader row) => row.GetInt64(3);

    /// <summary>The row as an entry where a search looks for it; null where it does not.</summary>
    public static PredictionEntry? Matching(PredictionMatch match, SqliteDataReader row) =>
        Holds(match, row, out var version, out var payload) ? Entry(row, version!, payload) : null;

    /// <summary>Whether a search looks for the row.</summary>
    public static bool Holds(PredictionMatch match, SqliteDataReader row) => Holds(match, row, out _, out _);

    public static PredictionEntry Entry(SqliteDataReader row, MonitoredVersion version, byte[] payload)
    {
        var inputs = new InputValue[version.Manifest.Preprocessing.Inputs.Count];
        PredictionPayload.Inputs(payload, inputs);
        var truth = Truth(row);
        return new(Seq(row), version, row.GetString(2), UtcMicroseconds.ToTime(EventTime(row)), UtcMicroseconds.ToTime(row.GetInt64(4)), row.IsDBNull(5) ? null : row.GetDouble(5),
            inputs, PredictionPayload.Outputs(payload), truth, truth is null ? null : UtcMicroseconds.ToTime(row.GetInt64(7)), row.IsDBNull(9) ? null : row.GetString(9));
    }

    /// <summary>The prediction of a row that is known, as long as it is the one of that model and id.</summary>
    public static PredictionEntry? Read(SqliteConnection connection, VersionCatalog versions, int modelId, string id, long seq)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{Select} WHERE p.seq = $seq AND p.model = $model AND p.id = $id";
        command.Parameters.AddWithValue("$seq", seq);
        command.Parameters.AddWithValue("$model", modelId);
        command.Parameters.AddWithValue("$id", id);
        using var row = command.ExecuteReader();
        return row.Read() && versions.Find(row.GetInt32(1)) is { } version ? Entry(row, version, row.GetFieldValue<byte[]>(8)) : null;
    }

    /// <summary>The newest row of any model; 0 without any.</summary>
    public static long Newest(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(MAX(seq), 0) FROM predictions";
        return (long)command.ExecuteScalar()!;
    }

    private static bool Holds(PredictionMatch match, SqliteDataReader row, out MonitoredVersion? version, out byte[] payload)
    {
        payload = [];
        var truth = Truth(row);
        version = match.Version(row.GetInt32(1), truth is not null);
        return version is not null && match.Holds(version, payload = row.GetFieldValue<byte[]>(8), truth);
    }

    private static double? Truth(SqliteDataReader row) => row.IsDBNull(6) ? null : row.GetDouble(6);
}
