namespace Dashboard.Core.Monitoring.Columns.Reading;

/// <summary>What takes a table row by row: a profile, which keeps counts and sketches, or columns in memory.</summary>
internal interface ITableSink
{
    /// <summary>A column that has not been there before; in the rows so far it is missing.</summary>
    /// <returns>Its position, ascending from 0.</returns>
    int AddColumn(string name);

    /// <summary>A cell of the present row. Columns that the row does not have are missing in it.</summary>
    void Add(int column, Cell cell);

    /// <summary>The row is complete.</summary>
    /// <returns>An error where the sink can hold no more.</returns>
    Error? EndRow();
}

/// <summary>What was read.</summary>
/// <param name="Rows">Rows that were taken.</param>
/// <param name="RejectedRows">Rows that were left out because their cells cannot be told apart.</param>
/// <param name="FirstRejected">Why the first of them was, with its line.</param>
public sealed record TableRead(long Rows, long RejectedRows, string? FirstRejected);
