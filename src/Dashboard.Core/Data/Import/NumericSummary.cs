namespace Dashboard.Core.Data.Import;

/// <summary>
/// Moments by Welford's recurrence, quantiles from a uniform sample (reservoir, algorithm R with a fixed seed; exact up to its size, beyond that
/// within about ±1 % of rank at 10,000), a histogram on bins laid out from the range that the first pass saw.
/// </summary>
internal sealed class NumericSummary : ColumnSummary
{
    private const int Seed = 20010101;
    private const int MaximumDistinct = 100_000;
    private const int BytesPerDistinct = 40;

    private readonly MemoryBudget budget;
    private readonly HashSet<double> distinct = [];
    private readonly List<double> sample = [];
    private readonly int sampleSize;
    private readonly Random random = new(Seed);
    private readonly double[] edges;
    private readonly long[] bins;
    private bool distinctFull;
    private long present;
    private double mean, squares, minimum = double.PositiveInfinity, maximum = double.NegativeInfinity;

    public NumericSummary(ColumnFormat format, int columns, MemoryBudget budget) : base(format)
    {
        this.budget = budget;
        sampleSize = Math.Clamp(2_000_000 / columns, 1_000, 10_000);
        edges = HistogramLayout.Edges(format.Minimum, format.Maximum, format.WholeNumbers);
        bins = new long[Math.Max(0, edges.Length - 1)];
    }

    protected override void AddPresent(double number, string text)
    {
        present++;
        var away = number - mean;
        mean += away / present;
        squares += away * (number - mean);
        minimum = Math.Min(minimum, number);
        maximum = Math.Max(maximum, number);
        bins[HistogramLayout.BinOf(edges, number)]++;
        if (sample.Count < sampleSize)
            sample.Add(number);
        else if (random.NextInt64(present) is var slot && slot < sampleSize)
            sample[(int)slot] = number;
        if (!distinctFull && !distinct.Contains(number))
        {
            if (distinct.Count < MaximumDistinct && budget.TryTake(BytesPerDistinct))
                distinct.Add(number);
            else
                distinctFull = true;
        }
    }

    public override ColumnStatistics ToStatistics()
    {
        if (present == 0)
            return new(Format.Name, Format.Type, Count, Missing, 0, false, null, null, null, null, null, null, null, [], [], []);
        sample.Sort();
        return new(Format.Name, Format.Type, Count, Missing, distinct.Count, distinctFull, minimum, maximum, mean,
            present > 1 ? Math.Sqrt(squares / (present - 1)) : 0, Quantile(0.05), Quantile(0.5), Quantile(0.95), edges, bins, []);
    }

    /// <summary>Linear interpolation between the order statistics (Hyndman and Fan's type 7, as NumPy and R by default).</summary>
    private double Quantile(double share)
    {
        var position = share * (sample.Count - 1);
        var below = (int)position;
        return below + 1 < sample.Count ? sample[below] + (position - below) * (sample[below + 1] - sample[below]) : sample[below];
    }
}
