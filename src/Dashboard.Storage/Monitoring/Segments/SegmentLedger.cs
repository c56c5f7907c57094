using Dashboard.Storage.Monitoring.Telemetry;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Segments;

/// <summary>
/// How far each segment's windows reach back, in telemetry.db itself, so that it is right after any crash: predictions from <c>next</c> on are counted in them,
/// those before are not yet. What is written from now on is counted from the moment a definition is seen; its past follows backwards, the newest first. For the one writer.
/// </summary>
internal sealed class SegmentLedger(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<int, Entry> entries = Load(connection);
    private readonly SqliteCommand put = PredictionLog.Prepare(connection, """
        INSERT INTO segments (segment, model, active_from, next) VALUES ($1, $2, $3, $3) ON CONFLICT (segment) DO NOTHING
        """, 3);
    private readonly SqliteCommand advance = PredictionLog.Prepare(connection, "UPDATE segments SET next = $2 WHERE segment = $1", 2);
    private readonly SqliteCommand remove = PredictionLog.Prepare(connection, "DELETE FROM segments WHERE segment = $1", 1);

    private sealed record Entry(int Model, long Next);

    /// <summary>Segments that have windows.</summary>
    public IEnumerable<int> Segments => entries.Keys;

    /// <summary>Starts to count what is newly defined.</summary>
    /// <param name="last">The newest prediction; what comes after it is counted live.</param>
    public void Start(SegmentSnapshot snapshot, long last)
    {
        foreach (var segment in snapshot.Defined)
        {
            if (entries.ContainsKey(segment.Id))
                continue;
            Run(put, segment.Id, segment.ModelId, last + 1);
            entries[segment.Id] = new(segment.ModelId, last + 1);
        }
    }

    /// <summary>Whether a prediction is counted in a segment's windows already, or is from now on.</summary>
    public bool Counts(int segment, long seq) => entries.TryGetValue(segment, out var entry) && seq >= entry.Next;

    /// <summary>A segment whose definition is gone while its windows are not; null without one.</summary>
    public int? Obsolete(SegmentSnapshot snapshot)
    {
        if (entries.Count == 0)
            return null;
        var defined = snapshot.Defined.Select(segment => segment.Id).ToHashSet();
        foreach (var segment in entries.Keys)
            if (!defined.Contains(segment))
                return segment;
        return null;
    }

    /// <summary>Segments of one model whose past is missing before the same prediction; none where nothing is missing.</summary>
    public (int Model, long Before, IReadOnlySet<int> Segments)? Unfilled()
    {
        foreach (var (_, first) in entries)
            if (first.Next > 0)
                return (first.Model, first.Next, entries.Where(pair => pair.Value == first).Select(pair => pair.Key).ToHashSet());
        return null;
    }

    /// <summary>Notes that predictions from a number on are counted; 0: all there are.</summary>
    public void Reach(IReadOnlySet<int> segments, long from)
    {
        foreach (var segment in segments)
        {
            Run(advance, segment, from);
            entries[segment] = entries[segment] with { Next = from };
        }
    }

    public void Forget(int segment)
    {
        Run(remove, segment);
        entries.Remove(segment);
    }

    public void ForgetModel(int model)
    {
        foreach (var segment in entries.Where(pair => pair.Value.Model == model).Select(pair => pair.Key).ToList())
            Forget(segment);
    }

    public void Dispose()
    {
        put.Dispose();
        advance.Dispose();
        remove.Dispose();
    }

    private static Dictionary<int, Entry> Load(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT segment, model, next FROM segments";
        using var reader = command.ExecuteReader();
        var loaded = new Dictionary<int, Entry>();
        while (reader.Read())
            loaded[reader.GetInt32(0)] = new(reader.GetInt32(1), reader.GetInt64(2));
        return loaded;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<long> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }
}
