using System.Buffers;
using System.Globalization;
using System.Text;
using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Monitoring;

namespace Dashboard.Storage.Governance.Audit;

public enum AuditFormat { Ndjson, Csv }

/// <summary>Writes entries as they are read, the first one first, however many there are.</summary>
public static class AuditExport
{
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r");

    /// <summary>
    /// NDJSON: each line is the canonical JSON that was hashed, with <c>previousHash</c> and <c>hash</c> behind it, so that anybody can check it.
    /// CSV: for spreadsheets; text that one would take for a formula has an apostrophe before it.
    /// </summary>
    public static async Task WriteAsync(IEnumerable<ChainedEntry> entries, AuditFormat format, Stream output, CancellationToken ct)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        await WriteAsync(entries, format, writer, ct);
    }

    /// <inheritdoc cref="WriteAsync(IEnumerable{ChainedEntry}, AuditFormat, Stream, CancellationToken)"/>
    public static async Task WriteAsync(IEnumerable<ChainedEntry> entries, AuditFormat format, TextWriter writer, CancellationToken ct)
    {
        if (format == AuditFormat.Csv)
            await writer.WriteAsync("sequence,at,actor,action,model,subject,summary,via,address,page,before,after,imported,previous_hash,hash\n");
        foreach (var entry in entries)
        {
            ct.ThrowIfCancellationRequested();
            await writer.WriteAsync((format == AuditFormat.Csv ? Csv(entry) : Json(entry)) + "\n");
        }

        await writer.FlushAsync(ct);
    }

    private static string Json(ChainedEntry stored) =>
        $"{Encoding.UTF8.GetString(stored.Entry.CanonicalBytes())[..^1]},\"previousHash\":\"{Convert.ToHexStringLower(stored.PreviousHash)}\",\"hash\":\"{Convert.ToHexStringLower(stored.Hash)}\"}}";

    private static string Csv(ChainedEntry stored)
    {
        var entry = stored.Entry;
        return string.Join(',', entry.Sequence.ToString(CultureInfo.InvariantCulture), AuditEntry.Instant(entry.At), Cell(entry.Actor), Cell(entry.Action), Cell(entry.Model), Cell(entry.Subject), Cell(entry.Summary), Cell(entry.Via),
            Cell(entry.Address), Cell(entry.Page), Cell(entry.Before), Cell(entry.After), entry.IsImported ? "true" : "false", Convert.ToHexStringLower(stored.PreviousHash), Convert.ToHexStringLower(stored.Hash));
    }

    private static string Cell(string? text) => text is null ? "" : CsvText.Quoted(text.Length > 0 && Formula.Contains(text[0]) ? "'" + text : text);
}
