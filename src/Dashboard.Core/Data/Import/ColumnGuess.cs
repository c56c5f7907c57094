namespace Dashboard.Core.Data.Import;

/// <summary>What the first pass decided about a column: enough to parse its cells and to lay out its histogram.</summary>
/// <param name="Minimum">The smallest number or Unix second seen; NaN where there is none.</param>
internal sealed record ColumnFormat(string Name, ColumnType Type, bool DecimalComma, double Minimum, double Maximum, bool WholeNumbers);

/// <summary>Collects the evidence for a column's type over the first pass, and the range of its numbers and times.</summary>
internal sealed class ColumnGuess(string name, int maximumCategories)
{
    private readonly HashSet<string> distinct = new(StringComparer.Ordinal);
    private readonly TypeEvidence evidence = new();
    private Range points = Range.None, numbers = Range.None, times = Range.None;
    private bool isMany;

    public void Add(ReadOnlySpan<char> cell)
    {
        if (CellParser.TryNumber(cell, decimalComma: false, out var number))
        {
            evidence.AddPoint(cell);
            points.Add(number);
            numbers.Add(number);
        }
        else if (CellParser.TryNumber(cell, decimalComma: true, out number))
        {
            evidence.AddComma(cell);
            numbers.Add(number);
        }
        else if (CellParser.TryBoolean(cell, out var truth, out var pair))
        {
            evidence.AddBoolean(cell, truth, pair);
        }
        else if (WallTime.TryParse(cell, out var timestamp))
        {
            evidence.AddTime(cell);
            times.Add(UnixSeconds.Of(timestamp));
        }
        else
        {
            evidence.AddText(cell);
        }

        if (!isMany)
            AddDistinct(cell);
    }

    private void AddDistinct(ReadOnlySpan<char> cell)
    {
        distinct.GetAlternateLookup<ReadOnlySpan<char>>().Add(cell);
        if (distinct.Count <= maximumCategories)
            return;
        isMany = true;
        distinct.Clear();
        distinct.TrimExcess();
    }

    public ColumnFormat Decide(CsvImportOptions options)
    {
        var type = options.Types.TryGetValue(name, out var given) ? given : evidence.Decide(options, isMany ? long.MaxValue : distinct.Count);
        var range = type == ColumnType.Timestamp ? times : evidence.DecimalComma ? numbers : points;
        return new(name, type, evidence.DecimalComma, range.Minimum, range.Maximum, range.Whole && type == ColumnType.Number);
    }

    private struct Range
    {
        public static readonly Range None = new() { Minimum = double.NaN, Maximum = double.NaN, Whole = true };

        public double Minimum, Maximum;
        public bool Whole;

        public void Add(double value)
        {
            Minimum = double.IsNaN(Minimum) ? value : Math.Min(Minimum, value);
            Maximum = double.IsNaN(Maximum) ? value : Math.Max(Maximum, value);
            Whole &= Math.Floor(value) == value;
        }
    }
}
