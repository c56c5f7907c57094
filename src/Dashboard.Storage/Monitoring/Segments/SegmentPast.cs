using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Segments;

/// <summary>Reads back the log for segments that were defined after their predictions, some thousand rows at a time and the newest first. For the one writer.</summary>
internal sealed class SegmentPast(SqliteConnection connection, VersionCatalog versions) : IDisposable
{
    /// <summary>Rows of the log that one step looks at: some tens of milliseconds.</summary>
    private const int StepRows = 4096;

    private readonly SqliteCommand newest = PredictionLog.Prepare(connection, "SELECT MAX(seq) FROM predictions WHERE seq < $1", 1);

    // The plus sign keeps SQLite from reading by the index on model and time: a step is a range of numbers, whatever else lies in it.
    private readonly SqliteCommand rows = PredictionLog.Prepare(connection, """
        SELECT p.version, p.event_time, p.payload, p.label, l.value, l.lag
        FROM predictions p LEFT JOIN labels l ON l.seq = p.seq WHERE p.seq BETWEEN $1 AND $2 AND +p.model = $3
        """, 3);

    /// <summary>Finds the effects of the next step.</summary>
    /// <param name="before">The prediction from which on everything is counted.</param>
    /// <param name="segments">The segments that are made up for.</param>
    /// <returns>The prediction from which on everything is counted after these effects; 0 when the log has no more.</returns>
    public long Read(int model, long before, IReadOnlySet<int> segments, SegmentSnapshot snapshot, List<WindowEffect> effects)
    {
        newest.Parameters[0].Value = before;
        if (newest.ExecuteScalar() is not long last)
            return 0;
        var first = Math.Max(0, last - StepRows + 1);
        rows.Parameters[0].Value = first;
        rows.Parameters[1].Value = last;
        rows.Parameters[2].Value = (long)model;
        using var reader = rows.ExecuteReader();
        while (reader.Read())
        {
            if (versions.Find(reader.GetInt32(0)) is not { } version)
                continue;
            var payload = reader.GetFieldValue<byte[]>(2);
            var inputs = PredictionPayload.Inputs(payload, version.Manifest.Preprocessing.Inputs.Count);
            var members = Members(version, inputs, segments, snapshot);
            if (members == 0)
                continue;
            var features = new float[version.Encoder.Width];
            version.Encoder.Encode(inputs, features);
            // Ground truth that came with its observation took no time; how long others took is known since it is kept.
            var (came, lag) = reader.IsDBNull(3) ? (double.NaN, reader.IsDBNull(5) ? double.NaN : reader.GetDouble(5)) : (reader.GetDouble(3), 0);
            var label = reader.IsDBNull(4) ? came : reader.GetDouble(4);
            var change = ProfileChange.Prediction(features, PredictionPayload.Outputs(payload), label, version.UnknownValues(inputs, features)) with { LagSeconds = double.IsNaN(label) ? double.NaN : lag };
            effects.Add(new(version, reader.GetInt64(1), change, Everything: false, IsSliced: true, members));
        }

        return first;
    }

    public void Dispose()
    {
        newest.Dispose();
        rows.Dispose();
    }

    private static ulong Members(MonitoredVersion version, Core.Data.Features.InputValue[] inputs, IReadOnlySet<int> segments, SegmentSnapshot snapshot)
    {
        var bound = snapshot.Of(version);
        ulong members = 0;
        for (var i = 0; i < bound.Count && i < WindowWriter.MostSegments; i++)
            if (segments.Contains(bound[i].Id) && bound[i].Segment.Contains(inputs))
                members |= 1UL << i;
        return members;
    }
}
