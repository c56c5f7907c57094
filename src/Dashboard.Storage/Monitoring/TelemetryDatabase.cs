using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring;

/// <summary>
/// telemetry.db: the prediction log and the windows. One connection writes, any number read (write-ahead log). The writer runs with synchronous=FULL,
/// so that a commit has reached the disk before anything is acknowledged: neither a killed process nor a power cut takes it back.
/// </summary>
public sealed class TelemetryDatabase
{
    private readonly Lazy<bool> prepared;

    public TelemetryDatabase(DataDirectory directory)
    {
        File = directory.TelemetryFile;
        // Once, by whoever comes first and before anyone holds a lock: the writer also reads while it writes.
        prepared = new(() =>
        {
            using var connection = OpenUnprepared();
            TelemetrySchema.Prepare(connection);
            return true;
        });
    }

    public string File { get; }

    /// <summary>The writer's connection, with the schema in place.</summary>
    public SqliteConnection OpenWriter()
    {
        _ = prepared.Value;
        return OpenUnprepared();
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

    private SqliteConnection OpenUnprepared()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;");
        return connection;
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
