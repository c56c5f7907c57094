using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace Dashboard.Core.Data.Import;

/// <summary>The records of a CSV file, one at a time, with the line each starts on. The delimiter is detected; empty lines are passed over.</summary>
internal sealed class CsvRows : IDisposable
{
    private readonly CsvImportOptions options;
    private readonly CsvReader reader;
    private readonly char[] cell;
    private CsvMalformedReason? malformed;

    /// <summary>Starts at the beginning of the stream, or where it stands if it cannot go back; it stays open.</summary>
    public CsvRows(Stream csv, CsvImportOptions options)
    {
        this.options = options;
        cell = new char[options.MaximumFieldLength];
        if (csv.CanSeek)
            csv.Position = 0;
        reader = CsvReader.Create(csv, new CsvReaderOptions
        {
            HasHeader = false,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            MaxRecordSize = options.MaximumRecordLength,
            OnMalformedRecord = record => malformed = record.Reason,
        }, leaveOpen: true);
    }

    /// <summary>The line on which the present record starts, from 1.</summary>
    public long Line => reader.LineNumber;

    /// <summary>The number of cells in the present record.</summary>
    public int Count => reader.FieldCount;

    /// <summary>The beginning of the present record as it stands in the file.</summary>
    public string Raw
    {
        get
        {
            var raw = reader.RawRecord;
            return Error.Shorten(Encoding.UTF8.GetString(raw[..Math.Min(raw.Length, 1_000)]));
        }
    }

    /// <summary>Whether the present record has text between a closing quote and the next delimiter.</summary>
    public bool HasTextAfterQuote => malformed == CsvMalformedReason.TextAfterClosingQuote;

    /// <summary>Whether a cell is longer than what <see cref="this"/> returns of it.</summary>
    public bool IsTooLong(int column) => reader.GetSpan(column).Length > cell.Length;

    /// <summary>A cell, trimmed; valid until the next call.</summary>
    public ReadOnlySpan<char> this[int column]
    {
        get
        {
            var utf8 = reader.GetSpan(column);
            Utf8.ToUtf16(utf8, cell, out _, out var written);
            return cell.AsSpan(0, written).Trim();
        }
    }

    /// <summary>Goes to the next record.</summary>
    /// <exception cref="CsvImportException">The file cannot be read further.</exception>
    public bool Read()
    {
        malformed = null;
        try
        {
            if (!reader.Read())
                return false;
        }
        catch (CsvFormatException e)
        {
            throw new CsvImportException(new RecordTooLong(e.LineNumber, options.MaximumRecordLength));
        }

        if (malformed == CsvMalformedReason.UnterminatedQuote)
            throw new CsvImportException(new UnclosedQuote(Line, Raw));
        var raw = reader.RawRecord;
        if (raw.Contains((byte)0))
            throw new CsvImportException(new NotCsv($"line {Line:N0} contains a NUL character, as binary files do"));
        if (!Utf8.IsValid(raw))
            throw new CsvImportException(new NotCsv($"line {Line:N0} has bytes that are not UTF-8; save the file again as UTF-8"));
        return true;
    }

    public void Dispose() => reader.Dispose();
}
