using Dashboard.Core.Data;
using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Monitoring.Columns.Reading;

/// <summary>Reads CSV into a sink, in one pass: delimiter, quotes, header and missing values as the import of datasets takes them.</summary>
internal static class CsvTable
{
    private const int RowsBetweenChecks = 1_024;

    /// <exception cref="CsvImportException">The file cannot be read (further).</exception>
    public static Result<TableRead> Read(Stream csv, ITableSink sink, CsvImportOptions options, CancellationToken ct)
    {
        using var rows = new CsvRows(csv, options);
        var names = CsvHeader.Read(rows, options);
        var columns = names.Select(sink.AddColumn).ToArray();
        var cells = new CellParser(options.MissingValues);
        long taken = 0, rejected = 0;
        RejectedRow? first = null;
        while (rows.Read())
        {
            if ((taken + rejected) % RowsBetweenChecks == 0)
                ct.ThrowIfCancellationRequested();
            if (Fault(rows, names) is { } fault)
            {
                first ??= fault;
                rejected++;
                continue;
            }

            taken++;
            for (var i = 0; i < columns.Length; i++)
            {
                var text = rows[i];
                if (!cells.IsMissing(text))
                    sink.Add(columns[i], Cell.Of(text));
            }

            if (sink.EndRow() is { } full)
                return full;
        }

        return taken == 0 && first is not null ? new AllRowsRejected(rejected, first) : new TableRead(taken, rejected, first is null ? null : $"line {first.Line:N0} {first.Reason}");
    }

    /// <summary>Why the cells of a row cannot be told apart, or null.</summary>
    private static RejectedRow? Fault(CsvRows rows, IReadOnlyList<string> names)
    {
        if (rows.Count != names.Count)
            return new(rows.Line, null, null, $"has {(rows.Count == 1 ? "1 cell" : $"{rows.Count:N0} cells")}, expected {names.Count:N0}");
        if (rows.HasTextAfterQuote)
            return new(rows.Line, null, null, "has text after a closing quote");
        for (var i = 0; i < names.Count; i++)
            if (rows.IsTooLong(i))
                return new(rows.Line, names[i], null, $"has a cell in column '{names[i]}' that is too long");
        return null;
    }
}
