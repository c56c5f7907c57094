using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Core.Data.Import;

/// <summary>
/// Writes canonical content: UTF-8 without a mark, LF, commas, RFC 4180 quotes only where needed, a header. Missing is an empty cell; numbers are the shortest
/// text that reads back the same; booleans true and false; timestamps yyyy-MM-ddTHH:mm:ss with a fraction only where there is one.
/// The hash covers a line with every column's type and then the content, so that the same text read as other types is another version.
/// </summary>
internal sealed class CanonicalWriter : IDisposable
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Stream stream;
    private readonly StringBuilder line = new();
    private readonly ArrayBufferWriter<byte> bytes = new(1 << 17);
    private readonly int columns;

    public CanonicalWriter(Stream stream, DataSchema schema)
    {
        this.stream = stream;
        columns = schema.Columns.Count;
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join(',', schema.Columns.Select(column => column.Type.ToString())) + "\n"));
        Write(schema.Columns.Select(column => column.Name).ToArray());
    }

    /// <summary>Bytes of content so far.</summary>
    public long Length { get; private set; }

    public static string Number(double value) => value == 0 ? "0" : value.ToString("R", CultureInfo.InvariantCulture);

    public static string Timestamp(DateTime value) => value.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    /// <param name="cells">One a column; null is missing.</param>
    public void Write(ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < columns; i++)
        {
            if (i > 0)
                line.Append(',');
            Append(cells[i]);
        }

        line.Append('\n');
        foreach (var chunk in line.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, bytes);
        line.Clear();
        if (bytes.WrittenCount > 1 << 16)
            Flush();
    }

    /// <summary>Writes what is left and returns the hash in lower-case hexadecimal.</summary>
    public string Finish()
    {
        Flush();
        stream.Flush();
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => hash.Dispose();

    private void Append(string? cell)
    {
        if (cell is null)
            line.Append(columns == 1 ? "\"\"" : "");
        else if (cell.AsSpan().ContainsAny(NeedQuotes))
            line.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else
            line.Append(cell);
    }

    private void Flush()
    {
        hash.AppendData(bytes.WrittenSpan);
        stream.Write(bytes.WrittenSpan);
        Length += bytes.WrittenCount;
        bytes.ResetWrittenCount();
    }
}
