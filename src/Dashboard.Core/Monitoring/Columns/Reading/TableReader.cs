using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Monitoring.Columns.Reading;

/// <summary>Reads a table of either text format into a sink.</summary>
internal static class TableReader
{
    /// <summary>What is accepted of a file; the limits are those of an import.</summary>
    public static readonly CsvImportOptions Options = new();

    /// <returns>What was read, or why the file cannot be.</returns>
    public static Result<TableRead> Read(TableStream table, ITableSink sink, CancellationToken ct)
    {
        try
        {
            return table.Format switch
            {
                TableFormat.Csv => CsvTable.Read(table.Content, sink, Options, ct),
                TableFormat.Ndjson => new NdjsonTable(sink, Options).Read(table.Content, ct),
                _ => throw new ArgumentException("A profile has no rows to read.", nameof(table)),
            };
        }
        catch (CsvImportException e)
        {
            return e.Error;
        }
        catch (InvalidDataException)
        {
            return new NotCsv("its gzip is damaged or ends too early");
        }
    }
}
