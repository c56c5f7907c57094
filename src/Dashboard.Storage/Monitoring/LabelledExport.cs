using System.Text;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring;

/// <summary>What an export wrote, and what its columns are called (names that an input already has are avoided).</summary>
public sealed record LabelledRows(long Rows, IReadOnlyList<string> Inputs, string TimeColumn, string LabelColumn);

/// <summary>Writes logged inputs with their ground truth as CSV, oldest first, to train on: the inputs of every version in the range, event_time, label.</summary>
public sealed class LabelledExport(TelemetryDatabase database, VersionCatalog versions, IDbContextFactory<DashboardDb> factory)
{
    /// <summary>Streams the labelled predictions with an event time in [from, to). Values are written as they came; a class by its name, times in ISO 8601, missing as nothing.</summary>
    /// <returns>How many rows; 0 where the model is not known.</returns>
    public async Task<LabelledRows> WriteAsync(string model, DateTimeOffset from, DateTimeOffset to, Stream csv, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var modelId = await db.Models.Where(m => m.Name == model).Select(m => (int?)m.Id).SingleOrDefaultAsync(ct) ?? 0;
        await using var connection = database.OpenReader();
        var columns = Columns(connection, modelId, from, to);
        var (timeColumn, labelColumn) = (CsvText.Free("event_time", columns), CsvText.Free("label", columns));
        await using var writer = new StreamWriter(csv, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        await writer.WriteLineAsync(string.Join(',', columns.Append(timeColumn).Append(labelColumn).Select(CsvText.Quoted)));

        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT p.version, p.event_time, p.payload, COALESCE(l.value, p.label) AS truth
            FROM predictions p LEFT JOIN labels l ON l.seq = p.seq
            WHERE p.model = $model AND p.event_time >= $from AND p.event_time < $to AND truth IS NOT NULL ORDER BY p.event_time, p.seq
            """;
        Bind(command, modelId, from, to);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var line = new StringBuilder();
        long rows = 0;
        while (await reader.ReadAsync(ct))
        {
            if (versions.Find(reader.GetInt32(0)) is not { } version)
                continue;
            Write(line.Clear(), version, columns, reader.GetFieldValue<byte[]>(2));
            line.Append(CsvText.Of(UtcMicroseconds.ToTime(reader.GetInt64(1)))).Append(',').Append(Label(version, reader.GetDouble(3)));
            await writer.WriteLineAsync(line, ct);
            rows++;
        }

        await writer.FlushAsync(ct);
        return new(rows, columns, timeColumn, labelColumn);
    }

    /// <summary>The inputs of the versions that predicted in the range, in the order of the newest.</summary>
    private List<string> Columns(Microsoft.Data.Sqlite.SqliteConnection connection, int modelId, DateTimeOffset from, DateTimeOffset to)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT DISTINCT version FROM windows WHERE model = $model AND segment = 0 AND resolution = 1 AND start >= $from AND start < $to ORDER BY version DESC";
        Bind(command, modelId, UtcMicroseconds.ToTime(UtcMicroseconds.Floor(UtcMicroseconds.Of(from), Resolutions.HourSeconds)), to);
        using var reader = command.ExecuteReader();
        var columns = new List<string>();
        while (reader.Read())
            foreach (var input in versions.Find(reader.GetInt32(0))?.Manifest.Preprocessing.Inputs ?? [])
                if (!columns.Contains(input.Name))
                    columns.Add(input.Name);
        return columns;
    }

    private static void Bind(Microsoft.Data.Sqlite.SqliteCommand command, int modelId, DateTimeOffset from, DateTimeOffset to)
    {
        command.Parameters.AddWithValue("$model", modelId);
        command.Parameters.AddWithValue("$from", UtcMicroseconds.Of(from));
        command.Parameters.AddWithValue("$to", UtcMicroseconds.Of(to));
    }

    private static void Write(StringBuilder line, MonitoredVersion version, List<string> columns, byte[] payload)
    {
        var signature = version.Manifest.Preprocessing.Inputs;
        var values = PredictionPayload.Inputs(payload, signature.Count);
        foreach (var column in columns)
        {
            for (var i = 0; i < signature.Count; i++)
                if (signature[i].Name == column)
                    line.Append(CsvText.Of(signature[i], values[i]));
            line.Append(',');
        }
    }

    private static string Label(MonitoredVersion version, double value) => version.Manifest.Task == ModelTask.Regression
        ? CsvText.Of(value)
        : CsvText.Quoted(version.Manifest.Classes[(int)value]);
}
