using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>Counts by minute of arrival how many predictions were taken, served here or sent in, and when the newest came; for the one writer.</summary>
internal sealed class ArrivalWriter(SqliteConnection connection) : IDisposable
{
    public const int MinuteSeconds = 60;

    private readonly Dictionary<(int Model, long Minute), (long Accepted, long Newest)> gathered = [];
    private readonly SqliteCommand write = PredictionLog.Prepare(connection, """
        INSERT INTO arrivals (model, start, accepted, newest) VALUES ($1, $2, $3, $4)
        ON CONFLICT (model, start) DO UPDATE SET accepted = accepted + excluded.accepted, newest = MAX(newest, excluded.newest)
        """, 4);

    public void Add(int model, long arrived)
    {
        var key = (model, UtcMicroseconds.Floor(arrived, MinuteSeconds));
        gathered[key] = gathered.TryGetValue(key, out var counts) ? (counts.Accepted + 1, Math.Max(counts.Newest, arrived)) : (1, arrived);
    }

    /// <summary>Adds what was gathered to the table, inside the writer's transaction.</summary>
    public void Write()
    {
        foreach (var ((model, minute), (accepted, newest)) in gathered)
        {
            write.Parameters[0].Value = (long)model;
            write.Parameters[1].Value = minute;
            write.Parameters[2].Value = accepted;
            write.Parameters[3].Value = newest;
            write.ExecuteNonQuery();
        }

        gathered.Clear();
    }

    /// <summary>Drops what was gathered of a model that is being removed.</summary>
    public void Forget(int model)
    {
        foreach (var key in gathered.Keys.Where(key => key.Model == model).ToList())
            gathered.Remove(key);
    }

    public void Dispose() => write.Dispose();
}
