using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns.Rows;
using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Drift.Peers;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>The presets that reproduce peers' default rules, on the rows.</summary>
internal static class PeerRules
{
    /// <returns>What Evidently says of a column; null for types that it does not compare so, and where a side has no value.</returns>
    public static PeerVerdict? Evidently(ColumnRows reference, ColumnRows current, ColumnType type)
    {
        if (type == ColumnType.Number)
            return EvidentlyRule.OfNumbers(SortedSample.Of(reference.NumbersAs(type)), SortedSample.Of(current.NumbersAs(type)));
        if (type is not (ColumnType.Category or ColumnType.Boolean))
            return null;
        var tests = new CategoryTests(reference.CategoriesAs(type), current.CategoriesAs(type));
        return EvidentlyRule.OfCounts(tests.Reference, tests.Current);
    }

    /// <returns>What NannyML says of a column; null for types that it does not compare so, and where a side has no value.</returns>
    public static PeerVerdict? NannyML(ColumnRows reference, ColumnRows current, ColumnType type)
    {
        if (type == ColumnType.Number)
            return NannyMLRule.OfNumbers(reference.NumbersAs(type), current.NumbersAs(type));
        if (type is not (ColumnType.Category or ColumnType.Boolean))
            return null;
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] r = reference.CodesAs(places), c = current.CodesAs(places);
        return NannyMLRule.OfCodes(r, c, places.Count);
    }
}
