namespace Dashboard.Core.Data.Import;

/// <summary>What the first pass decided about a column: enough to parse its cells and to lay out its histogram.</summary>
/// <param name="Minimum">The smallest number or Unix second seen; NaN where there is none.</param>
internal sealed record ColumnFormat(string Name, ColumnType Type, bool DecimalComma, double Minimum, double Maximum, bool WholeNumbers);

/// <summary>Collects the evidence for a column's type over the first pass.</summary>
internal sealed class ColumnGuess(string name, int maximumCategories)
{
    /// <summary>Longer values are free text, not names of categories.</summary>
    private const int LongestCategory = 100;

    private readonly HashSet<string> distinct = new(StringComparer.Ordinal);
    private readonly long[] booleans = new long[5];
    private readonly bool[] truths = new bool[5];
    private readonly bool[] falsehoods = new bool[5];
    private Evidence point = Evidence.None, comma = Evidence.None, time = Evidence.None;
    private long present;
    private long lossyIntegers;
    private bool manyOrLong;

    public void Add(ReadOnlySpan<char> cell)
    {
        present++;
        if (CellParser.TryNumber(cell, decimalComma: false, out var number))
        {
            point.Add(number);
            comma.Add(number);
            if (CellParser.IsLossyInteger(cell))
                lossyIntegers++;
        }
        else if (CellParser.TryNumber(cell, decimalComma: true, out number))
        {
            comma.Add(number);
        }
        else if (CellParser.TryBoolean(cell, out var truth, out var pair))
        {
            booleans[(int)pair]++;
            (truth ? truths : falsehoods)[(int)pair] = true;
        }
        else if (WallTime.TryParse(cell, out var timestamp))
        {
            time.Add(UnixSeconds.Of(timestamp));
        }

        if (!manyOrLong)
            AddDistinct(cell);
    }

    private void AddDistinct(ReadOnlySpan<char> cell)
    {
        if (cell.Length <= LongestCategory)
            distinct.GetAlternateLookup<ReadOnlySpan<char>>().Add(cell);
        if (cell.Length > LongestCategory || distinct.Count > maximumCategories)
        {
            manyOrLong = true;
            distinct.Clear();
            distinct.TrimExcess();
        }
    }

    /// <summary>Number before boolean before timestamp before category before text; the first whose broken cells are few enough.</summary>
    public ColumnFormat Decide(CsvImportOptions options)
    {
        var numbers = comma.Count > point.Count ? comma : point;
        var type = options.Types.TryGetValue(name, out var given) ? given
            : lossyIntegers == 0 && Suffices(numbers.Count, options) ? ColumnType.Number
            : Suffices(Booleans(), options) ? ColumnType.Boolean
            : Suffices(time.Count, options) ? ColumnType.Timestamp
            : IsCategory() ? ColumnType.Category
            : ColumnType.Text;
        var range = type == ColumnType.Timestamp ? time : numbers;
        return new(name, type, comma.Count > point.Count, range.Minimum, range.Maximum, range.Whole && type == ColumnType.Number);
    }

    private bool Suffices(long parsed, CsvImportOptions options)
    {
        var broken = present - parsed;
        var allowed = Math.Max((long)(present * options.BrokenCellShare), options.BrokenCellShare > 0 ? Math.Min(2, present / 4) : 0);
        return parsed > 0 && broken <= allowed;
    }

    /// <summary>Single letters count only when both of the pair occur: a column of nothing but F may mean anything.</summary>
    private long Booleans() => booleans.Select((count, pair) => pair is (int)BooleanPair.TrueFalse or (int)BooleanPair.YesNo || (truths[pair] && falsehoods[pair]) ? count : 0).Max();

    /// <summary>Few values, or values that repeat: on average each at least twice.</summary>
    private bool IsCategory() => present > 0 && !manyOrLong && (distinct.Count <= 50 || distinct.Count <= present / 2);

    private struct Evidence
    {
        public static readonly Evidence None = new() { Minimum = double.NaN, Maximum = double.NaN, Whole = true };

        public long Count;
        public double Minimum, Maximum;
        public bool Whole;

        public void Add(double value)
        {
            Count++;
            Minimum = Count == 1 ? value : Math.Min(Minimum, value);
            Maximum = Count == 1 ? value : Math.Max(Maximum, value);
            Whole &= Math.Floor(value) == value;
        }
    }
}
