using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring;

/// <summary>
/// telemetry.db: the prediction log and the windows. One connection writes, any number read (write-ahead log). The writer runs with synchronous=FULL,
/// so that a commit has reached the disk before anything is acknowledged: neither a killed process nor a power cut takes it back.
/// </summary>
public sealed class TelemetryDatabase
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS predictions (
            seq INTEGER PRIMARY KEY,
            model INTEGER NOT NULL,
            version INTEGER NOT NULL,
            id TEXT NOT NULL,
            event_time INTEGER NOT NULL,
            arrived INTEGER NOT NULL,
            latency REAL,
            label REAL,
            payload BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS predictions_by_time ON predictions (model, event_time);
        CREATE TABLE IF NOT EXISTS labels (
            seq INTEGER PRIMARY KEY,
            value REAL NOT NULL,
            arrived INTEGER NOT NULL);
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
        CREATE TABLE IF NOT EXISTS windows (
            key INTEGER PRIMARY KEY,
            model INTEGER NOT NULL,
            resolution INTEGER NOT NULL,
            start INTEGER NOT NULL,
            version INTEGER NOT NULL,
            seconds INTEGER NOT NULL,
            profile BLOB NOT NULL,
            UNIQUE (model, resolution, start, version));
        CREATE TABLE IF NOT EXISTS service_windows (
            model TEXT NOT NULL,
            resolution INTEGER NOT NULL,
            start INTEGER NOT NULL,
            counts BLOB NOT NULL,
            PRIMARY KEY (model, resolution, start)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS counters (
            model INTEGER NOT NULL,
            name TEXT NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (model, name)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS arrivals (
            model INTEGER NOT NULL,
            start INTEGER NOT NULL,
            accepted INTEGER NOT NULL,
            duplicates INTEGER NOT NULL,
            rejected INTEGER NOT NULL,
            newest INTEGER,
            PRIMARY KEY (model, start)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private readonly Lazy<bool> prepared;

    public TelemetryDatabase(DataDirectory directory)
    {
        File = directory.TelemetryFile;
        prepared = new(() =>
        {
            using var connection = OpenWriter();
            return true;
        });
    }

    public string File { get; }

    /// <summary>The writer's connection, with the schema in place.</summary>
    public SqliteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;");
        Execute(connection, Schema);
        return connection;
    }

    /// <summary>A reader's connection, pooled; it sees the last commit and never waits for the writer.</summary>
    public SqliteConnection OpenReader()
    {
        _ = prepared.Value;
        var connection = Open(SqliteOpenMode.ReadWrite);
        Execute(connection, "PRAGMA query_only=ON;");
        return connection;
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        // The writer stands outside the pool: its settings must not leak to readers.
        var text = new SqliteConnectionStringBuilder { DataSource = File, Mode = mode, Pooling = mode == SqliteOpenMode.ReadWrite, DefaultTimeout = 30 }.ToString();
        var connection = new SqliteConnection(text);
        connection.Open();
        return connection;
    }
}
