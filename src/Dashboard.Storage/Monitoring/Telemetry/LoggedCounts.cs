using Dashboard.Core.Monitoring;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>How many predictions each model has had, and when the last came, as the writer keeps it on disk.</summary>
public sealed class LoggedCounts(TelemetryDatabase database, IDbContextFactory<DashboardDb> factory, ServiceCounters counters)
{
    /// <summary>Logs that are older than these counts are counted once; after that the writer keeps them with each batch.</summary>
    private const string CountOnce = "INSERT OR IGNORE INTO settings (name, value) VALUES ('predictions_are_counted', 1)";

    private const string Count = """
        INSERT OR IGNORE INTO counters (model, name, value) SELECT model, 'predictions', COUNT(*) FROM predictions GROUP BY model;
        INSERT OR IGNORE INTO counters (model, name, value)
            SELECT model, 'last_arrival', (SELECT arrived FROM predictions AS p WHERE p.model = c.model ORDER BY event_time DESC LIMIT 1) FROM counters AS c WHERE name = 'predictions' AND value > 0;
        """;

    private const string Select = """
        SELECT c.model, c.value, l.value FROM counters AS c LEFT JOIN counters AS l ON l.model = c.model AND l.name = 'last_arrival' WHERE c.name = 'predictions'
        """;

    /// <summary>Lets the counts in memory go on where they stood when the host ended. Before the first request.</summary>
    public void Resume()
    {
        using var connection = database.OpenWriter();
        using var db = factory.CreateDbContext();
        var names = db.Models.ToDictionary(model => model.Id, model => model.Name);
        foreach (var (modelId, predictions, last) in Read(connection))
            if (names.TryGetValue(modelId, out var name))
                counters.Resume(name, predictions, last);
    }

    private static List<(int ModelId, long Predictions, DateTimeOffset? Last)> Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = CountOnce;
        if (command.ExecuteNonQuery() == 1)
            TelemetryDatabase.Execute(connection, Count);
        command.CommandText = Select;
        using var reader = command.ExecuteReader();
        var counts = new List<(int, long, DateTimeOffset?)>();
        while (reader.Read())
            counts.Add((reader.GetInt32(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : UtcMicroseconds.ToTime(reader.GetInt64(2))));
        return counts;
    }
}
