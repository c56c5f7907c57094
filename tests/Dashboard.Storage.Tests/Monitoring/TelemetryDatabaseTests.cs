using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class TelemetryDatabaseTests : IDisposable
{
    private readonly string root = Path.Combine(Path.GetTempPath(), "dashboard-tests", Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_new_file_is_opened_by_the_writer_and_by_readers_at_the_same_moment()
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var database = new TelemetryDatabase(new DataDirectory(Path.Combine(root, attempt.ToString())));
            using var together = new Barrier(3);
            var opened = await Task.WhenAll(new[] { database.OpenWriter, database.OpenReader, database.OpenReader }.Select(open => Task.Factory.StartNew(() =>
            {
                together.SignalAndWait();
                return open();
            }, TaskCreationOptions.LongRunning)));
            foreach (var connection in opened)
            {
                Assert.Equal(0, Predictions(connection));
                connection.Dispose();
            }
        }
    }

    [Fact]
    public void The_writer_reads_inside_its_own_transaction_when_nobody_has_read_before()
    {
        var database = new TelemetryDatabase(new DataDirectory(root));
        using var writer = database.OpenWriter();
        TelemetryDatabase.Execute(writer, "BEGIN IMMEDIATE");

        using var reader = database.OpenReader();

        Assert.Equal(0, Predictions(reader));
        TelemetryDatabase.Execute(writer, "ROLLBACK");
    }

    private static long Predictions(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM predictions";
        return (long)command.ExecuteScalar()!;
    }
}
