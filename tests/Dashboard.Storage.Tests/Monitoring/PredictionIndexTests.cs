using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class PredictionIndexTests : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("dashboard-index-").FullName;

    [Fact]
    public void Ids_are_found_in_the_newest_and_in_sealed_parts_and_after_a_restart()
    {
        using var connection = new TelemetryDatabase(new DataDirectory(path)).OpenWriter();
        var hash = new IdHash(42);
        var index = new PredictionIndex(connection, hash);
        const int rows = PredictionIndex.PartRows + 5000;
        TelemetryDatabase.Execute(connection, "BEGIN");
        for (var row = 1; row <= rows; row++)
            index.Add(hash.Of(1, $"id {row}"), row);
        TelemetryDatabase.Execute(connection, "COMMIT");

        foreach (var found in (PredictionIndex[])[index, new(connection, hash)])
            foreach (var row in (int[])[1, 77_777, PredictionIndex.PartRows - 1])
                Assert.Contains(row, found.Find(hash.Of(1, $"id {row}")));
        Assert.Contains(rows, index.Find(hash.Of(1, $"id {rows}")));
        Assert.Empty(index.Find(hash.Of(2, "id 1")));
        var falsePositives = Enumerable.Range(0, 10_000).Count(i => index.MayHold(hash.Of(1, $"absent {i}")));
        Assert.InRange(falsePositives, 0, 50);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(path, recursive: true);
    }
}
