using System.IO.Compression;
using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Monitoring.Columns.Reading;

/// <summary>A table's bytes, decompressed, with what they are. Read once from front to back, so that a pipe will do.</summary>
public sealed class TableStream : IDisposable
{
    private const int SampleLength = 4_096;
    private static readonly byte[] Gzip = [0x1F, 0x8B];

    private TableStream(Stream content, TableFormat format) => (Content, Format) = (content, format);

    public TableFormat Format { get; }

    /// <summary>From its beginning, not seekable.</summary>
    public Stream Content { get; }

    /// <summary>Looks at the first bytes.</summary>
    /// <param name="file">Plain or gzip; closed with what is returned, or before an error is.</param>
    /// <returns>The stream, or an error that says what was found instead of a table.</returns>
    public static async Task<Result<TableStream>> OpenAsync(Stream file, CancellationToken ct)
    {
        var content = file;
        try
        {
            var start = await StartAsync(content, Gzip.Length, ct);
            content = new PrefixedStream(start, content);
            if (start.AsSpan().SequenceEqual(Gzip))
                content = new GZipStream(content, CompressionMode.Decompress);
            start = await StartAsync(content, SampleLength, ct);
            content = new PrefixedStream(start, content);
            var format = FormatOf(start);
            if (format.IsSuccess)
                return new TableStream(content, format.Value);
            await content.DisposeAsync();
            return format.Error!;
        }
        catch (InvalidDataException)
        {
            await content.DisposeAsync();
            return new NotCsv("it begins like gzip, but cannot be decompressed");
        }
    }

    public void Dispose() => Content.Dispose();

    private static Result<TableFormat> FormatOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(TableProfileFormat.Mark))
            return TableFormat.Profile;
        var text = start.TrimStart("\uFEFF \t\r\n"u8);
        if (text is [(byte)'{', ..])
            return TableFormat.Ndjson;
        if (text is [(byte)'[', ..] && text[1..].TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..])
            return new NotNdjson(1, "it begins with '[', a JSON array");
        return FileKind.Fault(start) is { } fault ? fault : TableFormat.Csv;
    }

    private static async Task<byte[]> StartAsync(Stream content, int length, CancellationToken ct)
    {
        var start = new byte[length];
        var read = await content.ReadAtLeastAsync(start, length, throwOnEndOfStream: false, ct);
        return start[..read];
    }

    /// <summary>Bytes that were looked at already, and then the rest.</summary>
    private sealed class PrefixedStream(byte[] prefix, Stream rest) : Stream
    {
        private int at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (at == prefix.Length)
                return rest.Read(buffer);
            var taken = Math.Min(buffer.Length, prefix.Length - at);
            prefix.AsSpan(at, taken).CopyTo(buffer);
            at += taken;
            return taken;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            at == prefix.Length ? rest.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
