using System.Collections.Frozen;

namespace Dashboard.Core.Data.Import;

/// <summary>What an import accepts. The defaults suit a file that a stranger uploads.</summary>
public sealed record CsvImportOptions
{
    /// <summary>Spellings of "missing", compared without regard to case and after trimming; the empty cell is always missing.</summary>
    public static readonly IReadOnlyList<string> DefaultMissingValues = ["NA", "N/A", "#N/A", "null", "NaN", "None", "-", "?", "\\N"];

    /// <summary>The most columns a file may have.</summary>
    public int MaximumColumns { get; init; } = 2_000;

    /// <summary>The longest cell in characters; a longer one rejects its row.</summary>
    public int MaximumFieldLength { get; init; } = 1 << 17;

    /// <summary>The longest record in bytes, the header included: what keeps an open quote or a million columns from filling the memory.</summary>
    public int MaximumRecordLength { get; init; } = 1 << 22;

    /// <summary>How many rejected rows are kept with their reason; all are counted.</summary>
    public int RejectedRowsKept { get; init; } = 1_000;

    /// <summary>The most distinct values a category column may have; with more it is text.</summary>
    public int MaximumCategories { get; init; } = 1_000;

    /// <summary>
    /// The share of a column's present cells that may fail to parse before the column is taken for categories or text.
    /// Rows with such cells are rejected. In a file too short for the share to allow any, up to two cells may fail if three quarters parse.
    /// </summary>
    public double BrokenCellShare { get; init; } = 0.05;

    /// <summary>Types that the caller knows better, by column name. Every cell that does not parse as the given type rejects its row.</summary>
    public IReadOnlyDictionary<string, ColumnType> Types { get; init; } = FrozenDictionary<string, ColumnType>.Empty;

    public IReadOnlyList<string> MissingValues { get; init; } = DefaultMissingValues;
}
