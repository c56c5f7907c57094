using System.Globalization;
using System.Text;
using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Tests.Data;

[Collection(nameof(MeasuredAlone))]
public sealed class BoundedMemoryTests
{
    private const int FileBytes = 30 << 20;
    private const int AllowedBytes = 40 << 20;

    [Fact]
    public async Task A_large_file_takes_memory_that_does_not_grow_with_it()
    {
        await using var csv = LargeFile();
        var sink = new WatchingSink();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var result = await CsvImport.RunAsync(csv, sink, new(), CancellationToken.None);

        Assert.True(result.IsSuccess, result.Error?.Message);
        Assert.True(sink.Samples >= 3, $"Memory was looked at {sink.Samples} times.");
        Assert.True(sink.Peak - before < AllowedBytes, $"{sink.Peak - before:N0} bytes were alive during the import of {csv.Length:N0}.");
        Assert.True(result.Value.Column("comment").DistinctIsLowerBound);
    }

    [Fact]
    public async Task A_million_columns_are_refused_within_little_memory()
    {
        var header = new StringBuilder().AppendJoin(',', Enumerable.Range(0, 1_000_000).Select(i => $"column_{i}"));
        var file = Encoding.UTF8.GetBytes($"{header}\n1,2\n");

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var error = await CsvText.Fail(file);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(ErrorKind.TooLarge, error.Kind);
        Assert.True(allocated < 50 << 20, $"{allocated:N0} bytes were allocated to refuse the file.");
    }

    /// <summary>Every row has a number, a time and a text of its own: the worst case for what is remembered of a column.</summary>
    private static FileStream LargeFile()
    {
        var file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        using var text = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        text.Write("id,when,amount,group,comment\n");
        var start = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        for (var i = 0; i % 1_000 != 0 || file.Position < FileBytes; i++)
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{i},{start.AddSeconds(i):yyyy-MM-ddTHH:mm:ss},{i * 0.37},group {i % 50},\"comment number {i} with, some more text to make it long\"\n"));
        text.Flush();
        return file;
    }

    /// <summary>Counts what is alive whenever another 8 MiB have been written.</summary>
    private sealed class WatchingSink : MemoryStream
    {
        private long written;

        public long Peak { get; private set; }

        public int Samples { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            written += buffer.Length;
            if (written / (8 << 20) <= Samples)
                return;
            Samples++;
            Peak = Math.Max(Peak, GC.GetTotalMemory(forceFullCollection: true));
        }
    }
}
