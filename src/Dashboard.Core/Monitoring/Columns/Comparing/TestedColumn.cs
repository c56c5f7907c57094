using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>The tests that were made of a column.</summary>
/// <param name="Shape">The test of the values themselves; null where a side has none, and for types whose values are not compared.</param>
/// <param name="Missing">The test of the missing share; null where it could find nothing.</param>
/// <param name="NewValues">The test of new categories; null for other types.</param>
/// <param name="Figures">All figures, those three included.</param>
/// <param name="IsExact">False where the test of the values knows them only from sketches or frequent values.</param>
/// <param name="Moved">What changed in the values, in words.</param>
/// <param name="Appeared">The most frequent new values, in words.</param>
internal sealed record TestedColumn(ColumnType Type, DriftStatistic? Shape, DriftStatistic? Missing, DriftStatistic? NewValues, IReadOnlyList<DriftStatistic> Figures,
    ColumnFacts Reference, ColumnFacts Current, bool IsExact, string? Moved, string? Appeared);
