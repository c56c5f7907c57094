using Dashboard.Core.Monitoring.Columns.Reading;

namespace Dashboard.Core.Monitoring.Columns.Rows;

/// <summary>A table is too large to be held in memory.</summary>
public sealed record TooManyCells(long Limit)
    : Error(ErrorKind.TooLarge, $"The table has more than {Limit:N0} cells in the columns to compare, too many to hold in memory. Choose columns with --columns, or make a profile of it with 'dashboard profile': profiles are compared at any size.");

/// <summary>The rows of a table, held by column in memory, for exact tests: 8 bytes a cell.</summary>
public sealed class TableRows
{
    /// <summary>The most cells that one table may have: 1.2 GB.</summary>
    public const long MostCells = 150_000_000;

    private readonly List<ColumnRows> columns = [];

    private TableRows(long rows) => Rows = rows;

    public long Rows { get; private set; }

    /// <summary>Rows of the file that were left out because their cells could not be told apart.</summary>
    public long RejectedRows { get; private set; }

    /// <summary>The columns in the file's order.</summary>
    public IReadOnlyList<ColumnRows> Columns => columns;

    public ColumnRows? this[string name] => columns.Find(column => column.Name == name);

    /// <summary>Reads a table once, from front to back.</summary>
    /// <param name="table">CSV or NDJSON; not a profile.</param>
    /// <param name="wanted">The columns to hold; null for all.</param>
    /// <param name="mostCells">The most cells to hold.</param>
    /// <returns>The rows and what was read, or why the file cannot be; <see cref="TooManyCells"/> where it is too large.</returns>
    public static Result<(TableRows Table, TableRead Read)> Of(TableStream table, IReadOnlySet<string>? wanted, CancellationToken ct, long mostCells = MostCells)
    {
        var rows = new TableRows(0);
        var read = TableReader.Read(table, new Sink(rows, wanted, mostCells), ct);
        if (read.Error is { } fault)
            return fault;
        (rows.Rows, rows.RejectedRows) = (read.Value.Rows, read.Value.RejectedRows);
        foreach (var column in rows.columns)
            column.Complete((int)rows.Rows);
        return (rows, read.Value);
    }

    /// <summary>Columns of numbers that are in memory already.</summary>
    /// <param name="columns">Name and values, NaN for missing; all of one length.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static TableRows OfNumbers(IReadOnlyList<(string Name, double[] Values)> columns)
    {
        var rows = new TableRows(columns.Count == 0 ? 0 : columns[0].Values.Length);
        foreach (var (name, values) in columns)
        {
            if (values.Length != rows.Rows)
                throw new ArgumentException($"Column '{name}' has {values.Length} values, expected {rows.Rows}.", nameof(columns));
            rows.columns.Add(ColumnRows.OfNumbers(name, rows.columns.Count, values));
        }

        return rows;
    }

    private sealed class Sink(TableRows table, IReadOnlySet<string>? wanted, long mostCells) : ITableSink
    {
        /// <summary>What a column that is not wanted has as its place among the held ones.</summary>
        private readonly List<ColumnRows?> byPosition = [];

        public int AddColumn(string name)
        {
            var column = wanted is null || wanted.Contains(name) ? new ColumnRows(name, byPosition.Count) : null;
            byPosition.Add(column);
            if (column is not null)
                table.columns.Add(column);
            return byPosition.Count - 1;
        }

        public void Add(int column, Cell cell) => byPosition[column]?.Add((int)table.Rows, cell);

        public Error? EndRow() => ++table.Rows * Math.Max(1, table.columns.Count) > mostCells ? new TooManyCells(mostCells) : null;
    }
}
