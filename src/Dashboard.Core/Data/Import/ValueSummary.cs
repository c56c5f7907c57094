using System.Runtime.InteropServices;

namespace Dashboard.Core.Data.Import;

/// <summary>Counts values. Past its share of the memory it counts only those it has met, and says that the number of distinct values is a lower bound.</summary>
internal sealed class ValueSummary(ColumnFormat format, MemoryBudget budget) : ColumnSummary(format)
{
    private const int MaximumDistinct = 10_000;
    private const int TopValuesKept = 100;
    private const int LongestValue = 200;
    private const int BytesPerEntry = 80;

    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);
    private bool full;

    protected override void AddPresent(double number, string text)
    {
        var value = Error.Shorten(text);
        full |= text.Length > LongestValue;
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, value);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count))
            count++;
        else if (counts.Count < MaximumDistinct && budget.TryTake(BytesPerEntry + 2 * value.Length))
            counts.Add(value, 1);
        else
            full = true;
    }

    public override ColumnStatistics ToStatistics() =>
        new(Format.Name, Format.Type, Count, Missing, counts.Count, full, null, null, null, null, null, null, null, [], [],
            [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(TopValuesKept).Select(pair => new ValueCount(pair.Key, pair.Value))]);
}
