namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// Two sorted samples as one: the distinct values of both, ascending, and how often each occurs on either side. Every rank test is a single walk over it. Ties are exact.
/// </summary>
public sealed class SamplePair
{
    private readonly double[] values;
    private readonly int[] referenceCounts;
    private readonly int[] currentCounts;

    private SamplePair(double[] values, int[] referenceCounts, int[] currentCounts, int distinct, int referenceRows, int currentRows)
    {
        (this.values, this.referenceCounts, this.currentCounts) = (values, referenceCounts, currentCounts);
        (Distinct, ReferenceRows, CurrentRows) = (distinct, referenceRows, currentRows);
    }

    /// <summary>The number of distinct values on both sides together.</summary>
    public int Distinct { get; }

    /// <summary>Reference rows with a value.</summary>
    public int ReferenceRows { get; }

    /// <summary>Current rows with a value.</summary>
    public int CurrentRows { get; }

    /// <summary>The distinct values, ascending.</summary>
    public ReadOnlySpan<double> Values => values.AsSpan(0, Distinct);

    /// <summary>How often each of <see cref="Values"/> occurs in the reference.</summary>
    public ReadOnlySpan<int> Reference => referenceCounts.AsSpan(0, Distinct);

    /// <summary>How often each of <see cref="Values"/> occurs in the current sample.</summary>
    public ReadOnlySpan<int> Current => currentCounts.AsSpan(0, Distinct);

    /// <summary>True where a test has something to compare.</summary>
    public bool HasBoth => ReferenceRows > 0 && CurrentRows > 0;

    /// <summary>True where every value is finite.</summary>
    public bool IsFinite => Distinct == 0 || (double.IsFinite(values[0]) && double.IsFinite(values[Distinct - 1]));

    public static SamplePair Of(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) => Of(SortedSample.Of(reference), SortedSample.Of(current));

    public static SamplePair Of(SortedSample reference, SortedSample current)
    {
        ReadOnlySpan<double> r = reference.Values, c = current.Values;
        var most = r.Length + c.Length;
        var pooled = GC.AllocateUninitializedArray<double>(most);
        var ofReference = GC.AllocateUninitializedArray<int>(most);
        var ofCurrent = GC.AllocateUninitializedArray<int>(most);
        var distinct = 0;
        for (int i = 0, j = 0; i < r.Length || j < c.Length; distinct++)
        {
            var at = j == c.Length || (i < r.Length && r[i] <= c[j]) ? r[i] : c[j];
            int firstI = i, firstJ = j;
            while (i < r.Length && r[i] == at)
                i++;
            while (j < c.Length && c[j] == at)
                j++;
            pooled[distinct] = at;
            ofReference[distinct] = i - firstI;
            ofCurrent[distinct] = j - firstJ;
        }

        return new(pooled, ofReference, ofCurrent, distinct, r.Length, c.Length);
    }

    /// <summary>From values that were counted.</summary>
    /// <param name="ascending">Ascending, distinct, no NaN.</param>
    /// <param name="reference">How often each occurs in the reference.</param>
    /// <param name="current">How often each occurs in the current sample.</param>
    /// <exception cref="OverflowException">There are more than 2³¹ − 1 rows on a side.</exception>
    public static SamplePair OfCounts(ReadOnlySpan<double> ascending, ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        int[] ofReference = new int[ascending.Length], ofCurrent = new int[ascending.Length];
        var (referenceRows, currentRows) = (0, 0);
        for (var i = 0; i < ascending.Length; i++)
        {
            referenceRows = checked(referenceRows + (ofReference[i] = checked((int)reference[i])));
            currentRows = checked(currentRows + (ofCurrent[i] = checked((int)current[i])));
        }

        return new([.. ascending], ofReference, ofCurrent, ascending.Length, referenceRows, currentRows);
    }
}
