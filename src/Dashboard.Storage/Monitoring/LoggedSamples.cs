using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring;

/// <summary>Some of a version's logged predictions.</summary>
/// <param name="Rows">Evenly spaced over the range, in the order of event time; outputs that were no finite numbers are left out.</param>
/// <param name="InRange">How many predictions of any version the range holds.</param>
public sealed record LoggedSample(MonitoredVersion Version, ObservedRows Rows, long InRange);

/// <summary>Reads logged predictions back as the rows that the model saw.</summary>
public sealed class LoggedSamples(TelemetryDatabase database, VersionCatalog versions, IDbContextFactory<DashboardDb> factory)
{
    /// <summary>A version's share in a range is told from about so many of its predictions.</summary>
    private const int LooksForVersion = 500;

    /// <summary>Of the range's rows so many are kept in mind, whatever its length.</summary>
    private const int MostKept = 200_000;

    /// <summary>A sample of the predictions of a model with an event time in [from, to).</summary>
    /// <param name="versionId">A version's key; null: the one with most predictions in the range.</param>
    /// <param name="most">At most so many rows.</param>
    /// <returns>The sample, which may be empty, or an error where there is no such model, or no prediction in the range.</returns>
    public async Task<Result<LoggedSample>> TakeAsync(string model, int? versionId, DateTimeOffset from, DateTimeOffset to, int most, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct) is not { } modelId)
            return new NotFound("model", model);
        await using var connection = database.OpenReader();
        var found = Find(connection, modelId, from, to, out var inRange, ct);
        if (found.Count == 0)
            return new NotFound("logged prediction", model) { Message = $"Model '{Error.Shorten(model)}' has no logged prediction from {from:u} to {to:u}." };
        using var read = PredictionLog.Prepare(connection, """
            SELECT p.version, p.event_time, p.payload, COALESCE(l.value, p.label) FROM predictions p LEFT JOIN labels l ON l.seq = p.seq WHERE p.seq = $1
            """, 1);
        var (shares, looked) = Shares(read, Evenly(found, LooksForVersion), ct);
        if ((versionId ?? shares.OrderByDescending(pair => pair.Value).Select(pair => (int?)pair.Key).FirstOrDefault(key => versions.Find(key!.Value) is not null)) is not { } chosen || versions.Find(chosen) is not { } version)
            return new NotFound("version", model) { Message = $"Model '{Error.Shorten(model)}' has no version with predictions from {from:u} to {to:u}." };
        // Of a version with half of the predictions twice as many have to be looked at.
        var wanted = (long)Math.Ceiling(most * (looked + 1.0) / (shares.GetValueOrDefault(chosen) + 1));
        var rows = new Reader(version);
        foreach (var seq in Evenly(found, (int)Math.Min(wanted, found.Count)))
        {
            ct.ThrowIfCancellationRequested();
            rows.Add(read, seq);
        }

        return new LoggedSample(version, rows.ToRows(most), inRange);
    }

    /// <summary>The log's rows in the order of event time, thinned where there are very many; the index alone answers.</summary>
    private static List<long> Find(SqliteConnection connection, int modelId, DateTimeOffset from, DateTimeOffset to, out long inRange, CancellationToken ct)
    {
        using var count = Query(connection, "SELECT COUNT(*)", "", modelId, from, to);
        inRange = (long)count.ExecuteScalar()!;
        var step = 1 + (inRange / MostKept);
        using var command = Query(connection, "SELECT seq", "ORDER BY event_time, seq", modelId, from, to);
        using var reader = command.ExecuteReader();
        var found = new List<long>();
        for (var i = 0L; reader.Read(); i++)
        {
            if (i % 4096 == 0)
                ct.ThrowIfCancellationRequested();
            if (i % step == 0)
                found.Add(reader.GetInt64(0));
        }

        return found;
    }

    private static SqliteCommand Query(SqliteConnection connection, string what, string order, int modelId, DateTimeOffset from, DateTimeOffset to)
    {
        var command = connection.CreateCommand();
        command.CommandText = $"{what} FROM predictions WHERE model = $model AND event_time >= $from AND event_time < $to {order}";
        command.Parameters.AddWithValue("$model", modelId);
        command.Parameters.AddWithValue("$from", UtcMicroseconds.Of(from));
        command.Parameters.AddWithValue("$to", UtcMicroseconds.Of(to));
        return command;
    }

    private static (Dictionary<int, int> Rows, int Looked) Shares(SqliteCommand read, IEnumerable<long> sequences, CancellationToken ct)
    {
        var (shares, looked) = (new Dictionary<int, int>(), 0);
        foreach (var seq in sequences)
        {
            ct.ThrowIfCancellationRequested();
            read.Parameters[0].Value = seq;
            using var row = read.ExecuteReader();
            if (!row.Read())
                continue;
            looked++;
            shares[row.GetInt32(0)] = shares.GetValueOrDefault(row.GetInt32(0)) + 1;
        }

        return (shares, looked);
    }

    private static IEnumerable<long> Evenly(List<long> found, int most)
    {
        var taken = Math.Min(found.Count, most);
        for (var i = 0; i < taken; i++)
            yield return found[(int)((long)i * found.Count / taken)];
    }

    /// <summary>Collects a version's rows, encoded.</summary>
    private sealed class Reader(MonitoredVersion version)
    {
        private readonly FeatureEncoder encoder = new(version.Manifest.Preprocessing);
        private readonly List<float> features = [];
        private readonly List<float> outputs = [];
        private readonly List<double> labels = [];
        private readonly List<long> times = [];

        public void Add(SqliteCommand read, long seq)
        {
            read.Parameters[0].Value = seq;
            using var row = read.ExecuteReader();
            // The log's retention may have taken the row since.
            if (!row.Read() || row.GetInt32(0) != version.VersionId)
                return;
            var payload = row.GetFieldValue<byte[]>(2);
            var answered = PredictionPayload.Outputs(payload);
            if (answered.Length != version.Manifest.OutputCount || !Array.TrueForAll(answered, float.IsFinite))
                return;
            var encoded = new float[encoder.Width];
            encoder.Encode(PredictionPayload.Inputs(payload, version.Manifest.Preprocessing.Inputs.Count), encoded);
            features.AddRange(encoded);
            outputs.AddRange(answered);
            labels.Add(row.IsDBNull(3) ? double.NaN : row.GetDouble(3));
            times.Add(UtcMicroseconds.ToTime(row.GetInt64(1)).Ticks);
        }

        public ObservedRows ToRows(int most)
        {
            var rows = new ObservedRows(encoder.Width, version.Manifest.OutputCount, [.. features], [.. outputs], [.. labels], [.. times]);
            return rows.Count <= most ? rows : rows.Pick([.. Enumerable.Range(0, most).Select(i => (int)((long)i * rows.Count / most))]);
        }
    }
}
