using Dashboard.Core.Monitoring.Profiles;
using MathNet.Numerics.Distributions;

namespace Dashboard.Core.Monitoring.Slices;

/// <summary>Labelled rows and their loss in every group of every feature, block by block.</summary>
internal sealed class BlockLosses
{
    /// <summary>From so many blocks on the spread between blocks says how far figures can be trusted.</summary>
    public const int FewestBlocks = 10;

    private readonly ProfileLayout layout;
    private readonly List<long[]> rows = [];
    private readonly List<double[]> losses = [];
    private readonly List<(long Rows, double Loss)> totals = [];
    private readonly double[] squares;

    public BlockLosses(ProfileLayout layout, IEnumerable<SliceProfile> blocks)
    {
        this.layout = layout;
        squares = new double[layout.FirstSlices[^1]];
        Predictions = new long[squares.Length];
        foreach (var block in blocks)
            Add(block);
        Rows = totals.Sum(total => total.Rows);
        Loss = totals.Sum(total => total.Loss);
        Squares = squares[..layout.FirstSlices[1]].Sum();
    }

    /// <summary>Labelled rows; each lies in exactly one group of each feature.</summary>
    public long Rows { get; }

    /// <summary>Σ loss.</summary>
    public double Loss { get; }

    /// <summary>Blocks with a labelled row.</summary>
    public int Blocks => rows.Count;

    /// <summary>Predictions by slice, labelled or not.</summary>
    public long[] Predictions { get; }

    private double Squares { get; }

    /// <summary>Labelled rows in a slice.</summary>
    public long RowsOf(int slice) => rows.Sum(block => block[slice]);

    /// <summary>
    /// The mean loss in some slices of one feature against that of all other rows. The standard error of the difference is the larger of two: that of independent rows (Welch), and, from
    /// <see cref="FewestBlocks"/> blocks on, that of independent blocks, whose rows may go together (the linearised ratio of sums by cluster, Cochran 1977, section 6.3, with B/(B − 1)).
    /// </summary>
    public GroupComparison Compare(ReadOnlySpan<int> slices)
    {
        long n = 0;
        double loss = 0, square = 0;
        var (of, sum, present) = (new long[rows.Count], new double[rows.Count], 0);
        foreach (var slice in slices)
            square += squares[slice];
        for (var block = 0; block < rows.Count; block++)
        {
            foreach (var slice in slices)
                (of[block], sum[block]) = (of[block] + rows[block][slice], sum[block] + losses[block][slice]);
            (n, loss, present) = (n + of[block], loss + sum[block], present + (of[block] > 0 ? 1 : 0));
        }

        var rest = Rows - n;
        double mean = loss / n, elsewhere = (Loss - loss) / rest;
        double own = Variance(loss, square, n) / n, others = Variance(Loss - loss, Squares - square, rest) / rest;
        var between = 0.0;
        for (var block = 0; block < rows.Count; block++)
        {
            var share = ((sum[block] - (mean * of[block])) / n) - ((totals[block].Loss - sum[block] - (elsewhere * (totals[block].Rows - of[block]))) / rest);
            between += share * share;
        }

        var freedom = Math.Max(1, (own + others) * (own + others) / ((own * own / (n - 1)) + (others * others / (rest - 1))));
        return new(n, rest, mean, elsewhere, present)
        {
            RowError = Math.Sqrt(own + others),
            RowFreedom = double.IsFinite(freedom) ? freedom : n + rest - 2,
            BlockError = rows.Count >= FewestBlocks ? Math.Sqrt(between * rows.Count / (rows.Count - 1)) : 0,
        };
    }

    private static double Variance(double sum, double squares, long n) => n < 2 ? 0 : Math.Max(0, squares - (sum * sum / n)) / (n - 1);

    private void Add(SliceProfile block)
    {
        var (labelled, loss) = (new long[squares.Length], new double[squares.Length]);
        for (var feature = 0; feature < layout.Features.Count; feature++)
        {
            foreach (var slice in block.Of(feature))
            {
                var at = slice.Group is { } group ? layout.FirstSlices[feature] + group : layout.FirstSlices[feature + 1] - 1;
                (labelled[at], loss[at]) = (slice.Labelled, slice.Loss);
                squares[at] += slice.LossSquares;
                Predictions[at] += slice.Rows;
            }
        }

        // Every row lies in one group of the first feature.
        var (all, sum) = (labelled[..layout.FirstSlices[1]].Sum(), loss[..layout.FirstSlices[1]].Sum());
        if (all <= 0)
            return;
        rows.Add(labelled);
        losses.Add(loss);
        totals.Add((all, sum));
    }
}

/// <summary>The mean loss in a group and elsewhere.</summary>
/// <param name="Rows">Labelled rows in the group.</param>
/// <param name="Rest">Labelled rows elsewhere.</param>
/// <param name="Present">Blocks in which the group has a labelled row.</param>
internal sealed record GroupComparison(long Rows, long Rest, double Loss, double Elsewhere, int Present)
{
    public double RowError { get; init; }

    public double RowFreedom { get; init; }

    /// <summary>0 with too few blocks.</summary>
    public double BlockError { get; init; }

    public double Difference => Loss - Elsewhere;

    /// <summary>
    /// How many standard errors of rows the difference is, for the choice among groups that share rows; 0 without a spread. Errors of blocks are no measure for that: where days differ much, they grow with the
    /// difference itself, and a band and a part of it look alike.
    /// </summary>
    public double Evidence => RowError > 0 ? Difference / RowError : 0;

    /// <summary>Half the width of the difference's interval at a two-sided miscoverage: of rows or of blocks, whichever is wider.</summary>
    public double HalfWidth(double miscoverage)
    {
        var byRows = RowError * StudentT.InvCDF(0, 1, RowFreedom, 1 - (miscoverage / 2));
        return BlockError == 0 ? byRows : Math.Max(byRows, BlockError * StudentT.InvCDF(0, 1, Math.Max(1, Present - 1), 1 - (miscoverage / 2)));
    }
}
