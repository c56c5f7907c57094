using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring;

/// <summary>Counts by minute of arrival what became of predictions, for the one writer: taken, known already, not taken; and when the newest came.</summary>
internal sealed class ArrivalWriter(SqliteConnection connection) : IDisposable
{
    public const int MinuteSeconds = 60;

    private readonly Dictionary<(int Model, long Minute), Counts> gathered = [];
    private readonly SqliteCommand write = PredictionLog.Prepare(connection, """
        INSERT INTO arrivals (model, start, accepted, duplicates, rejected, newest) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (model, start) DO UPDATE SET accepted = accepted + excluded.accepted, duplicates = duplicates + excluded.duplicates,
            rejected = rejected + excluded.rejected, newest = MAX(COALESCE(newest, excluded.newest), COALESCE(excluded.newest, newest))
        """, 6);

    public void Accepted(int model, long arrived)
    {
        var counts = Of(model, arrived);
        counts.Accepted++;
        counts.Newest = Math.Max(arrived, counts.Newest ?? long.MinValue);
    }

    public void Duplicate(int model, long arrived) => Of(model, arrived).Duplicates++;

    public void Rejected(int model, long arrived, long count) => Of(model, arrived).Rejected += count;

    /// <summary>Adds what was gathered to the table, inside the writer's transaction.</summary>
    public void Write()
    {
        foreach (var ((model, minute), counts) in gathered)
        {
            write.Parameters[0].Value = (long)model;
            write.Parameters[1].Value = minute;
            write.Parameters[2].Value = counts.Accepted;
            write.Parameters[3].Value = counts.Duplicates;
            write.Parameters[4].Value = counts.Rejected;
            write.Parameters[5].Value = (object?)counts.Newest ?? DBNull.Value;
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

    private Counts Of(int model, long arrived)
    {
        var key = (model, UtcMicroseconds.Floor(arrived, MinuteSeconds));
        if (!gathered.TryGetValue(key, out var counts))
            gathered[key] = counts = new();
        return counts;
    }

    private sealed class Counts
    {
        public long Accepted { get; set; }

        public long Duplicates { get; set; }

        public long Rejected { get; set; }

        public long? Newest { get; set; }
    }
}
