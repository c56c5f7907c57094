using System.Text;

namespace Dashboard.Core.Data.Import;

/// <summary>Tells files that are no CSV by their first bytes, so that the message can say what was uploaded instead.</summary>
internal static class FileKind
{
    private const int SampleLength = 4_096;

    /// <summary>Leaves the stream at its beginning.</summary>
    /// <returns>What is wrong, or null for what may be CSV.</returns>
    public static Error? Fault(Stream csv)
    {
        csv.Position = 0;
        Span<byte> sample = stackalloc byte[SampleLength];
        ReadOnlySpan<byte> start = sample[..csv.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false)];
        csv.Position = 0;
        return Fault(start);
    }

    /// <param name="start">The first bytes of the file.</param>
    /// <returns>What is wrong, or null for what may be CSV.</returns>
    public static Error? Fault(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return new EmptyCsv();
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return null;
        return (Binary(start) ?? Markup(start)) is { } found ? new NotCsv(found) : null;
    }

    private static string? Binary(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith("PK\u0003\u0004"u8) => "it is a ZIP archive or an Excel workbook",
        [0x1F, 0x8B, ..] => "it is still compressed with gzip after decompression",
        _ when start.StartsWith("%PDF"u8) => "it is a PDF document",
        _ when start.StartsWith("PAR1"u8) => "it is a Parquet file",
        _ when start.StartsWith("SQLite format 3"u8) => "it is a SQLite database",
        _ when start.Contains((byte)0) => "it contains NUL bytes, as binary files do",
        _ => null,
    };

    private static string? Markup(ReadOnlySpan<byte> start)
    {
        var text = Encoding.UTF8.GetString(start).AsSpan().TrimStart("\uFEFF \t\r\n");
        return text switch
        {
            _ when text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) => "it is a web page (HTML)",
            ['<', '?', ..] => "it is XML",
            ['{', ..] or ['[', '{' or '[', ..] => "it looks like JSON",
            _ => null,
        };
    }
}
