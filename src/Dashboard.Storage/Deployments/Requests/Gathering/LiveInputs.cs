using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Deployments.Requests.Gathering;

/// <summary>What callers sent to a model lately, with the signature that it was sent to.</summary>
/// <param name="From">Event time of the first row.</param>
/// <param name="To">Of the last one.</param>
internal sealed record LiveInputs(IReadOnlyList<(IReadOnlyList<FeatureInput> Signature, InputValue[] Values)> Rows, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>With fewer rows nothing is said of live traffic.</summary>
    public const int FewestRows = 200;

    public static readonly TimeSpan Range = TimeSpan.FromDays(7);

    /// <summary>So many moments of the range are looked at, and at each so many rows: an index answers each, however long the log is.</summary>
    private const int Moments = 200, RowsAtOnce = 10;

    /// <summary>Rows of the last seven days of the model's own clock.</summary>
    /// <returns>Null where there are none.</returns>
    public static LiveInputs? Read(TelemetryDatabase database, VersionCatalog versions, int modelId, CancellationToken ct)
    {
        using var connection = database.OpenReader();
        using var newest = PredictionLog.Prepare(connection, "SELECT MAX(event_time) FROM predictions WHERE model = $1", 1);
        newest.Parameters[0].Value = modelId;
        if (newest.ExecuteScalar() is not long last)
            return null;
        using var first = PredictionLog.Prepare(connection, "SELECT MIN(event_time) FROM predictions WHERE model = $1 AND event_time >= $2", 2);
        (first.Parameters[0].Value, first.Parameters[1].Value) = (modelId, UtcMicroseconds.Of(UtcMicroseconds.ToTime(last) - Range));
        var from = (long)first.ExecuteScalar()!;
        using var read = PredictionLog.Prepare(connection, "SELECT event_time, seq, version, payload FROM predictions WHERE model = $1 AND (event_time, seq) > ($2, $3) ORDER BY event_time, seq LIMIT $4", 4);
        (read.Parameters[0].Value, read.Parameters[3].Value) = (modelId, RowsAtOnce);
        var rows = new List<(IReadOnlyList<FeatureInput>, InputValue[])>();
        // Each look goes on behind what was read last: many rows may be of one moment, and there may be few in all.
        var (time, seq) = (from - 1, long.MaxValue);
        for (var moment = 0; moment < Moments; moment++)
        {
            ct.ThrowIfCancellationRequested();
            if (from + ((last - from) / Moments * moment) - 1 is var next && next > time)
                (time, seq) = (next, long.MaxValue);
            (read.Parameters[1].Value, read.Parameters[2].Value) = (time, seq);
            (time, seq) = Add(read, versions, rows, time, seq);
        }

        return new(rows, UtcMicroseconds.ToTime(from), UtcMicroseconds.ToTime(last));
    }

    /// <summary>Every row as another version reads it.</summary>
    /// <param name="absent">For each input that some row has no value of the right type for: in how many rows.</param>
    public float[] EncodeFor(FeatureEncoder encoder, out IReadOnlyDictionary<string, int> absent)
    {
        var (features, missing) = (new float[Rows.Count * encoder.Width], new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var (i, (signature, values)) in Rows.Index())
        {
            encoder.Encode(InputTranslation.Translate(signature, values, encoder, out var lacking), features.AsSpan(i * encoder.Width, encoder.Width));
            foreach (var name in lacking)
                missing[name] = missing.GetValueOrDefault(name) + 1;
        }

        absent = missing;
        return features;
    }

    /// <returns>Where the last row stands.</returns>
    private static (long Time, long Seq) Add(SqliteCommand read, VersionCatalog versions, List<(IReadOnlyList<FeatureInput>, InputValue[])> rows, long time, long seq)
    {
        using var row = read.ExecuteReader();
        while (row.Read())
        {
            (time, seq) = (row.GetInt64(0), row.GetInt64(1));
            if (versions.Find(row.GetInt32(2)) is { } version)
                rows.Add((version.Manifest.Preprocessing.Inputs, PredictionPayload.Inputs(row.GetFieldValue<byte[]>(3), version.Manifest.Preprocessing.Inputs.Count)));
        }

        return (time, seq);
    }
}
