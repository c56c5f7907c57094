using System.Buffers;
using System.Text;
using System.Text.Json;
using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Monitoring.Columns.Reading;

/// <summary>A line that is not one flat JSON object.</summary>
public sealed record NotNdjson(long Line, string Found)
    : Error(ErrorKind.Invalid, $"The file is not NDJSON: {(Line == 1 && Found.StartsWith("it ", StringComparison.Ordinal) ? Found : $"line {Line:N0} {Found}")}. Expected one JSON object a line, whose values are numbers, text, true, false or null.");

/// <summary>
/// Reads NDJSON into a sink, in one pass: one object a line. A key is a column from the first line that has it; where a line lacks it, or has null, it is missing. Text is never a number, whatever it looks
/// like. Values that are objects or arrays are refused by their key, since a column of them could only be compared as text.
/// </summary>
internal sealed class NdjsonTable(ITableSink sink, CsvImportOptions options)
{
    private readonly Dictionary<string, int> columns = new(StringComparer.Ordinal);
    private readonly List<long> lastLine = [];
    private char[] text = new char[256];
    private long line;

    public Result<TableRead> Read(Stream json, CancellationToken ct)
    {
        var buffer = new byte[1 << 16];
        var (start, end, taken) = (0, 0, 0L);
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length < 0)
            {
                if (end - start > options.MaximumRecordLength)
                    return new RecordTooLong(line + 1, options.MaximumRecordLength);
                ct.ThrowIfCancellationRequested();
                (buffer, end) = Room(buffer, start, end);
                start = 0;
                var read = json.Read(buffer.AsSpan(end));
                end += read;
                if (read > 0)
                    continue;
                length = end;
            }

            line++;
            var row = buffer.AsSpan(start, length);
            if (line == 1 && row.StartsWith("\uFEFF"u8))
                row = row[3..];
            if (row.IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                taken++;
                if (Row(row) is { } fault)
                    return fault;
            }

            start += length + 1;
            if (start > end)
                return new TableRead(taken, 0, null);
        }
    }

    /// <summary>Moves what is unread to the front, in a larger buffer where that is needed.</summary>
    private static (byte[] Buffer, int End) Room(byte[] buffer, int start, int end)
    {
        var unread = end - start;
        var next = unread > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
        buffer.AsSpan(start, unread).CopyTo(next);
        return (next, unread);
    }

    private Error? Row(ReadOnlySpan<byte> row)
    {
        try
        {
            var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = 2 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return new NotNdjson(line, $"is not an object: '{Error.Shorten(Encoding.UTF8.GetString(row[..Math.Min(row.Length, 100)]))}'");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                if (Value(ref reader, Text(ref reader)) is { } fault)
                    return fault;
            return reader.Read() ? new NotNdjson(line, "goes on behind its object") : sink.EndRow();
        }
        catch (JsonException e)
        {
            return new NotNdjson(line, $"is not JSON (at byte {e.BytePositionInLine:N0})");
        }
        catch (InvalidOperationException)
        {
            // What Utf8JsonReader throws for text that is not UTF-8.
            return new NotNdjson(line, "has text that is not UTF-8");
        }
    }

    private Error? Value(scoped ref Utf8JsonReader reader, ReadOnlySpan<char> name)
    {
        if (Column(name, out var column) is { } fault)
            return fault;
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                sink.Add(column, Number(ref reader));
                return null;
            case JsonTokenType.String:
                sink.Add(column, Cell.OfText(Text(ref reader)));
                return null;
            case JsonTokenType.True or JsonTokenType.False:
                sink.Add(column, Cell.OfTruth(reader.TokenType == JsonTokenType.True));
                return null;
            case JsonTokenType.Null:
                return null;
            default:
                var found = reader.TokenType == JsonTokenType.StartArray ? "an array" : "an object";
                return new NotNdjson(line, $"has {found} under '{Error.Shorten(name.ToString())}'") { Field = Error.Shorten(name.ToString()), Value = found, Expected = "a number, text, true, false or null" };
        }
    }

    private Error? Column(ReadOnlySpan<char> name, out int column)
    {
        if (!columns.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out column))
        {
            if (columns.Count == options.MaximumColumns)
                return new TooManyColumns(columns.Count + 1, options.MaximumColumns);
            if (name.Length is 0 or > CsvHeader.LongestName)
                return new NotNdjson(line, $"has a key of {name.Length:N0} characters; expected 1 to {CsvHeader.LongestName}");
            var key = name.ToString();
            column = sink.AddColumn(key);
            columns.Add(key, column);
            lastLine.Add(0);
        }

        if (lastLine[column] == line)
            return new NotNdjson(line, $"has '{name}' twice");
        lastLine[column] = line;
        return null;
    }

    private ReadOnlySpan<char> Text(scoped ref Utf8JsonReader reader)
    {
        if (text.Length < reader.ValueSpan.Length)
            text = new char[reader.ValueSpan.Length * 2];
        return text.AsSpan(0, reader.CopyString(text));
    }

    private Cell Number(scoped ref Utf8JsonReader reader)
    {
        var digits = reader.ValueSpan;
        if (text.Length < digits.Length)
            text = new char[digits.Length * 2];
        var length = Encoding.UTF8.GetChars(digits, text);
        return Cell.OfNumber(reader.TryGetDouble(out var number) ? number : double.NaN, text.AsSpan(0, length));
    }
}
