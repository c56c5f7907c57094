namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>
/// One column's own history: how far each block of the reference is from all its other blocks, in its values, in its share of missing values and, for a category, in its share of values that
/// occur nowhere else. A window is held against that.
/// </summary>
public sealed class ColumnCalibration
{
    /// <summary>A block with fewer rows says nothing of its own.</summary>
    public const int FewRows = 10;

    /// <summary>The three questions share a column's false alarms by weights (Genovese, Roeder and Wasserman 2006): values that never were missing or new show themselves by very small p.</summary>
    private const double MissingWeight = 0.05, NewWeight = 0.05;

    private readonly BlockColumn column;
    private readonly long[] total;
    private readonly long present;
    private readonly long missing;
    private readonly ScaledDistances shape;
    private readonly ScaledDistances absence;
    private readonly ScaledDistances? novelty;

    /// <param name="blocks">The reference's blocks; those with too few rows in this column are passed over.</param>
    /// <param name="least">Blocks are taken to differ at least so much.</param>
    public ColumnCalibration(BlockColumn column, IReadOnlyList<BlockCounts> blocks, ColumnSpread least = default)
    {
        this.column = column;
        total = new long[column.Bins];
        foreach (var block in blocks)
        {
            Add(total, block.Bins(column));
            missing += block.Missing(column);
        }

        present = Sum(total);
        var usable = blocks.Where(block => Sum(block.Bins(column)) >= FewRows).ToList();
        shape = new([.. usable.Select(Shape)], BlockDistance.Noise(column.IsOrdered, total), least.Shape);
        var share = Share(missing, present + missing);
        absence = new([.. usable.Select(Absence)], share * (1 - share), least.Absence);
        if (!column.IsOrdered)
        {
            var (all, found) = usable.Aggregate((All: 0L, New: 0L), (sum, block) => (sum.All + Sum(block.Bins(column)), sum.New + New(block)));
            var usual = Share(found, all);
            novelty = new([.. usable.Select(block => (Share(New(block), Sum(block.Bins(column))), Sum(block.Bins(column)), long.MaxValue))], usual * (1 - usual), least.Novelty);
        }

        var at = 0;
        BlockRatios = [.. blocks.Select(block => Sum(block.Bins(column)) >= FewRows ? shape.Ratios[at++] : double.NaN)];
    }

    /// <summary>How much its blocks differ.</summary>
    public ColumnSpread Spread => new(shape.Spread, absence.Spread, novelty?.Spread ?? 0);

    /// <summary>Blocks that had enough rows.</summary>
    public int Blocks => shape.Ratios.Length;

    public bool IsCalibrated => shape.Calibration.IsCalibrated;

    /// <summary>For each block of the reference its ratio, aligned with the blocks; NaN where it had too few rows.</summary>
    internal IReadOnlyList<double> BlockRatios { get; }

    /// <summary>The blocks' ratios, ascending nowhere: in their order of time, those with too few rows left out.</summary>
    public IReadOnlyList<double> Ratios => shape.Ratios;

    /// <summary>Holds a window against the reference's blocks.</summary>
    /// <returns>Null where either side has too few rows to say anything.</returns>
    public ColumnJudgement? Judge(BlockCounts window)
    {
        var bins = window.Bins(column);
        var (rows, without) = (Sum(bins), window.Missing(column));
        if (present < FewRows || rows + without < FewRows)
            return null;
        var distance = BlockDistance.Of(column.IsOrdered, total, bins);
        var ratio = shape.Ratio(distance, rows, present);
        var shapeP = rows == 0 ? 1 : IsConstant ? NeverSeen.P(rows - bins[ConstantBin], rows, present) : shape.Calibration.P(ratio);
        var missingP = MissingP(without, rows + without);
        var (found, newP) = NewP(bins, rows);
        var weight = 1 - MissingWeight - (novelty is null ? 0 : NewWeight);
        var p = Math.Min(1, Math.Min(shapeP / weight, Math.Min(missingP / MissingWeight, newP is { } some ? some / NewWeight : 1)));
        return new(column.Name, rows + without, distance, ratio, shape.Calibration.RankP(ratio), p, shapeP, Share(without, rows + without), missingP, novelty is null ? null : Share(found, rows), newP)
        {
            ReferenceMissingShare = Share(missing, present + missing),
        };
    }

    /// <summary>The smallest distance that would be as unusual as a level, for a window of so many rows; null where no distance is.</summary>
    public double? LimitAt(double level, long rows)
    {
        var limit = shape.Calibration.Limit(level) * shape.Scale(rows, present);
        return double.IsFinite(limit) && limit > 0 ? Math.Min(1, limit) : null;
    }

    private bool IsConstant => total[ConstantBin] == present;

    private int ConstantBin => total.AsSpan().IndexOfAnyExcept(0L) is var first && first < 0 ? 0 : first;

    private (double Distance, long Rows, long Others) Shape(BlockCounts block)
    {
        var bins = block.Bins(column);
        var rest = Rest(bins);
        var rows = Sum(bins);
        return (BlockDistance.Of(column.IsOrdered, rest, bins), rows, present - rows);
    }

    private (double Distance, long Rows, long Others) Absence(BlockCounts block)
    {
        var (without, rows) = (block.Missing(column), Sum(block.Bins(column)) + block.Missing(column));
        var others = present + missing - rows;
        return (Math.Abs(Share(without, rows) - Share(missing - without, others)), rows, others);
    }

    private double MissingP(long without, long rows)
    {
        if (missing == 0)
            return NeverSeen.P(without, rows, present);
        var distance = Math.Abs(Share(without, rows) - Share(missing, present + missing));
        return absence.Calibration.P(absence.Ratio(distance, rows, present + missing));
    }

    private (long Found, double? P) NewP(ReadOnlySpan<long> bins, long rows)
    {
        if (novelty is null)
            return (0, null);
        var found = 0L;
        for (var i = 0; i < total.Length; i++)
            if (total[i] == 0)
                found += bins[i];
        return (found, found == 0 ? 1 : novelty.Ratios.All(ratio => ratio == 0)
            ? NeverSeen.P(found, rows, present)
            : novelty.Calibration.P(novelty.Ratio(Share(found, rows), rows, long.MaxValue)));
    }

    /// <summary>Rows of a block whose value occurs in no other block.</summary>
    private long New(BlockCounts block)
    {
        var bins = block.Bins(column);
        var found = 0L;
        for (var i = 0; i < bins.Length; i++)
            if (bins[i] == total[i])
                found += bins[i];
        return found;
    }

    private long[] Rest(ReadOnlySpan<long> bins)
    {
        var rest = new long[total.Length];
        for (var i = 0; i < rest.Length; i++)
            rest[i] = total[i] - bins[i];
        return rest;
    }

    private static void Add(long[] sums, ReadOnlySpan<long> counts)
    {
        for (var i = 0; i < sums.Length; i++)
            sums[i] += counts[i];
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
            sum += count;
        return sum;
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
