using System.Numerics.Tensors;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>What the rows of one block looked like, as far as drift needs it: counts only, so blocks merge by addition in any order.</summary>
/// <param name="Counts">The counts of every column; see <see cref="BlockLayout.Columns"/>.</param>
/// <param name="Rows">Rows whose features were counted.</param>
/// <param name="Labelled">Rows whose ground truth is known.</param>
/// <param name="Loss">The sum of <see cref="BlockLoss"/> over the labelled rows.</param>
public sealed record BlockCounts(long[] Counts, long Rows, long Labelled, double Loss)
{
    /// <summary>The rows of both. The columns must be the same.</summary>
    /// <exception cref="ArgumentException">The other block has another number of counts.</exception>
    public BlockCounts Plus(BlockCounts other) => Combined(other, 1);

    /// <summary>The rows of this block that are not of the other, which must be a part of it.</summary>
    /// <exception cref="ArgumentException">The other block has another number of counts.</exception>
    public BlockCounts Without(BlockCounts part) => Combined(part, -1);

    /// <summary>All of them as one; null when there are none.</summary>
    public static BlockCounts? Merge(IEnumerable<BlockCounts> blocks)
    {
        BlockCounts? all = null;
        foreach (var block in blocks)
            all = all is null ? block : all.Plus(block);
        return all;
    }

    /// <summary>The bins of a column, missing not among them.</summary>
    public ReadOnlySpan<long> Bins(BlockColumn column) => Counts.AsSpan(column.First, column.Bins);

    public long Missing(BlockColumn column) => Counts[column.MissingAt];

    internal void Write(ProfileWriter writer)
    {
        writer.Varint((ulong)Rows);
        writer.Varint((ulong)Labelled);
        writer.Double(Loss);
        writer.Sparse(Counts);
    }

    internal static BlockCounts Read(ref ProfileReader reader, BlockLayout layout)
    {
        var (rows, labelled, loss) = (reader.Count(), reader.Count(), reader.Double());
        var counts = new long[layout.Length];
        reader.Sparse(counts);
        return new(counts, rows, labelled, loss);
    }

    private BlockCounts Combined(BlockCounts other, int sign)
    {
        if (other.Counts.Length != Counts.Length)
            throw new ArgumentException($"A block of {other.Counts.Length} counts does not combine with one of {Counts.Length}.", nameof(other));
        var counts = new long[Counts.Length];
        if (sign > 0)
            TensorPrimitives.Add<long>(Counts, other.Counts, counts);
        else
            TensorPrimitives.Subtract<long>(Counts, other.Counts, counts);
        return new(counts, Rows + (sign * other.Rows), Labelled + (sign * other.Labelled), Loss + (sign * other.Loss));
    }
}
