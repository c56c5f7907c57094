namespace Dashboard.Core.Deployments.Counting;

/// <summary>
/// What is remembered of rows, by a hash of their ids, of at most so many rows. When there are more, the upper half of all hashes is forgotten and never taken in again, and so on: what is remembered
/// is a fair share of all rows, whenever they came and whatever was predicted of them. Not for several threads at once; about 36 bytes a row beside the value.
/// </summary>
internal sealed class ThinnedRows<T>(int most = ThinnedRows.Most)
{
    private readonly Dictionary<ulong, T> rows = [];
    private ulong limit = ulong.MaxValue;

    public int Count => rows.Count;

    /// <summary>Remembers something of a row, unless something is remembered of it already, or it is not of the share.</summary>
    public void Add(ulong row, T value)
    {
        if (row > limit || !rows.TryAdd(row, value))
            return;
        while (rows.Count > most)
        {
            limit >>= 1;
            foreach (var forgotten in rows.Keys.Where(key => key > limit).ToList())
                rows.Remove(forgotten);
        }
    }

    public bool TryGet(ulong row, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value) => rows.TryGetValue(row, out value);

    /// <summary>Remembers something else of a row that is remembered.</summary>
    public void Replace(ulong row, T value) => rows[row] = value;

    public void Remove(ulong row) => rows.Remove(row);
}

internal static class ThinnedRows
{
    /// <summary>Rows that are remembered of one stage: 262,144.</summary>
    public const int Most = 1 << 18;
}
