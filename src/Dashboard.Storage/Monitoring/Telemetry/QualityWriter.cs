using Dashboard.Core.Monitoring;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>Adds counted faults to their hours, for the one writer.</summary>
internal sealed class QualityWriter(SqliteConnection connection) : IDisposable
{
    private readonly SqliteCommand add = PredictionLog.Prepare(connection, """
        INSERT INTO quality (model, start, kind, subject, count) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (model, start, kind, subject) DO UPDATE SET count = count + excluded.count
        """, 5);

    public void Add(QualityCount count) => Add(count.ModelId, UtcMicroseconds.Of(count.Start), count.Kind, count.Subject, count.Count);

    /// <param name="at">Microseconds; the hour is found from it.</param>
    public void Add(int model, long at, QualityKind kind, string subject, long count)
    {
        add.Parameters[0].Value = (long)model;
        add.Parameters[1].Value = UtcMicroseconds.Floor(at, Resolutions.HourSeconds);
        add.Parameters[2].Value = Name(kind);
        add.Parameters[3].Value = subject;
        add.Parameters[4].Value = count;
        add.ExecuteNonQuery();
    }

    public void Dispose() => add.Dispose();

    /// <summary>Kinds are stored by name, so that a file explains itself and their order may change.</summary>
    private static string Name(QualityKind kind) => kind.ToString();
}
