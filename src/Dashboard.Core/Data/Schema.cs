namespace Dashboard.Core.Data;

/// <summary>What a column holds. Text is free text: kept, shown, never a feature.</summary>
public enum ColumnType { Number, Category, Boolean, Timestamp, Text }

public sealed record Column(string Name, ColumnType Type);

/// <summary>The columns of a dataset in file order; names are unique.</summary>
public sealed record DataSchema(IReadOnlyList<Column> Columns)
{
    /// <summary>The position of a column, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i].Name == name)
                return i;
        return -1;
    }
}

/// <summary>A value and how often it occurs.</summary>
public sealed record ValueCount(string Value, long Count);

/// <summary>What one column of a dataset version looks like. Numbers and timestamps (Unix seconds) have moments, quantiles and a histogram; categories, booleans and text have their most frequent values.</summary>
/// <param name="HistogramEdges">n + 1 ascending edges of n bins.</param>
/// <param name="HistogramCounts">n counts.</param>
public sealed record ColumnStatistics(string Name, ColumnType Type, long Count, long Missing, long Distinct, bool DistinctIsLowerBound,
    double? Minimum, double? Maximum, double? Mean, double? StandardDeviation,
    double? Quantile05, double? Median, double? Quantile95,
    IReadOnlyList<double> HistogramEdges, IReadOnlyList<long> HistogramCounts,
    IReadOnlyList<ValueCount> TopValues);

/// <summary>A row that did not parse: kept aside, shown, never silently dropped.</summary>
/// <param name="Line">The line in the source file on which the row starts, counted from 1 (the header is line 1).</param>
public sealed record RejectedRow(long Line, string? Column, string? Value, string Reason);

/// <summary>What was learnt from one pass over a dataset's canonical content.</summary>
/// <param name="ContentHash">Lower-case hexadecimal SHA-256 of the columns' types and the canonical content: the version's identity.</param>
/// <param name="Rejected">The first rejected rows; <paramref name="RejectedRows"/> counts them all.</param>
public sealed record DatasetProfile(string ContentHash, DataSchema Schema, long Rows, long RejectedRows,
    IReadOnlyList<ColumnStatistics> Columns, IReadOnlyList<RejectedRow> Rejected)
{
    /// <summary>Size of the canonical content, uncompressed.</summary>
    public long Bytes { get; init; }
}
