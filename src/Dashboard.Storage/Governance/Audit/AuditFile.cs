using System.Text;
using Dashboard.Core;
using Dashboard.Core.Governance.Audit;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Governance.Audit;

/// <summary>Which entries. Null: all.</summary>
/// <param name="Action">The action, or the beginning of one with the dot at its end: <c>model.</c></param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
public sealed record AuditFilter(string? Model = null, string? Actor = null, string? Action = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    public bool IsEmpty => this == new AuditFilter();
}

/// <summary>The audit log in a database file, opened for reading only: nothing is migrated, and a host may go on writing. Entries come by sequence, some at a time, so that no reading holds up the host.</summary>
public sealed class AuditFile : IDisposable
{
    private const int AtOnce = 1000;

    private readonly SqliteConnection connection;

    private AuditFile(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens the decisions of a data directory.</summary>
    /// <param name="path">The file <c>dashboard.db</c>.</param>
    public static Result<AuditFile> Open(string path)
    {
        if (!File.Exists(path))
            return new NotFound("database", path);
        var opened = Connection(path, immutable: false);
        try
        {
            if (!TryOpen(opened))
            {
                // A folder that may not be written has no room for the index of the journal; without a journal the file is complete without it.
                opened.Dispose();
                opened = Connection(path, immutable: true);
                if (File.Exists(path + "-wal") || !TryOpen(opened))
                    return Broken(opened, path, "it cannot be opened for reading");
            }

            using var columns = opened.CreateCommand();
            columns.CommandText = "SELECT COUNT(*) FROM pragma_table_info('Activity') WHERE name IN ('Sequence', 'PreviousHash', 'Hash')";
            return columns.ExecuteScalar() is 3L ? new AuditFile(opened) : Broken(opened, path, "it is from before there was an audit log; start the host once");
        }
        catch (SqliteException exception)
        {
            return Broken(opened, path, exception.Message);
        }
    }

    /// <summary>The row id of an entry without a place in the chain.</summary>
    public long? Stranger()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT Id FROM Activity WHERE Sequence IS NULL ORDER BY Id LIMIT 1";
        return command.ExecuteScalar() as long?;
    }

    /// <summary>Entries by sequence, the first one first.</summary>
    public IEnumerable<ChainedEntry> Entries(AuditFilter filter)
    {
        // By row id as well: were there two of one number, both would be seen.
        for (var after = (Sequence: long.MinValue, Id: long.MinValue); ;)
        {
            var entries = Read(filter, after);
            foreach (var (_, entry) in entries)
                yield return entry;
            if (entries.Count < AtOnce)
                yield break;
            after = (entries[^1].Entry.Entry.Sequence, entries[^1].Id);
        }
    }

    public void Dispose() => connection.Dispose();

    private List<(long Id, ChainedEntry Entry)> Read(AuditFilter filter, (long Sequence, long Id) after)
    {
        using var command = connection.CreateCommand();
        var sql = new StringBuilder("SELECT Sequence, At, Actor, Action, ModelName, Subject, Summary, Via, Address, Page, BeforeJson, AfterJson, IsImported, PreviousHash, Hash, Id FROM Activity WHERE (Sequence, Id) > ($after, $id)");
        command.Parameters.AddWithValue("$after", after.Sequence);
        command.Parameters.AddWithValue("$id", after.Id);
        Add(" AND ModelName = $model", "$model", filter.Model);
        Add(" AND Actor = $actor", "$actor", filter.Actor);
        Add(filter.Action?.EndsWith('.') is true ? " AND substr(Action, 1, length($action)) = $action" : " AND Action = $action", "$action", filter.Action);
        Add(" AND At >= $from", "$from", Micros(filter.From));
        Add(" AND At < $to", "$to", Micros(filter.To));
        command.CommandText = sql.Append(" ORDER BY Sequence, Id LIMIT ").Append(AtOnce).ToString();
        var entries = new List<(long, ChainedEntry)>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            entries.Add((reader.GetInt64(15), new(new(reader.GetInt64(0), Instant(reader.GetInt64(1)), Text(reader, 2) ?? "", Text(reader, 3) ?? "", Text(reader, 4), Text(reader, 5), Text(reader, 6) ?? "", Text(reader, 7), Text(reader, 8), Text(reader, 9),
                Text(reader, 10), Text(reader, 11), reader.GetInt64(12) != 0), Bytes(reader, 13), Bytes(reader, 14))));
        return entries;

        void Add(string condition, string name, object? value)
        {
            if (value is null)
                return;
            sql.Append(condition);
            command.Parameters.AddWithValue(name, value);
        }
    }

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static byte[] Bytes(SqliteDataReader reader, int column) => reader.GetValue(column) as byte[] ?? [];

    private static long? Micros(DateTimeOffset? at) => at is { } time ? (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10 : null;

    /// <summary>A time out of range was put there by something else: it becomes one that no entry has, and fits no hash.</summary>
    private static DateTimeOffset Instant(long micros) =>
        Math.Abs(micros) < (DateTimeOffset.MaxValue.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10 && micros > (DateTimeOffset.MinValue.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10
            ? new(DateTimeOffset.UnixEpoch.Ticks + (micros * 10), TimeSpan.Zero)
            : DateTimeOffset.MinValue;

    private static bool TryOpen(SqliteConnection connection)
    {
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM sqlite_master";
            command.ExecuteScalar();
            return true;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY)
        {
            return false;
        }
    }

    private static SqliteConnection Connection(string path, bool immutable) => new(new SqliteConnectionStringBuilder
    {
        DataSource = immutable ? $"{new Uri(path).AbsoluteUri}?immutable=1" : path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30,
    }.ToString());

    private static Conflict Broken(SqliteConnection connection, string path, string reason)
    {
        connection.Dispose();
        return new($"'{path}' holds no audit log that can be read: {reason}.");
    }
}
