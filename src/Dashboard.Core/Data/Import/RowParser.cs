using System.Diagnostics.CodeAnalysis;

namespace Dashboard.Core.Data.Import;

/// <summary>Parses whole rows: all cells or none.</summary>
internal sealed class RowParser(IReadOnlyList<ColumnFormat> columns, CellParser cells)
{
    private readonly string?[] texts = new string?[columns.Count];
    private readonly double[] numbers = new double[columns.Count];

    /// <summary>Canonical texts of the row parsed last; null is missing.</summary>
    public ReadOnlySpan<string?> Texts => texts;

    /// <summary>Numbers, and timestamps in Unix seconds; meaningless for other types.</summary>
    public ReadOnlySpan<double> Numbers => numbers;

    public bool TryParse(CsvRows rows, [NotNullWhen(false)] out RejectedRow? fault)
    {
        fault = null;
        if (rows.Count != columns.Count)
        {
            fault = new(rows.Line, null, rows.Raw, $"has {Cells(rows.Count)}, expected {columns.Count:N0}");
            return false;
        }

        if (rows.HasTextAfterQuote)
        {
            fault = new(rows.Line, null, rows.Raw, "has text after a closing quote");
            return false;
        }

        for (var i = 0; i < columns.Count; i++)
        {
            var cell = rows[i];
            var reason = rows.IsTooLong(i) ? "is too long" : Parse(i, cell);
            if (reason is null)
                continue;
            fault = new(rows.Line, columns[i].Name, Error.Shorten(cell.ToString()), reason);
            return false;
        }

        return true;
    }

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{count:N0} cells";

    /// <returns>Why the cell does not parse, or null.</returns>
    private string? Parse(int i, ReadOnlySpan<char> cell)
    {
        texts[i] = null;
        if (cells.IsMissing(cell))
            return null;
        switch (columns[i].Type)
        {
            case ColumnType.Number:
                if (!CellParser.TryNumber(cell, columns[i].DecimalComma, out numbers[i]))
                    return "is not a finite number";
                texts[i] = CanonicalWriter.Number(numbers[i]);
                return null;
            case ColumnType.Timestamp:
                if (!WallTime.TryParse(cell, out var time))
                    return "is not a timestamp such as 2001-02-03T06:00";
                numbers[i] = UnixSeconds.Of(time);
                texts[i] = CanonicalWriter.Timestamp(time);
                return null;
            case ColumnType.Boolean:
                if (!TryBoolean(cell, out var truth))
                    return "is not true or false";
                texts[i] = truth ? "true" : "false";
                return null;
            default:
                texts[i] = cell.ToString();
                return null;
        }
    }

    /// <summary>Zero and one count where the caller says that a column is boolean; inference takes them for numbers.</summary>
    private static bool TryBoolean(ReadOnlySpan<char> cell, out bool value)
    {
        if (cell is "0" or "1")
        {
            value = cell[0] == '1';
            return true;
        }

        return CellParser.TryBoolean(cell, out value, out _);
    }
}
