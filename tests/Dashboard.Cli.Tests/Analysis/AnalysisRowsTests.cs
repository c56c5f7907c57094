using Dashboard.Cli.Analysis;
using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Cli.Tests.Analysis;

public sealed class AnalysisRowsTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Rows_come_back_as_they_were_written()
    {
        var rows = new ObservedRows(2, 3, [1, float.NaN, 3, 4], [0.1f, 0.2f, 0.7f, 1, 0, 0], [2, double.NaN], [7, 9]);
        AnalysisRows.Write(path, rows);
        var read = AnalysisRows.Read(path).Value;

        Assert.Equal((rows.Width, rows.OutputCount, rows.Count), (read.Width, read.OutputCount, read.Count));
        Assert.Equal(rows.Features, read.Features);
        Assert.Equal(rows.Outputs, read.Outputs);
        Assert.Equal(rows.Labels, read.Labels);
        Assert.Equal(rows.Times, read.Times);
        AnalysisRows.Write(path, rows with { Times = [] });
        Assert.Empty(AnalysisRows.Read(path).Value.Times);
    }

    [Fact]
    public void Too_many_rows_are_refused()
    {
        var many = AnalysisRows.MostRows + 1;
        Assert.Throws<ArgumentException>(() => AnalysisRows.Write(path, new(1, 1, new float[many], new float[many], new double[many], [])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(40)]
    public void A_file_that_ends_early_is_refused(int length)
    {
        AnalysisRows.Write(path, new(2, 1, [1, 2, 3, 4], [1, 2], [1, 2], []));
        var bytes = File.ReadAllBytes(path)[..length];
        File.WriteAllBytes(path, bytes);

        Assert.Contains($"{length} bytes", AnalysisRows.Read(path).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_that_no_rows_have_are_refused_before_anything_is_allocated()
    {
        AnalysisRows.Write(path, new(2, 1, [1, 2, 3, 4], [1, 2], [1, 2], []));
        var bytes = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(bytes.AsSpan(9), int.MaxValue);
        File.WriteAllBytes(path, bytes);

        Assert.NotNull(AnalysisRows.Read(path).Error);
    }
}
