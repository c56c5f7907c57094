using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>
/// telemetry.db: the prediction log and the windows. One connection writes, any number read (write-ahead log). The writer runs with synchronous=FULL,
/// so that a commit has reached the disk before anything is acknowledged: neither a killed process nor a power cut takes it back.
/// </summary>
public sealed class TelemetryDatabase
{
    private const string Settings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;";

    private readonly Lock preparing = new();
    private volatile bool isPrepared;

    public TelemetryDatabase(DataDirectory directory) => File = directory.TelemetryFile;

    public string File { get; }

    /// <summary>The writer's connection, with the schema in place.</summary>
    public SqliteConnection OpenWriter()
    {
        Prepare();
        var connection = Open(SqliteOpenMode.ReadWrite, pooling: false);
        Execute(connection, Settings);
        return connection;
    }

    /// <summary>A reader's connection, pooled; it sees the last commit and never waits for the writer.</summary>
    public SqliteConnection OpenReader()
    {
        Prepare();
        var connection = Open(SqliteOpenMode.ReadWrite, pooling: true);
        Execute(connection, "PRAGMA query_only=ON;");
        return connection;
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Brings the file up to date, once and by one thread only: a reader that prepared it beside the writer would wait for the writer's transaction,
    /// while the writer, which reads too, would wait for the reader.
    /// </summary>
    private void Prepare()
    {
        if (isPrepared)
            return;
        lock (preparing)
        {
            if (isPrepared)
                return;
            using var connection = Open(SqliteOpenMode.ReadWriteCreate, pooling: false);
            Execute(connection, Settings);
            TelemetrySchema.Prepare(connection);
            isPrepared = true;
        }
    }

    /// <param name="pooling">The writer stands outside the pool: its settings must not leak to readers.</param>
    private SqliteConnection Open(SqliteOpenMode mode, bool pooling)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = File, Mode = mode, Pooling = pooling, DefaultTimeout = 30 }.ToString();
        var connection = new SqliteConnection(text);
        connection.Open();
        return connection;
    }
}
