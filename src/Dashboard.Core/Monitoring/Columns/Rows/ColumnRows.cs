using System.Runtime.InteropServices;
using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns.Reading;

namespace Dashboard.Core.Monitoring.Columns.Rows;

/// <summary>
/// The cells of one column, in the order of the rows. A number is itself; everything else is a NaN whose spare bits say what it is and where it is kept: one array of doubles serves every type, and a column of
/// numbers is ready for the tests as it stands.
/// </summary>
public sealed class ColumnRows : ColumnData
{
    /// <summary>Beyond this many different texts further ones count as one more; a column of so many is no category anyway.</summary>
    internal const int MostTexts = 100_000;

    private const string OtherTexts = "…";

    private readonly Dictionary<string, int> codes = new(StringComparer.Ordinal);
    private readonly List<string> names = [];
    private readonly List<double> aside = [];
    private double[] cells = [];
    private int filled;
    private long distinct = -1;

    internal ColumnRows(string name, int position)
        : base(name, position)
    {
    }

    private enum Kind { Missing, Text, Comma, Time }

    /// <inheritdoc/>
    public override long Distinct => distinct < 0 ? distinct = CountDistinct() : distinct;

    internal override bool IsCounted => names.Count <= MostTexts;

    internal static ColumnRows OfNumbers(string name, int position, double[] values)
    {
        var column = new ColumnRows(name, position) { cells = values, filled = values.Length, Rows = values.Length };
        foreach (var value in values)
            if (!double.IsNaN(value))
                column.Evidence.AddPoint([]);
        return column;
    }

    internal void Add(int row, Cell cell)
    {
        cell.AddTo(Evidence);
        FillTo(row);
        if (filled == cells.Length)
            Array.Resize(ref cells, Math.Max(1_024, cells.Length * 2));
        cells[filled++] = cell.Kind switch
        {
            CellKind.Number => cell.Number,
            CellKind.CommaNumber => Aside(Kind.Comma, cell.Number),
            CellKind.Timestamp => Aside(Kind.Time, cell.Number),
            _ => Boxed(Kind.Text, Code(cell.Text)),
        };
    }

    /// <summary>All rows are there.</summary>
    internal void Complete(int rows)
    {
        FillTo(rows);
        Rows = rows;
    }

    /// <summary>The cells as numbers or Unix seconds, in the order of the rows; NaN where they are missing or something else.</summary>
    internal ReadOnlySpan<double> NumbersAs(ColumnType type)
    {
        if (type == ColumnType.Number && Evidence.Commas == 0)
            return cells.AsSpan(0, filled);
        var wanted = type == ColumnType.Timestamp ? Kind.Time : Kind.Comma;
        var numbers = new double[filled];
        for (var i = 0; i < filled; i++)
            numbers[i] = double.IsNaN(cells[i]) ? (KindOf(cells[i]) == wanted ? aside[IndexOf(cells[i])] : double.NaN) : type == ColumnType.Number ? cells[i] : double.NaN;
        return numbers;
    }

    /// <summary>The values as categories or booleans.</summary>
    internal CategoryCounts CategoriesAs(ColumnType type)
    {
        if (type == ColumnType.Boolean)
            return CategoryCounts.OfTruths(Evidence.Truths, Evidence.Falsehoods);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        Visit((text, rows) => counts[text] = counts.GetValueOrDefault(text) + rows);
        return new(counts, Present, 0, new HashSet<string>());
    }

    /// <summary>Each row's value as a category, in the order of the rows; −1 where it is missing.</summary>
    /// <param name="places">The place of each value; new values get the next ones.</param>
    internal int[] CodesAs(Dictionary<string, int> places)
    {
        var (ofNumber, ofText) = (new Dictionary<double, int>(), new int[names.Count]);
        Array.Fill(ofText, -1);
        var found = new int[filled];
        for (var i = 0; i < filled; i++)
        {
            var cell = cells[i];
            if (double.IsNaN(cell) && KindOf(cell) == Kind.Missing)
                found[i] = -1;
            else if (double.IsNaN(cell) && KindOf(cell) == Kind.Text)
                found[i] = ofText[IndexOf(cell)] is var known and >= 0 ? known : ofText[IndexOf(cell)] = Place(places, names[IndexOf(cell)]);
            else if (double.IsNaN(cell))
                found[i] = Place(places, TextOf(cell));
            else if (!ofNumber.TryGetValue(cell, out found[i]))
                ofNumber[cell] = found[i] = Place(places, Text(cell));
        }

        return found;
    }

    private static int Place(Dictionary<string, int> places, string value)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, value, out var isKnown);
        return isKnown ? place : place = places.Count - 1;
    }

    private static double Boxed(Kind kind, int index) => BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0000 | ((long)kind << 32) | (uint)index);

    private static Kind KindOf(double boxed) => (Kind)((BitConverter.DoubleToInt64Bits(boxed) >> 32) & 0xFF);

    private static int IndexOf(double boxed) => (int)BitConverter.DoubleToInt64Bits(boxed);

    private double Aside(Kind kind, double number)
    {
        aside.Add(number);
        return Boxed(kind, aside.Count - 1);
    }

    private int Code(ReadOnlySpan<char> text)
    {
        var lookup = codes.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var code))
            return code;
        if (names.Count > MostTexts)
            return MostTexts;
        names.Add(names.Count == MostTexts ? OtherTexts : text.ToString());
        return codes[names[^1]] = names.Count - 1;
    }

    private void FillTo(int row)
    {
        if (filled >= row)
            return;
        if (row > cells.Length)
            Array.Resize(ref cells, Math.Max(row, cells.Length * 2));
        cells.AsSpan(filled, row - filled).Fill(Boxed(Kind.Missing, 0));
        filled = row;
    }

    private string TextOf(double boxed) => KindOf(boxed) == Kind.Comma ? CommaText(aside[IndexOf(boxed)]) : TimeText(aside[IndexOf(boxed)]);

    /// <summary>Gives each different value that is a number or a text once, and the others row by row.</summary>
    private void Visit(Action<string, long> value)
    {
        var (ofNumber, ofText) = (new Dictionary<double, long>(), new long[names.Count]);
        for (var i = 0; i < filled; i++)
        {
            var cell = cells[i];
            if (!double.IsNaN(cell))
                CollectionsMarshal.GetValueRefOrAddDefault(ofNumber, cell, out _)++;
            else if (KindOf(cell) == Kind.Text)
                ofText[IndexOf(cell)]++;
            else if (KindOf(cell) != Kind.Missing)
                value(TextOf(cell), 1);
        }

        for (var code = 0; code < ofText.Length; code++)
            value(names[code], ofText[code]);
        foreach (var (number, rows) in ofNumber)
            value(Text(number), rows);
    }

    private long CountDistinct()
    {
        var numbers = new HashSet<double>();
        var others = new HashSet<double>(aside);
        foreach (var cell in cells.AsSpan(0, filled))
            if (!double.IsNaN(cell))
                numbers.Add(cell);
        return numbers.Count + others.Count + names.Count;
    }
}
