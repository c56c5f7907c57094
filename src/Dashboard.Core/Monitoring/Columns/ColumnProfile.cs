using Dashboard.Core.Data;
using Dashboard.Core.Data.Import;
using Dashboard.Core.Monitoring.Columns.Reading;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Columns;

/// <summary>
/// What one column of a table looks like, in bounded memory. Cells are counted by what they are by themselves (numbers, numbers with a decimal comma, timestamps, texts), each kind apart, so that the column's type can be
/// decided at the end and again after a merge. Counts, moments and extremes of merged profiles do not depend on how the rows were split or in which order they were merged; quantiles do within the sketch's error.
/// </summary>
public sealed class ColumnProfile : ColumnData
{
    private const long MostRows = 1L << 50;

    private NumberPart? points, commas, times;
    private TextPart? texts;

    internal ColumnProfile(string name, int position, long rows)
        : base(name, position) => Rows = rows;

    /// <inheritdoc/>
    public override long Distinct => (points?.Distinct ?? 0) + (commas?.Distinct ?? 0) + (times?.Distinct ?? 0) + (texts?.Distinct ?? 0);

    /// <summary>The numbers of a number column, Unix seconds of a timestamp column; null for the others, and without any.</summary>
    public NumberPart? Numbers => Type is { } type ? NumbersAs(type) : null;

    internal override bool IsCounted => points is not { Values: null } && commas is not { Values: null } && times is not { Values: null } && texts is not { Counts.IsExact: false };

    /// <summary>The most frequent values of a category, boolean or text column: exact for up to 1,000 different ones. Empty for numbers and timestamps.</summary>
    public IReadOnlyList<ValueCount> TopValues(int most) => Type is null or ColumnType.Number or ColumnType.Timestamp
        ? [] : [.. CategoriesAs(Type.Value).Largest().Take(most).Select(pair => new ValueCount(pair.Key, pair.Value))];

    /// <summary>
    /// A histogram of a number or timestamp column's finite values on at most <paramref name="bins"/> bins of equal width from the smallest to the largest: exact up to 1,000 different values, otherwise each count is within
    /// 0.35 % of the rows. Null for other columns and without a finite value.
    /// </summary>
    public ColumnHistogram? Histogram(int bins = 20) => Numbers is { Finite: > 0 } numbers ? ColumnHistogram.Of(numbers, bins) : null;

    internal void Add(Cell cell)
    {
        cell.AddTo(Evidence);
        switch (cell.Kind)
        {
            case CellKind.Number:
                (points ??= new()).Add(cell.Number);
                break;
            case CellKind.CommaNumber:
                (commas ??= new()).Add(cell.Number);
                break;
            case CellKind.Timestamp:
                (times ??= new()).Add(cell.Number);
                break;
            default:
                (texts ??= new()).Add(cell.Text);
                break;
        }
    }

    /// <summary>Rows of the table, with or without a value here.</summary>
    internal void CountTo(long rows) => Rows = rows;

    /// <summary>Adds the same column of other rows.</summary>
    internal void Add(ColumnProfile other)
    {
        Rows += other.Rows;
        Position = Math.Min(Position, other.Position);
        Evidence.Add(other.Evidence);
        Add(ref points, other.points);
        Add(ref commas, other.commas);
        Add(ref times, other.times);
        if (other.texts is not null)
            (texts ??= new()).Add(other.texts);
    }

    /// <summary>The numbers as which the cells can be read; null without any.</summary>
    internal NumberPart? NumbersAs(ColumnType type)
    {
        if (type == ColumnType.Timestamp)
            return times;
        if (type != ColumnType.Number)
            return null;
        if (commas is null)
            return points;
        var both = new NumberPart();
        both.Add(commas);
        if (points is not null)
            both.Add(points);
        return both;
    }

    /// <summary>The values as categories or booleans.</summary>
    internal CategoryCounts CategoriesAs(ColumnType type)
    {
        if (type == ColumnType.Boolean)
            return CategoryCounts.OfTruths(Evidence.Truths, Evidence.Falsehoods);
        var (counts, numbers) = (new Dictionary<string, long>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (text, count) in texts?.Counts.Largest() ?? [])
            counts[text] = count;
        var isCounted = points is not { Values: null } && commas is not { Values: null } && times is not { Values: null };
        if (isCounted)
        {
            AddTo(counts, numbers, points, Text);
            AddTo(counts, numbers, commas, CommaText);
            AddTo(counts, numbers, times, TimeText);
        }

        return new(counts, Present, texts?.Counts.Undercount ?? 0, numbers, !isCounted);
    }

    internal void Write(ProfileWriter writer)
    {
        writer.Text(Name);
        writer.Varint((ulong)Position);
        foreach (var figure in Evidence.ToFigures())
            writer.Varint((ulong)figure);
        writer.Byte((byte)((points is null ? 0 : 1) | (commas is null ? 0 : 2) | (times is null ? 0 : 4) | (texts is null ? 0 : 8)));
        points?.Write(writer);
        commas?.Write(writer);
        times?.Write(writer);
        texts?.Write(writer);
    }

    /// <exception cref="ProfileFormatException">The bytes are not what <see cref="Write"/> writes.</exception>
    internal static ColumnProfile Read(ref ProfileReader reader, long rows)
    {
        var name = reader.Text();
        if (name.Length is 0 or > CsvHeader.LongestName)
            throw new ProfileFormatException($"a column's name has {name.Length} characters");
        var position = reader.Varint();
        if (position > int.MaxValue || rows > MostRows)
            throw new ProfileFormatException($"column '{name}' is at place {position} of {rows} rows");
        Span<long> figures = stackalloc long[TypeEvidence.FigureCount];
        foreach (ref var figure in figures)
            if ((figure = reader.Count()) > MostRows)
                throw new ProfileFormatException($"column '{name}' counts {figure} cells");
        var parts = reader.Byte();
        var read = new ColumnProfile(name, (int)position, rows) { Evidence = TypeEvidence.Of(figures) };
        read.points = (parts & 1) == 0 ? null : NumberPart.Read(ref reader);
        read.commas = (parts & 2) == 0 ? null : NumberPart.Read(ref reader);
        read.times = (parts & 4) == 0 ? null : NumberPart.Read(ref reader);
        read.texts = (parts & 8) == 0 ? null : TextPart.Read(ref reader);
        read.Check();
        return read;
    }

    /// <summary>The parts of a stored column must come to what its evidence says.</summary>
    private void Check()
    {
        long lossy = Evidence.LossyIntegers, numbers = Evidence.Points - lossy, others = Present - numbers - Evidence.Commas - Evidence.Times;
        if (Present > Rows || (points?.Count ?? 0) != numbers || (commas?.Count ?? 0) != Evidence.Commas || (times?.Count ?? 0) != Evidence.Times || (texts?.Counts.Total ?? 0) != others)
            throw new ProfileFormatException($"the counts of column '{Name}' do not add up");
    }

    private static void Add(ref NumberPart? part, NumberPart? other)
    {
        if (other is not null)
            (part ??= new()).Add(other);
    }

    private static void AddTo(Dictionary<string, long> counts, HashSet<string> numbers, NumberPart? part, Func<double, string> text)
    {
        foreach (var (number, count) in part?.Values ?? new Dictionary<double, long>())
        {
            var name = text(number);
            numbers.Add(name);
            counts[name] = counts.GetValueOrDefault(name) + count;
        }
    }
}
