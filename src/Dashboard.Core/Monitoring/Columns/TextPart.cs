using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Monitoring.Columns;

/// <summary>The cells of a column that are no numbers: exact counts up to 1,000 different ones, the frequent ones beyond, and how many differ.</summary>
public sealed class TextPart
{
    /// <summary>Counts that have not been passed on: most cells are found here without a string being made.</summary>
    private readonly Dictionary<string, long> pending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private ValueCounts counts = new();
    private HyperLogLog distinct = new();

    public TextPart() => lookup = pending.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>How often each text came; see <see cref="ValueCounts.IsExact"/>.</summary>
    public ValueCounts Counts
    {
        get
        {
            PassOn();
            return counts;
        }
    }

    /// <summary>How many texts differ: exact up to 1,000, beyond it within about 2 %.</summary>
    public long Distinct => Counts.IsExact ? counts.Distinct : (long)Math.Round(distinct.Estimate());

    public void Add(ReadOnlySpan<char> text)
    {
        ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(lookup, text, out var isKnown);
        count++;
        if (isKnown)
            return;
        distinct.Add(text);
        if (pending.Count > ValueCounts.MostValues)
            PassOn();
    }

    public void Add(TextPart other)
    {
        Counts.Add(other.Counts);
        distinct.Add(other.distinct);
    }

    internal void Write(ProfileWriter writer)
    {
        Counts.Write(writer);
        distinct.Write(writer);
    }

    /// <exception cref="ProfileFormatException">The bytes are not what <see cref="Write"/> writes.</exception>
    internal static TextPart Read(ref ProfileReader reader) => new() { counts = ValueCounts.Read(ref reader), distinct = HyperLogLog.Read(ref reader) };

    private void PassOn()
    {
        foreach (var (text, count) in pending)
            counts.Add(text, count);
        pending.Clear();
    }
}
