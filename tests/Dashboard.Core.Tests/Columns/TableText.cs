using System.IO.Compression;
using System.Text;
using Dashboard.Core.Monitoring.Columns;
using Dashboard.Core.Monitoring.Columns.Comparing;
using Dashboard.Core.Monitoring.Columns.Reading;
using Dashboard.Core.Monitoring.Columns.Rows;

namespace Dashboard.Core.Tests.Columns;

/// <summary>Tables from text, as a pipe gives them: front to back, a few bytes at a time.</summary>
internal static class TableText
{
    public static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    public static Result<TableStream> Open(string text, bool gzip = false) => Open(gzip ? Zip(Encoding.UTF8.GetBytes(text)) : Encoding.UTF8.GetBytes(text));

    public static Result<TableStream> Open(byte[] bytes) => TableStream.OpenAsync(new Pipe(bytes), CancellationToken.None).GetAwaiter().GetResult();

    public static Result<(TableProfile Profile, TableRead Read)> Read(string text, bool gzip = false)
    {
        var opened = Open(text, gzip);
        if (opened.Error is { } fault)
            return fault;
        using var table = opened.Value;
        return TableProfile.Of(table, CancellationToken.None);
    }

    public static TableProfile Profile(string text) => Read(text).Value.Profile;

    public static TableRows Rows(string text, params string[] wanted)
    {
        using var table = Open(text).Value;
        return TableRows.Of(table, wanted.Length == 0 ? null : wanted.ToHashSet(), CancellationToken.None).Value.Table;
    }

    public static TableDrift Drift(string reference, string current, DriftOptions? options = null) => TableComparison.Of(Rows(reference), Rows(current), options ?? new()).Value;

    public static ColumnDrift Column(this TableDrift drift, string name) => drift.Columns.Single(column => column.Name == name);

    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return zipped.ToArray();
    }

    private sealed class Pipe(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 7)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 7));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
    }
}
