namespace Dashboard.Core.Data.Import;

/// <summary>Reads a CSV file into canonical content and its profile, in two passes and bounded memory: the first infers the types, the second parses, counts and writes.</summary>
public static class CsvImport
{
    private const long DistinctValuesBytes = 64 << 20;
    private const int RowsBetweenChecks = 1_024;

    /// <param name="csv">Seekable; read from its beginning, twice, and left open.</param>
    /// <param name="canonical">Receives the canonical content, uncompressed; left open.</param>
    /// <returns>The profile, or one of the errors of this folder when the file is not usable.</returns>
    public static Task<Result<DatasetProfile>> RunAsync(Stream csv, Stream canonical, CsvImportOptions options, CancellationToken ct) =>
        Task.Run(() =>
        {
            try
            {
                if (FileKind.Fault(csv) is { } fault)
                    return fault;
                var columns = Infer(csv, options, ct);
                return Parse(csv, canonical, columns, options, ct);
            }
            catch (CsvImportException e)
            {
                return e.Error;
            }
        }, ct);

    private static List<ColumnFormat> Infer(Stream csv, CsvImportOptions options, CancellationToken ct)
    {
        using var rows = new CsvRows(csv, options);
        var names = CsvHeader.Read(rows, options);
        foreach (var typed in options.Types.Keys)
            if (!names.Contains(typed))
                throw new CsvImportException(new UnknownTypedColumn(typed, names));
        var cells = new CellParser(options.MissingValues);
        var guesses = names.Select(name => new ColumnGuess(name, options.MaximumCategories)).ToArray();
        long read = 0;
        while (rows.Read())
        {
            if (++read % RowsBetweenChecks == 0)
                ct.ThrowIfCancellationRequested();
            if (rows.Count != guesses.Length || rows.HasTextAfterQuote)
                continue;
            for (var i = 0; i < guesses.Length; i++)
            {
                var cell = rows[i];
                if (!cells.IsMissing(cell))
                    guesses[i].Add(cell);
            }
        }

        return read > 0 ? [.. guesses.Select(guess => guess.Decide(options))] : throw new CsvImportException(new HeaderOnly(names.Count));
    }

    private static Result<DatasetProfile> Parse(Stream csv, Stream canonical, List<ColumnFormat> columns, CsvImportOptions options, CancellationToken ct)
    {
        var schema = new DataSchema([.. columns.Select(column => new Column(column.Name, column.Type))]);
        var budget = new MemoryBudget(DistinctValuesBytes);
        var summaries = columns.Select(column => ColumnSummary.For(column, columns.Count, budget)).ToArray();
        var row = new RowParser(columns, new CellParser(options.MissingValues));
        var rejected = new List<RejectedRow>();
        long accepted = 0, refused = 0;
        using var rows = new CsvRows(csv, options);
        using var writer = new CanonicalWriter(canonical, schema);
        rows.Read();
        while (rows.Read())
        {
            if ((accepted + refused) % RowsBetweenChecks == 0)
                ct.ThrowIfCancellationRequested();
            if (row.TryParse(rows, out var fault))
            {
                accepted++;
                writer.Write(row.Texts);
                for (var i = 0; i < summaries.Length; i++)
                    summaries[i].Add(row.Numbers[i], row.Texts[i]);
            }
            else if (++refused <= options.RejectedRowsKept)
            {
                rejected.Add(fault);
            }
        }

        if (accepted == 0)
            return new AllRowsRejected(refused, rejected.Count > 0 ? rejected[0] : new(2, null, null, "it did not parse"));
        var hash = writer.Finish();
        return new DatasetProfile(hash, schema, accepted, refused, [.. summaries.Select(summary => summary.ToStatistics())], rejected) { Bytes = writer.Length };
    }
}
