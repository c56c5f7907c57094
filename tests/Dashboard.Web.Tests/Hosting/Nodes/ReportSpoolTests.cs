using Dashboard.Storage;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Web.Nodes;

namespace Dashboard.Web.Tests.Hosting.Nodes;

/// <summary>Reports that wait on a node's disk.</summary>
public sealed class ReportSpoolTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dashboard-test-");

    [Fact]
    public void They_go_in_the_order_in_which_they_were_made_also_those_of_an_earlier_start()
    {
        var before = new ReportSpool(Data);
        foreach (var sequence in (int[])[2, 11, 1])
            Assert.Null(before.Keep(Report(sequence, sequence), Start));
        // The same again is kept once.
        Assert.Null(before.Keep(Report(11, 11), Start));

        var spool = new ReportSpool(Data);
        Assert.Null(spool.Keep(Report(1, 5), Start.AddMinutes(1)));
        Assert.Equal(14 + 5, spool.Predictions);

        List<(long, int)> taken = [];
        while (spool.Oldest().Value is { } report)
        {
            taken.Add((report.Sequence, report.Predictions.Count));
            // What comes meanwhile is not what is removed, whatever the clock says.
            if (taken.Count == 1)
                Assert.Null(spool.Keep(Report(1, 0), Start.AddYears(-1)));
            Assert.Null(spool.RemoveOldest());
        }

        Assert.Equal([(1, 1), (1, 0), (2, 2), (11, 11), (1, 5)], taken);
        Assert.Equal((0, 0), (spool.Predictions, Directory.GetFiles(Path.Combine(folder.FullName, "node-reports")).Length));
    }

    [Fact]
    public void A_file_that_was_damaged_is_said_and_does_not_stand_in_the_way_of_the_rest()
    {
        var spool = new ReportSpool(Data);
        foreach (var sequence in (int[])[1, 2])
            Assert.Null(spool.Keep(Report(sequence, 3), Start));
        var file = Directory.GetFiles(Path.Combine(folder.FullName, "node-reports")).Order().First();
        File.WriteAllText(file, "{\"sequence\":");

        var fault = Assert.IsType<SpoolFault>(spool.Oldest().Error);
        Assert.Equal(3, fault.Predictions);
        Assert.Contains("with 3 predictions: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal((2, 3), (spool.Oldest().Value!.Sequence, spool.Predictions));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void The_disk_is_not_filled_and_nobody_else_may_read_them()
    {
        var spool = new ReportSpool(Data, mostBytes: 3 * 4096);
        for (var sequence = 1; sequence <= 3; sequence++)
            Assert.Null(spool.Keep(Report(sequence, 1), Start));

        Assert.Contains("no more are kept", spool.Keep(Report(4, 1), Start)!.Message, StringComparison.Ordinal);
        Assert.Equal(1, spool.Oldest().Value!.Sequence);
        Assert.Null(spool.RemoveOldest());
        Assert.Null(spool.Keep(Report(4, 1), Start));
        if (!OperatingSystem.IsWindows())
            foreach (var file in Directory.GetFiles(Path.Combine(folder.FullName, "node-reports")))
                Assert.Equal(SecretFile.OwnerOnly, File.GetUnixFileMode(file));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private DataDirectory Data => new(folder.FullName);

    private static NodeReport Report(long sequence, int predictions) => new(Guid.NewGuid(), sequence,
        [.. Enumerable.Range(0, predictions).Select(i => new NodePrediction("m", 1, 1, $"p{i}", null, Start, Start, 10, null, [1, 2]))], [], [], [], []);
}
