namespace Dashboard.Core.Data.Import;

/// <summary>Accumulates one column's statistics over the rows that were accepted.</summary>
internal abstract class ColumnSummary(ColumnFormat format)
{
    protected ColumnFormat Format { get; } = format;

    protected long Count { get; private set; }

    protected long Missing { get; private set; }

    public static ColumnSummary For(ColumnFormat format, int columns, MemoryBudget budget) =>
        format.Type is ColumnType.Number or ColumnType.Timestamp ? new NumericSummary(format, columns, budget) : new ValueSummary(format, budget);

    /// <param name="number">The number, or Unix seconds of a timestamp.</param>
    /// <param name="text">The canonical text; null is missing.</param>
    public void Add(double number, string? text)
    {
        Count++;
        if (text is null)
            Missing++;
        else
            AddPresent(number, text);
    }

    protected abstract void AddPresent(double number, string text);

    public abstract ColumnStatistics ToStatistics();
}
