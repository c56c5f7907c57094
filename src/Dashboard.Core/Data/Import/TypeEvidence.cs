namespace Dashboard.Core.Data.Import;

/// <summary>What the cells of a column look like: counts that add up, so that the type of several parts of a file, or of several files, is decided over all of them at once.</summary>
internal sealed class TypeEvidence
{
    /// <summary>How many figures <see cref="ToFigures"/> gives.</summary>
    public const int FigureCount = 6 + (2 * Pairs);

    /// <summary>Longer values are free text, not names of categories.</summary>
    private const int LongestCategory = 100;

    /// <summary>How many spellings of booleans there are; see <see cref="BooleanPair"/>.</summary>
    private const int Pairs = 5;

    private readonly long[] truths = new long[Pairs];
    private readonly long[] falsehoods = new long[Pairs];

    /// <summary>Cells with something in them.</summary>
    public long Present { get; private set; }

    /// <summary>Cells that are numbers with a decimal point or none.</summary>
    public long Points { get; private set; }

    /// <summary>Cells that are numbers with a decimal comma.</summary>
    public long Commas { get; private set; }

    /// <summary>Among the numbers, whole ones that a double cannot hold.</summary>
    public long LossyIntegers { get; private set; }

    public long Times { get; private set; }

    /// <summary>The length of the longest cell, in characters.</summary>
    public int Longest { get; private set; }

    /// <summary>Whether numbers are read with a decimal comma.</summary>
    public bool DecimalComma => Commas > 0;

    /// <summary>The evidence as plain figures, for those who store it; <see cref="Of"/> reads them.</summary>
    public long[] ToFigures() => [Present, Points, Commas, LossyIntegers, Times, Longest, .. truths, .. falsehoods];

    /// <param name="figures">As <see cref="ToFigures"/> gives them, each at least 0.</param>
    public static TypeEvidence Of(ReadOnlySpan<long> figures)
    {
        var evidence = new TypeEvidence { Present = figures[0], Points = figures[1], Commas = figures[2], LossyIntegers = figures[3], Times = figures[4], Longest = (int)Math.Min(figures[5], int.MaxValue) };
        figures.Slice(6, Pairs).CopyTo(evidence.truths);
        figures.Slice(6 + Pairs, Pairs).CopyTo(evidence.falsehoods);
        return evidence;
    }

    public void Add(TypeEvidence other)
    {
        Present += other.Present;
        Points += other.Points;
        Commas += other.Commas;
        LossyIntegers += other.LossyIntegers;
        Times += other.Times;
        Longest = Math.Max(Longest, other.Longest);
        for (var pair = 0; pair < Pairs; pair++)
        {
            truths[pair] += other.truths[pair];
            falsehoods[pair] += other.falsehoods[pair];
        }
    }

    public void AddPoint(ReadOnlySpan<char> cell)
    {
        Count(cell);
        Points++;
        if (CellParser.IsLossyInteger(cell))
            LossyIntegers++;
    }

    public void AddComma(ReadOnlySpan<char> cell)
    {
        Count(cell);
        Commas++;
    }

    public void AddBoolean(ReadOnlySpan<char> cell, bool truth, BooleanPair pair)
    {
        Count(cell);
        (truth ? truths : falsehoods)[(int)pair]++;
    }

    public void AddTime(ReadOnlySpan<char> cell)
    {
        Count(cell);
        Times++;
    }

    public void AddText(ReadOnlySpan<char> cell) => Count(cell);

    /// <summary>Number before boolean before timestamp before category before text; the first whose broken cells are few enough.</summary>
    /// <param name="distinct">How many different values there are; more than the options allow for categories where they are not known.</param>
    public ColumnType Decide(CsvImportOptions options, long distinct) =>
        LossyIntegers == 0 && Suffices(Points + Commas, options) ? ColumnType.Number
        : Suffices(Booleans(), options) ? ColumnType.Boolean
        : Suffices(Times, options) ? ColumnType.Timestamp
        : IsCategory(distinct, options) ? ColumnType.Category
        : ColumnType.Text;

    private void Count(ReadOnlySpan<char> cell)
    {
        Present++;
        Longest = Math.Max(Longest, cell.Length);
    }

    private bool Suffices(long parsed, CsvImportOptions options)
    {
        var broken = Present - parsed;
        var allowed = Math.Max((long)(Present * options.BrokenCellShare), options.BrokenCellShare > 0 ? Math.Min(2, Present / 4) : 0);
        return parsed > 0 && broken <= allowed;
    }

    /// <summary>Cells that are of a type; of the pair of spellings that is the most frequent for booleans, all of them for categories and text.</summary>
    public long CellsOf(ColumnType type) => type switch
    {
        ColumnType.Number => Points + Commas - LossyIntegers,
        ColumnType.Boolean => Truths + Falsehoods,
        ColumnType.Timestamp => Times,
        _ => Present,
    };

    /// <summary>Cells that say true, in the pair of spellings that is the most frequent.</summary>
    public long Truths => truths[MostFrequentPair()];

    /// <summary>Cells that say false, in the pair of spellings that is the most frequent.</summary>
    public long Falsehoods => falsehoods[MostFrequentPair()];

    /// <summary>Whether so few cells are not of a type that the column may be of it all the same.</summary>
    public bool Suffices(ColumnType type, CsvImportOptions options) => Suffices(CellsOf(type), options);

    private int MostFrequentPair()
    {
        var most = 0;
        for (var pair = 1; pair < Pairs; pair++)
            if (truths[pair] + falsehoods[pair] > truths[most] + falsehoods[most])
                most = pair;
        return most;
    }

    /// <summary>Single letters count only when both of the pair occur: a column of nothing but F may mean anything.</summary>
    private long Booleans()
    {
        var most = 0L;
        for (var pair = 0; pair < Pairs; pair++)
            if (pair is (int)BooleanPair.TrueFalse or (int)BooleanPair.YesNo || (truths[pair] > 0 && falsehoods[pair] > 0))
                most = Math.Max(most, truths[pair] + falsehoods[pair]);
        return most;
    }

    /// <summary>Few values, or values that repeat: on average each at least twice.</summary>
    private bool IsCategory(long distinct, CsvImportOptions options) =>
        Present > 0 && Longest <= LongestCategory && distinct <= options.MaximumCategories && (distinct <= 50 || distinct <= Present / 2);
}
