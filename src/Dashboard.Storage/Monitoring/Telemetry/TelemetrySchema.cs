using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>The tables of telemetry.db, and how a file that an older version wrote is brought up to date in place.</summary>
internal static class TelemetrySchema
{
    /// <summary>The first prediction whose place in the slices was counted, among <c>settings</c>.</summary>
    public const string SlicedFrom = "sliced_from";

    /// <summary>segment 0: all predictions; any other: those of a segment that a person defined.</summary>
    private const string Windows = """
        CREATE TABLE IF NOT EXISTS windows (
            key INTEGER PRIMARY KEY,
            model INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            resolution INTEGER NOT NULL,
            start INTEGER NOT NULL,
            version INTEGER NOT NULL,
            seconds INTEGER NOT NULL,
            profile BLOB NOT NULL,
            UNIQUE (model, segment, resolution, start, version));
        """;

    /// <summary>predictions.entity: whom it is about, where the caller named somebody. predictions.stage: the stage of the rollout that assigned the request to its version, where it is evidence of one.</summary>
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS predictions (
            seq INTEGER PRIMARY KEY,
            model INTEGER NOT NULL,
            version INTEGER NOT NULL,
            id TEXT NOT NULL,
            event_time INTEGER NOT NULL,
            arrived INTEGER NOT NULL,
            latency REAL,
            label REAL,
            payload BLOB NOT NULL,
            entity TEXT,
            stage INTEGER);
        CREATE INDEX IF NOT EXISTS predictions_by_time ON predictions (model, event_time);
        CREATE TABLE IF NOT EXISTS labels (
            seq INTEGER PRIMARY KEY,
            value REAL NOT NULL,
            arrived INTEGER NOT NULL,
            lag REAL);
        CREATE TABLE IF NOT EXISTS pending_labels (
            model INTEGER NOT NULL,
            id TEXT NOT NULL,
            value REAL NOT NULL,
            known_at INTEGER,
            arrived INTEGER NOT NULL,
            PRIMARY KEY (model, id)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS pending_labels_by_arrival ON pending_labels (arrived);
        CREATE TABLE IF NOT EXISTS id_leaves (leaf INTEGER PRIMARY KEY, entries BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS id_filters (part INTEGER PRIMARY KEY, bits BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS segments (
            segment INTEGER PRIMARY KEY,
            model INTEGER NOT NULL,
            active_from INTEGER NOT NULL,
            next INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS service_windows (
            model TEXT NOT NULL,
            resolution INTEGER NOT NULL,
            start INTEGER NOT NULL,
            counts BLOB NOT NULL,
            PRIMARY KEY (model, resolution, start)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS quality (
            model INTEGER NOT NULL,
            start INTEGER NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (model, start, kind, subject)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS arrivals (
            model INTEGER NOT NULL,
            start INTEGER NOT NULL,
            accepted INTEGER NOT NULL,
            newest INTEGER NOT NULL,
            PRIMARY KEY (model, start)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS counters (
            model INTEGER NOT NULL,
            name TEXT NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (model, name)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS drift_blocks (
            version INTEGER NOT NULL,
            period INTEGER NOT NULL,
            start INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            PRIMARY KEY (version, period, start)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS drift_streams (
            version INTEGER NOT NULL,
            period INTEGER NOT NULL,
            last INTEGER NOT NULL,
            state TEXT NOT NULL,
            PRIMARY KEY (version, period)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS concept_drift (
            version INTEGER NOT NULL,
            period INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            PRIMARY KEY (version, period)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>Creates what is missing and converts what is old. Where nothing is to be done nothing is locked.</summary>
    public static void Prepare(SqliteConnection connection)
    {
        if (Lacks(connection, "windows", "segment") || Lacks(connection, "labels", "lag") || Lacks(connection, "predictions", "entity"))
            Upgrade(connection);
        TelemetryDatabase.Execute(connection, Windows + Tables);
        if (!Exists(connection, $"SELECT 1 FROM settings WHERE name = '{SlicedFrom}'"))
            TelemetryDatabase.Execute(connection, $"INSERT OR IGNORE INTO settings (name, value) SELECT '{SlicedFrom}', COALESCE(MAX(seq), 0) + 1 FROM predictions");
    }

    /// <summary>All of it or nothing.</summary>
    private static void Upgrade(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        // Windows were once not kept by segment. A unique index cannot be altered, so their rows move to a new table.
        if (Lacks(connection, "windows", "segment"))
        {
            TelemetryDatabase.Execute(connection, $"""
                ALTER TABLE windows RENAME TO windows_without_segments;
                {Windows}
                INSERT INTO windows (model, segment, resolution, start, version, seconds, profile)
                    SELECT model, 0, resolution, start, version, seconds, profile FROM windows_without_segments ORDER BY model, resolution, start, version;
                DROP TABLE windows_without_segments;
                """);
        }

        if (Lacks(connection, "labels", "lag"))
            TelemetryDatabase.Execute(connection, "ALTER TABLE labels ADD COLUMN lag REAL");
        if (Lacks(connection, "predictions", "entity"))
            TelemetryDatabase.Execute(connection, "ALTER TABLE predictions ADD COLUMN entity TEXT; ALTER TABLE predictions ADD COLUMN stage INTEGER;");
        transaction.Commit();
    }

    /// <summary>True where the table is there and its column is not.</summary>
    private static bool Lacks(SqliteConnection connection, string table, string column) =>
        Exists(connection, $"SELECT 1 FROM pragma_table_info('{table}')") && !Exists(connection, $"SELECT 1 FROM pragma_table_info('{table}') WHERE name = '{column}'");

    private static bool Exists(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is not null;
    }
}
