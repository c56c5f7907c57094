namespace Dashboard.Core.Data.Import;

/// <summary>Reads and checks the columns' names.</summary>
internal static class CsvHeader
{
    public const int LongestName = 200;

    /// <summary>Reads the header, which must be the next record.</summary>
    /// <exception cref="CsvImportException">There is none, or its names cannot name columns.</exception>
    public static IReadOnlyList<string> Read(CsvRows rows, CsvImportOptions options)
    {
        if (!rows.Read())
            throw new CsvImportException(new EmptyCsv());
        if (rows.Count > options.MaximumColumns)
            throw new CsvImportException(new TooManyColumns(rows.Count, options.MaximumColumns));
        var names = new List<string>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
            names.Add(rows[i].ToString());
        if (Fault(names, rows.Raw) is { } fault)
            throw new CsvImportException(fault);
        return names;
    }

    private static Error? Fault(List<string> names, string raw)
    {
        if (names.TrueForAll(name => CellParser.TryNumber(name, decimalComma: false, out _)))
            return new MissingHeader(raw);
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i];
            if (name.Length == 0)
                return new UnnamedColumn(i + 1, "has no name");
            if (name.Length > LongestName)
                return new UnnamedColumn(i + 1, $"has a name of {name.Length:N0} characters");
            if (name.Any(char.IsControl))
                return new UnnamedColumn(i + 1, "has a line break or another control character in its name");
            if (!positions.TryAdd(name, i + 1))
                return new DuplicateColumn(name, positions[name], i + 1);
        }

        return null;
    }
}
