using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>A prepared insert bound through SQLite's own interface: the one statement that runs for every prediction, so it boxes and allocates nothing.</summary>
internal sealed class RawInsert : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public RawInsert(SqliteConnection connection, string sql)
    {
        database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out statement), database);
    }

    public RawInsert Bind(int place, long value) => Checked(raw.sqlite3_bind_int64(statement, place, value));

    public RawInsert Bind(int place, string value) => Checked(raw.sqlite3_bind_text(statement, place, value));

    public RawInsert Bind(int place, ReadOnlySpan<byte> value) => Checked(raw.sqlite3_bind_blob(statement, place, value));

    public RawInsert BindNullable(int place, string? value) => value is null ? Checked(raw.sqlite3_bind_null(statement, place)) : Bind(place, value);

    public RawInsert BindNullable(int place, long? value) => value is { } number ? Bind(place, number) : Checked(raw.sqlite3_bind_null(statement, place));

    /// <summary>Binds a number, or NULL where it is not finite.</summary>
    public RawInsert BindFinite(int place, double value) =>
        Checked(double.IsFinite(value) ? raw.sqlite3_bind_double(statement, place, value) : raw.sqlite3_bind_null(statement, place));

    /// <exception cref="SqliteException">The row was not inserted.</exception>
    public void Execute()
    {
        var code = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (code != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(code, database);
    }

    public void Dispose() => statement.Dispose();

    private RawInsert Checked(int code)
    {
        SqliteException.ThrowExceptionForRC(code, database);
        return this;
    }
}
