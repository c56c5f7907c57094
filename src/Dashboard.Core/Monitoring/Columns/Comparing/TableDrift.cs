using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>What is said of a column.</summary>
public enum ColumnVerdict
{
    /// <summary>No difference that chance does not explain.</summary>
    Steady,

    /// <summary>Significant, and smaller than what is called drift.</summary>
    Small,

    /// <summary>Significant and not small.</summary>
    Drift,

    /// <summary>The current cells are of another type than the reference's.</summary>
    TypeChanged,

    /// <summary>In the reference only.</summary>
    Gone,

    /// <summary>In the current table only.</summary>
    New,

    /// <summary>So few rows that no difference, however large, could be told from chance.</summary>
    TooFewRows,

    /// <summary>No value on either side.</summary>
    NoData,

    /// <summary>Of a type that is not compared: free text, and timestamps, which move on by nature.</summary>
    NotCompared,
}

/// <summary>One side of a column.</summary>
/// <param name="Missing">Rows without a value, and those whose cell is not of the column's type.</param>
/// <param name="Mean">Of the finite numbers.</param>
/// <param name="StandardDeviation">Of the sample (n − 1).</param>
/// <param name="Minimum">Of all numbers.</param>
/// <param name="Distinct">How many categories there are.</param>
public sealed record ColumnFacts(long Rows, long Missing, double? Mean = null, double? StandardDeviation = null, double? Minimum = null, double? Median = null, double? Maximum = null, long? Distinct = null)
{
    public double MissingShare => Rows == 0 ? 0 : (double)Missing / Rows;
}

/// <summary>What was found in one column.</summary>
/// <param name="Type">As which the column was compared: the reference's type, or the current one where the reference has no value; null without a value on either side.</param>
/// <param name="Test">By which the verdict was reached; null where none was made.</param>
/// <param name="Statistic">The test's own figure.</param>
/// <param name="PValue">The chance of such a figure without a change, of this test alone.</param>
/// <param name="AdjustedPValue">The smallest rate of false alarms over all tests of all columns at which this column would count as changed (Benjamini–Hochberg).</param>
/// <param name="EffectSize">In [0, 1] for the default preset: D for ks, Cramér's V for samples of equal size for the others; null for a peer's rule that has none.</param>
/// <param name="EffectError">By how much the effect size may be off where it was read from a sketch; 0 for exact tests.</param>
/// <param name="Limit">What a peer's rule compares its statistic with; null for the default preset.</param>
/// <param name="Note">What changed, or why nothing is said.</param>
/// <param name="Tests">Every test's figures.</param>
public sealed record ColumnDrift(string Name, ColumnType? Type, ColumnVerdict Verdict, string? Test, double? Statistic, double? PValue, double? AdjustedPValue, double? EffectSize, double? EffectError, double? Limit,
    string? Note, IReadOnlyList<DriftStatistic> Tests, ColumnFacts? Reference, ColumnFacts? Current)
{
    /// <summary>Whether the verdict counts as drift: a changed distribution or type, or a column that is gone.</summary>
    public bool IsDrift => Verdict is ColumnVerdict.Drift or ColumnVerdict.TypeChanged or ColumnVerdict.Gone;
}

/// <summary>One side of a comparison.</summary>
/// <param name="RejectedRows">Rows of the file that were left out because their cells could not be told apart.</param>
public sealed record TableFacts(long Rows, long RejectedRows);

/// <summary>What a comparison of two tables came to.</summary>
/// <param name="FromRows">True where both sides were rows; false where they were profiles.</param>
/// <param name="IsExact">True where every value was known: always from rows, and from profiles in which no column has more than 1,000 different values.</param>
/// <param name="HasDrift">Whether the table has drifted: by the default preset and NannyML's when any column has, by Evidently's when half of them have.</param>
public sealed record TableDrift(DriftPreset Preset, double Alpha, double SmallestEffect, bool FromRows, bool IsExact, TableFacts Reference, TableFacts Current, bool HasDrift, IReadOnlyList<ColumnDrift> Columns);
