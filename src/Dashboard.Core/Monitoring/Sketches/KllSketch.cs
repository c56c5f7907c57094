using System.Numerics.Tensors;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Sketches;

/// <summary>
/// Quantiles of any number of values in a few kilobytes: the KLL sketch of Karnin, Lang and Liberty 2016 (arXiv:1603.05346). Values lie on levels, one on level h stands
/// for 2^h; when the sketch is full, the lowest level that exceeds its share is sorted and every other value of it goes up. Sketches merge, and the error stays that of one sketch.
/// With the default k, 99 of 100 estimated ranks are within <see cref="RankError"/>, 1 %, of the exact ones as shares of all values, and up to k values everything is exact.
/// Which half goes up is drawn from a hash of the values themselves, so that a sketch depends on nothing but its values and their order, and goes on the same after it was stored.
/// One thread may add; any number may read while none does.
/// </summary>
public sealed class KllSketch(int k = KllSketch.DefaultK)
{
    /// <summary>The size of the top level; everything together holds about three times as many values.</summary>
    public const int DefaultK = 280;

    internal const int LeastK = 8;
    internal const int MostK = 4096;

    /// <summary>A count of values is below 2⁶³, and so is a level.</summary>
    internal const int MostLevels = 60;

    private const int LeastCapacity = 8;

    /// <summary>Each level may hold this share of the one above.</summary>
    private const double Shrink = 2.0 / 3;

    private double[][] levels = [[]];
    private int[] sizes = [0];
    private int[] capacities = [k];
    private int capacity = k;
    private int held;
    private RankedValues? ranked;

    public int K { get; private set; } = k is >= LeastK and <= MostK ? k : throw new ArgumentOutOfRangeException(nameof(k), k, $"Expected {LeastK} to {MostK}.");

    /// <summary>Values that were added.</summary>
    public long Count { get; private set; }

    /// <summary>The smallest value, exact; +∞ without values.</summary>
    public double Minimum { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest value, exact; −∞ without values.</summary>
    public double Maximum { get; private set; } = double.NegativeInfinity;

    /// <summary>True while every value is still held.</summary>
    public bool IsExact => levels.Length == 1;

    /// <summary>
    /// By how much a rank, as a share of all values, may be wrong: held by 99 of 100 single ranks; 0 while the sketch is exact.
    /// 2.296 / k^0.9723, the fit of Apache DataSketches to this algorithm, which the tests confirm for this implementation.
    /// </summary>
    public double RankError => IsExact ? 0 : 2.296 / Math.Pow(K, 0.9723);

    /// <summary>By how much the share between any two values may be wrong, or the largest error over all ranks at once: held 99 times of 100. 2.446 / k^0.9433; 0 while exact.</summary>
    public double LargestRankError => IsExact ? 0 : 2.446 / Math.Pow(K, 0.9433);

    /// <summary>What is held, ascending, with the number of values that each stands for.</summary>
    public RankedValues Ranked => ranked ??= RankedValues.Of(levels, sizes, held);

    internal int LevelCount => levels.Length;

    /// <summary>Values that are held.</summary>
    internal int Held => held;

    /// <summary>Adds a value; infinities have their place in the order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a number.</exception>
    public void Add(double value) => Add([value]);

    /// <summary>Adds many values; the same as one by one, and cheaper.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not a number; those before it may have been added.</exception>
    public void Add(ReadOnlySpan<double> values)
    {
        while (!values.IsEmpty)
        {
            var part = values[..Math.Min(values.Length, capacity + 1 - held)];
            part.CopyTo(Grow(0, part.Length).AsSpan(sizes[0]));
            Added(levels[0].AsSpan(sizes[0], part.Length));
            values = values[part.Length..];
        }
    }

    /// <summary>Adds many values; the same as one by one, and cheaper.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not a number; those before it may have been added.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        while (!values.IsEmpty)
        {
            var part = values[..Math.Min(values.Length, capacity + 1 - held)];
            TensorPrimitives.ConvertTruncating<float, double>(part, Grow(0, part.Length).AsSpan(sizes[0], part.Length));
            Added(levels[0].AsSpan(sizes[0], part.Length));
            values = values[part.Length..];
        }
    }

    /// <summary>Adds another sketch; which of the two is added to the other makes no difference. Of two sizes the smaller becomes that of the sum.</summary>
    public void Add(KllSketch other)
    {
        if (other.Count == 0)
            return;
        ranked = null;
        Count += other.Count;
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
        K = Math.Min(K, other.K);
        while (levels.Length < other.levels.Length)
            AddLevel();
        Measure();
        for (var level = 0; level < other.levels.Length; level++)
        {
            var added = other.levels[level].AsSpan(0, other.sizes[level]);
            if (level == 0)
            {
                added.CopyTo(Grow(0, added.Length).AsSpan(sizes[0]));
                sizes[0] += added.Length;
            }
            else
            {
                Merge(level, added);
            }

            held += added.Length;
        }

        Shorten();
    }

    /// <summary>The smallest held value with at least a share of the values at or below it (the inverse of the distribution function).</summary>
    /// <param name="share">0 to 1; 0 gives the minimum, 1 the maximum.</param>
    /// <returns>NaN without values.</returns>
    public double Quantile(double share)
    {
        if (Count == 0)
            return double.NaN;
        return share <= 0 ? Minimum : share >= 1 ? Maximum : Ranked.Quantile(share);
    }

    /// <summary>The share of values at or below one, 0 to 1; NaN without values.</summary>
    public double Rank(double value)
    {
        if (Count == 0)
            return double.NaN;
        return value < Minimum ? 0 : value >= Maximum ? 1 : Ranked.Rank(value);
    }

    /// <summary>Back to no values, keeping k.</summary>
    public void Clear()
    {
        levels = [levels[0]];
        sizes = [0];
        held = 0;
        Measure();
        ranked = null;
        Count = 0;
        (Minimum, Maximum) = (double.PositiveInfinity, double.NegativeInfinity);
    }

    /// <summary>The sketch as bytes; see <see cref="Deserialize"/>.</summary>
    public byte[] Serialize() => StoredSketch.Write(Write);

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <returns>The sketch, or an error that says what is wrong with the bytes.</returns>
    public static Result<KllSketch> Deserialize(ReadOnlySpan<byte> bytes) => StoredSketch.Read(bytes, Read);

    internal void Write(ProfileWriter writer) => KllFormat.Write(writer, this);

    /// <exception cref="ProfileFormatException">The bytes are not what <see cref="Write"/> writes.</exception>
    internal static KllSketch Read(ref ProfileReader reader) => KllFormat.Read(ref reader);

    internal int SizeOf(int level) => sizes[level];

    /// <summary>A level's values, ascending but for level 0.</summary>
    internal ReadOnlySpan<double> Level(int level) => levels[level].AsSpan(0, sizes[level]);

    /// <summary>Takes over what was stored; the levels are ascending.</summary>
    internal void Restore(double[][] stored, long count, double minimum, double maximum)
    {
        levels = stored;
        sizes = Array.ConvertAll(stored, level => level.Length);
        held = sizes.Sum();
        Measure();
        (Count, Minimum, Maximum) = (count, minimum, maximum);
    }

    /// <summary>How many values a sketch of these levels may hold before it is made shorter.</summary>
    internal static int MostHeld(int k, int levelCount)
    {
        var most = 0;
        for (var level = 0; level < levelCount; level++)
            most += Capacity(k, levelCount - 1 - level);
        return most;
    }

    private static int Capacity(int k, int depth) => Math.Max(LeastCapacity, (int)Math.Ceiling(k * Math.Pow(Shrink, depth)));

    private void Measure()
    {
        capacities = new int[levels.Length];
        for (var level = 0; level < capacities.Length; level++)
            capacities[level] = Capacity(K, capacities.Length - 1 - level);
        capacity = capacities.Sum();
    }

    private void AddLevel()
    {
        levels = [.. levels, []];
        sizes = [.. sizes, 0];
        Measure();
    }

    private double[] Grow(int level, int more)
    {
        if (sizes[level] + more > levels[level].Length)
            Array.Resize(ref levels[level], Math.Max(sizes[level] + more, Math.Max(LeastCapacity, 2 * levels[level].Length)));
        return levels[level];
    }

    /// <summary>Counts values that were put behind level 0.</summary>
    private void Added(ReadOnlySpan<double> values)
    {
        double minimum = Minimum, maximum = Maximum;
        var isNumber = true;
        foreach (var value in values)
        {
            minimum = value < minimum ? value : minimum;
            maximum = value > maximum ? value : maximum;
            isNumber &= !double.IsNaN(value);
        }

        if (!isNumber)
            throw new ArgumentOutOfRangeException(nameof(values), double.NaN, "What is not a number has no rank.");
        (Minimum, Maximum, ranked) = (minimum, maximum, null);
        Count += values.Length;
        sizes[0] += values.Length;
        held += values.Length;
        Shorten();
    }

    private void Shorten()
    {
        while (held > capacity)
        {
            var level = 0;
            while (level < levels.Length - 1 && sizes[level] < capacities[level])
                level++;
            if (level == levels.Length - 1)
                AddLevel();

            Compact(level);
        }
    }

    /// <summary>Sends every other value of a level up. Of an odd number the smallest stays.</summary>
    private void Compact(int level)
    {
        var values = levels[level].AsSpan(0, sizes[level]);
        if (level == 0)
            values.Sort();
        var stays = values.Length & 1;
        var half = values.Length / 2;
        var from = stays + Coin(values);
        Span<double> up = half <= 512 ? stackalloc double[half] : new double[half];
        for (var i = 0; i < half; i++)
            up[i] = values[from + (2 * i)];
        Merge(level + 1, up);
        sizes[level] = stays;
        held -= half;
    }

    /// <summary>0 or 1, as good as drawn by lot.</summary>
    private static int Coin(ReadOnlySpan<double> values)
    {
        var hash = (ulong)values.Length;
        foreach (var value in values)
            hash = (hash ^ BitConverter.DoubleToUInt64Bits(value)) * 0x9E37_79B9_7F4A_7C15;
        return (int)(StableHash.Mix(hash) >> 63);
    }

    /// <summary>Merges ascending values into a level above the lowest, from the back so that nothing needs to be set aside.</summary>
    private void Merge(int level, ReadOnlySpan<double> added)
    {
        var values = Grow(level, added.Length);
        int left = sizes[level] - 1, right = added.Length - 1;
        for (var at = left + right + 1; right >= 0; at--)
            values[at] = left >= 0 && values[left] > added[right] ? values[left--] : added[right--];
        sizes[level] += added.Length;
    }
}
