using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Storage.Monitoring.Telemetry;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Windows;

/// <summary>A stored window of one version.</summary>
internal readonly record struct StoredWindow(long Start, MonitoredVersion Version, WindowProfile Profile);

/// <summary>Which windows answer a range, and into what steps they are merged.</summary>
/// <param name="Seconds">The step.</param>
internal readonly record struct WindowPlan(Resolution Resolution, long Seconds)
{
    private const int MostWindows = 6000;

    private static readonly int[] Multiples = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800];
    private static readonly long[] Coarse = [3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 28 * 86_400, 91 * 86_400, 364 * 86_400, 3640 * 86_400L];

    /// <summary>The finest step that gives at most <paramref name="maxPoints"/> windows and reads no more than some thousand.</summary>
    public static WindowPlan For(double rangeSeconds, int finestSeconds, int maxPoints)
    {
        if (finestSeconds < Resolutions.HourSeconds && rangeSeconds / finestSeconds <= MostWindows)
            foreach (var multiple in Multiples)
                if ((long)multiple * finestSeconds is var step && step < Resolutions.HourSeconds && Resolutions.HourSeconds % step == 0 && rangeSeconds / step <= maxPoints)
                    return new(Resolution.Finest, step);
        foreach (var step in Coarse)
            if (rangeSeconds / step <= maxPoints)
                return new(step < Resolutions.DaySeconds && rangeSeconds / Resolutions.HourSeconds <= MostWindows ? Resolution.Hour : Resolution.Day, Math.Max(step, rangeSeconds / Resolutions.HourSeconds <= MostWindows ? step : Resolutions.DaySeconds));
        return new(Resolution.Day, Coarse[^1]);
    }
}

/// <summary>Reads windows; what it costs depends on the windows of the range, not on what was logged.</summary>
internal sealed class WindowReader(TelemetryDatabase database, VersionCatalog versions)
{
    /// <summary>Windows of a model that start in [from, to), in order of time. Versions that were deleted are passed over.</summary>
    /// <param name="versionId">Null: all versions.</param>
    /// <param name="segment">The id of a defined segment; null: all predictions.</param>
    /// <param name="parts">What is needed of each; the rest costs little.</param>
    public IEnumerable<StoredWindow> Read(int modelId, int? versionId, Resolution resolution, long from, long to, int? segment = null, ProfileParts parts = ProfileParts.All)
    {
        using var connection = database.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT start, version, profile FROM windows WHERE model = $model AND segment = $segment AND resolution = $resolution AND start >= $from AND start < $to"
            + (versionId is null ? "" : " AND version = $version") + " ORDER BY start";
        command.Parameters.AddWithValue("$model", modelId);
        command.Parameters.AddWithValue("$segment", segment ?? WindowWriter.Everything);
        command.Parameters.AddWithValue("$resolution", (int)resolution);
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        if (versionId is not null)
            command.Parameters.AddWithValue("$version", versionId);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (versions.Find(reader.GetInt32(1)) is not { } version)
                continue;
            var profile = WindowProfile.Deserialize(version.Layout, reader.GetFieldValue<byte[]>(2), parts);
            if (!profile.IsSuccess)
                throw new InvalidDataException($"Window {UtcMicroseconds.ToTime(reader.GetInt64(0)):u} of version {version.VersionId}: {profile.Error!.Message}");
            yield return new(reader.GetInt64(0), version, profile.Value);
        }
    }

    /// <summary>The versions that have windows.</summary>
    public IReadOnlyList<int> Versions(int modelId)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, $"SELECT DISTINCT version FROM windows WHERE model = $model AND segment = {WindowWriter.Everything} AND resolution = 2", modelId);
        using var reader = command.ExecuteReader();
        var found = new List<int>();
        while (reader.Read())
            found.Add(reader.GetInt32(0));
        return found;
    }

    /// <summary>Windows of the service's clock that start in [from, to), in order of time.</summary>
    public IEnumerable<(long Start, ServiceWindow Window)> ReadService(string model, ServiceResolution resolution, long from, long to)
    {
        using var connection = database.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT start, counts FROM service_windows WHERE model = $model AND resolution = $resolution AND start >= $from AND start < $to ORDER BY start";
        command.Parameters.AddWithValue("$model", model);
        command.Parameters.AddWithValue("$resolution", (int)resolution);
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return (reader.GetInt64(0), ServiceWindow.Deserialize(reader.GetFieldValue<byte[]>(1)) is { IsSuccess: true } window
                ? window.Value
                : throw new InvalidDataException($"The service's window {UtcMicroseconds.ToTime(reader.GetInt64(0)):u} of '{model}' cannot be read."));
    }

    /// <summary>The oldest and newest event of a model; null without predictions.</summary>
    public (DateTimeOffset Oldest, DateTimeOffset Newest)? Span(int modelId)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, "SELECT (SELECT MIN(start) FROM windows WHERE model = $model AND segment = 0 AND resolution = 2), (SELECT MAX(event_time) FROM predictions WHERE model = $model), (SELECT MAX(start) FROM windows WHERE model = $model AND segment = 0 AND resolution = 1)", modelId);
        using var reader = command.ExecuteReader();
        if (!reader.Read() || reader.IsDBNull(0))
            return null;
        // Without a log (it is past its retention) the newest hour stands for the newest event.
        return (UtcMicroseconds.ToTime(reader.GetInt64(0)), UtcMicroseconds.ToTime(reader.IsDBNull(1) ? reader.GetInt64(2) : reader.GetInt64(1)));
    }

    /// <summary>How many predictions arrived in the minutes that start in [from, to), in order of time; minutes without any are left out.</summary>
    public IReadOnlyList<ArrivalMinute> Arrivals(int modelId, long from, long to)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, "SELECT start, accepted, newest FROM arrivals WHERE model = $model AND start >= $from AND start < $to ORDER BY start", modelId);
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        using var reader = command.ExecuteReader();
        var minutes = new List<ArrivalMinute>();
        while (reader.Read())
            minutes.Add(new(UtcMicroseconds.ToTime(reader.GetInt64(0)), reader.GetInt64(1), UtcMicroseconds.ToTime(reader.GetInt64(2))));
        return minutes;
    }

    /// <summary>Faults of one kind in the hours that start in [from, to), whatever field was at fault, in order of time.</summary>
    public IReadOnlyList<(DateTimeOffset Start, long Count)> FaultsByHour(int modelId, QualityKind kind, long from, long to)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, "SELECT start, SUM(count) FROM quality WHERE model = $model AND kind = $kind AND start >= $from AND start < $to GROUP BY start ORDER BY start", modelId);
        command.Parameters.AddWithValue("$kind", kind.ToString());
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        using var reader = command.ExecuteReader();
        var hours = new List<(DateTimeOffset, long)>();
        while (reader.Read())
            hours.Add((UtcMicroseconds.ToTime(reader.GetInt64(0)), reader.GetInt64(1)));
        return hours;
    }

    /// <summary>When the newest prediction of a model arrived; null where none has since arrivals are counted.</summary>
    public DateTimeOffset? NewestArrival(int modelId)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, "SELECT newest FROM arrivals WHERE model = $model ORDER BY start DESC LIMIT 1", modelId);
        return command.ExecuteScalar() is long newest ? UtcMicroseconds.ToTime(newest) : null;
    }

    public (long Duplicates, long UnknownLabels, long Waiting) Counters(int modelId)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, $"""
            SELECT COALESCE((SELECT value FROM counters WHERE model = $model AND name = '{TelemetryCounters.Duplicates}'), 0),
                   COALESCE((SELECT value FROM counters WHERE model = $model AND name = '{TelemetryCounters.UnknownLabels}'), 0),
                   (SELECT COUNT(*) FROM pending_labels WHERE model = $model)
            """, modelId);
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    public IReadOnlyList<SegmentFill> SegmentFills(int modelId)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, "SELECT segment, active_from, next, (SELECT MIN(seq) FROM predictions) FROM segments WHERE model = $model ORDER BY segment", modelId);
        using var reader = command.ExecuteReader();
        var fills = new List<SegmentFill>();
        while (reader.Read())
        {
            var (from, next, oldest) = (reader.GetInt64(1), reader.GetInt64(2), reader.IsDBNull(3) ? 0 : reader.GetInt64(3));
            fills.Add(new(reader.GetInt32(0), next <= oldest || from <= oldest ? 1 : (double)(from - next) / (from - oldest)));
        }

        return fills;
    }

    public IReadOnlyList<QualityCount> Quality(int modelId, long from, long to)
    {
        using var connection = database.OpenReader();
        using var command = Query(connection, "SELECT start, kind, subject, count FROM quality WHERE model = $model AND start >= $from AND start < $to ORDER BY start, kind, subject", modelId);
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        using var reader = command.ExecuteReader();
        var counts = new List<QualityCount>();
        while (reader.Read())
            if (Enum.TryParse<QualityKind>(reader.GetString(1), out var kind))
                counts.Add(new(modelId, UtcMicroseconds.ToTime(reader.GetInt64(0)), kind, reader.GetString(2), reader.GetInt64(3)));
        return counts;
    }

    private static SqliteCommand Query(SqliteConnection connection, string sql, int modelId)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$model", modelId);
        return command;
    }
}
