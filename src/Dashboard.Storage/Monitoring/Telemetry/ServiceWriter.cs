using Dashboard.Core.Monitoring;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>Adds what the service counted to its windows, for the one writer.</summary>
internal sealed class ServiceWriter(SqliteConnection connection) : IDisposable
{
    private static readonly ServiceResolution[] All = Enum.GetValues<ServiceResolution>();

    private readonly SqliteCommand read = PredictionLog.Prepare(connection, "SELECT counts FROM service_windows WHERE model = $1 AND resolution = $2 AND start = $3", 3);
    private readonly SqliteCommand write = PredictionLog.Prepare(connection, """
        INSERT INTO service_windows (model, resolution, start, counts) VALUES ($1, $2, $3, $4)
        ON CONFLICT (model, resolution, start) DO UPDATE SET counts = excluded.counts
        """, 4);

    public void Add(ServiceCount count)
    {
        foreach (var resolution in All)
            Add(count, resolution, UtcMicroseconds.Floor(UtcMicroseconds.Of(count.Start), resolution.Seconds()));
    }

    public void Dispose()
    {
        read.Dispose();
        write.Dispose();
    }

    private void Add(ServiceCount count, ServiceResolution resolution, long start)
    {
        read.Parameters[0].Value = count.Model;
        read.Parameters[1].Value = (long)resolution;
        read.Parameters[2].Value = start;
        var window = count.Window;
        if (read.ExecuteScalar() is byte[] bytes)
        {
            window = ServiceWindow.Deserialize(bytes) is { IsSuccess: true } stored
                ? stored.Value
                : throw new InvalidDataException($"The service's window {UtcMicroseconds.ToTime(start):u} of '{count.Model}' cannot be read.");
            window.Add(count.Window);
        }

        write.Parameters[0].Value = count.Model;
        write.Parameters[1].Value = (long)resolution;
        write.Parameters[2].Value = start;
        write.Parameters[3].Value = window.Serialize();
        write.ExecuteNonQuery();
    }
}
