using System.Text;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Sketches;

/// <summary>
/// How often each text came: exact up to 1,000 different ones. Beyond that the frequent ones by Misra and Gries, merged as by Agarwal et al. 2012 (Mergeable Summaries):
/// when there are too many, the smallest count is taken off all and those at zero are dropped. A count is then too small by at most <see cref="Undercount"/>,
/// which never exceeds <see cref="Total"/> / 1,001, and a text that is not among them came at most that often. One thread may add; any number may read while none does.
/// </summary>
public sealed class ValueCounts
{
    /// <summary>Up to this many different texts counts are exact.</summary>
    public const int MostValues = 1000;

    /// <summary>Longer texts are counted under their beginning and a hash, in this many characters.</summary>
    public const int MostLength = 200;

    private const int HashDigits = 16;

    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>All texts, counted one by one.</summary>
    public long Total { get; private set; }

    /// <summary>By how much a count may be too small; 0 while counts are exact.</summary>
    public long Undercount { get; private set; }

    /// <summary>True while every text is counted exactly.</summary>
    public bool IsExact => Undercount == 0;

    /// <summary>How many different texts are counted; all that came while <see cref="IsExact"/>.</summary>
    public int Distinct => counts.Count;

    /// <summary>The count of a text; 0 where it is not among those that are kept.</summary>
    public long this[string text] => counts.TryGetValue(text, out var count) || counts.TryGetValue(Key(text), out count) ? count : 0;

    /// <summary>Texts with their counts, most frequent first, equal ones in ordinal order.</summary>
    public IEnumerable<KeyValuePair<string, long>> Largest() => counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Counts a text.</summary>
    /// <param name="times">How often; at least 1.</param>
    public void Add(string text, long times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        Total += times;
        // What is looked up is nearly always there as it came; only a new text is brought into form.
        var key = counts.ContainsKey(text) ? text : Key(text);
        counts[key] = counts.GetValueOrDefault(key) + times;
        Reduce();
    }

    /// <summary>Adds other counts; which of the two is added to the other makes no difference.</summary>
    public void Add(ValueCounts other)
    {
        Total += other.Total;
        Undercount += other.Undercount;
        foreach (var (text, count) in other.counts)
            counts[text] = counts.GetValueOrDefault(text) + count;
        Reduce();
    }

    /// <summary>Back to no texts.</summary>
    public void Clear()
    {
        counts.Clear();
        Total = 0;
        Undercount = 0;
    }

    /// <summary>The counts as bytes; see <see cref="Deserialize"/>.</summary>
    public byte[] Serialize() => StoredSketch.Write(Write);

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <returns>The counts, or an error that says what is wrong with the bytes.</returns>
    public static Result<ValueCounts> Deserialize(ReadOnlySpan<byte> bytes) => StoredSketch.Read(bytes, Read);

    internal void Write(ProfileWriter writer)
    {
        writer.Varint((ulong)Total);
        writer.Varint((ulong)Undercount);
        writer.Varint((ulong)counts.Count);
        foreach (var (text, count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Text(text);
            writer.Varint((ulong)count);
        }
    }

    /// <exception cref="ProfileFormatException">The bytes are not what <see cref="Write"/> writes.</exception>
    internal static ValueCounts Read(ref ProfileReader reader)
    {
        var read = new ValueCounts { Total = reader.Count(), Undercount = reader.Count() };
        string? last = null;
        long sum = 0;
        for (var i = reader.Length(2, MostValues); i > 0; i--)
        {
            var text = reader.Text();
            var count = reader.Count();
            if (count == 0 || count > read.Total - sum || text.Length > MostLength || (last is not null && string.CompareOrdinal(last, text) >= 0))
                throw new ProfileFormatException($"the counts of texts are not in order at '{Error.Shorten(text)}'");
            sum += count;
            read.counts[text] = count;
            last = text;
        }

        if (read.Undercount > (read.Total - sum) / (MostValues + 1) || (read.IsExact && sum != read.Total))
            throw new ProfileFormatException("the counts of texts do not add up to their total");
        return read;
    }

    /// <summary>The form under which a text is kept: well-formed, so that it survives being stored, and not too long.</summary>
    private static string Key(string text)
    {
        if (text.Length > MostLength)
            text = string.Concat(text.AsSpan(0, MostLength - HashDigits - 1), "…", StableHash.Of(text).ToString("x16"));
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }

    private void Reduce()
    {
        if (counts.Count <= MostValues)
            return;
        var all = counts.Values.ToArray();
        Array.Sort(all);
        var taken = all[all.Length - MostValues - 1];
        Undercount += taken;
        foreach (var (text, count) in counts.ToArray())
        {
            if (count > taken)
                counts[text] = count - taken;
            else
                counts.Remove(text);
        }
    }
}
