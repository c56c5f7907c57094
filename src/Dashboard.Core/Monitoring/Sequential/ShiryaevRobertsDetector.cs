namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>All that a <see cref="ShiryaevRobertsDetector"/> remembers.</summary>
/// <param name="Tolerated">m₀.</param>
/// <param name="Threshold">A.</param>
/// <param name="Sums">Rₖ for each λₖ; empty at the beginning.</param>
public sealed record ShiryaevRobertsState(double Tolerated, double Threshold, IReadOnlyList<double> Sums)
{
    /// <summary>How many values or blocks were taken since the beginning or the last restart.</summary>
    public long Steps { get; init; }
}

/// <summary>
/// Shiryaev–Roberts e-detector for a loss in [0, 1] whose mean must not rise above m₀: for each λₖ in a grid Rₖ ← (1 + Rₖ)(1 + λₖ(x − m₀)), and the alarm is raised when the mean M of the Rₖ
/// reaches A (Shin, Ramdas and Rinaldo 2024, "E-detectors"). As long as E[x | past] ≤ m₀ the mean number of steps to a false alarm is at least A, whatever the distribution and however it
/// changes: nothing is estimated. m₀ is a baseline plus a tolerance: a rise within the tolerance is not harmful and raises no alarm (Podkopaev and Ramdas 2022).
/// <para>Steps are whatever is fed: rows, or blocks. Rows of one day are alike, so where days differ more than rows do, feed the mean loss of each block: then it is enough that the
/// mean of blocks stays at or below m₀.</para>
/// </summary>
public sealed class ShiryaevRobertsDetector : IChangeDetector
{
    private const int GridSize = 12;
    private const double SmallestBet = 0.02, LargestBet = 0.9;

    /// <summary>Above this the sums stop growing: they stay finite, and a long alarm can end. It lowers them only, so the promise holds for every threshold up to it.</summary>
    public const double LargestSum = 1e15;

    private readonly double tolerated;
    private readonly double threshold;
    private readonly double[] bets = new double[GridSize];
    private readonly double[] sums = new double[GridSize];
    private long steps;

    /// <param name="tolerated">m₀, the largest mean loss that is not harmful, in (0, 1).</param>
    /// <param name="threshold">A, the mean number of steps to a false alarm that is promised, above 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Either is out of range.</exception>
    public ShiryaevRobertsDetector(double tolerated, double threshold)
        : this(new ShiryaevRobertsState(tolerated, threshold, []))
    {
    }

    /// <summary>Goes on where a state was taken.</summary>
    public ShiryaevRobertsDetector(ShiryaevRobertsState state)
    {
        if (state.Tolerated is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(state), state.Tolerated, "The tolerated mean loss lies between 0 and 1.");
        if (state.Threshold is not (> 1 and <= LargestSum))
            throw new ArgumentOutOfRangeException(nameof(state), state.Threshold, $"The threshold is above 1 and at most {LargestSum}.");
        (tolerated, threshold, steps) = (state.Tolerated, state.Threshold, state.Steps);
        for (var k = 0; k < GridSize; k++)
        {
            bets[k] = SmallestBet * Math.Pow(LargestBet / SmallestBet, k / (GridSize - 1.0)) / tolerated;
            sums[k] = state.Sums.Count == GridSize ? state.Sums[k] : 0;
        }
    }

    public ShiryaevRobertsState State => new(tolerated, threshold, [.. sums]) { Steps = steps };

    /// <summary>M: how strongly the newest steps speak against E[x] ≤ m₀; 0 at the beginning.</summary>
    public double Evidence => sums.Sum() / GridSize;

    /// <summary>Takes the next loss, or the mean loss of the next block.</summary>
    /// <param name="value">In [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The loss is out of range.</exception>
    public bool Update(double value)
    {
        if (value is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A loss is from 0 to 1.");
        for (var k = 0; k < GridSize; k++)
            Grow(k, 1 + (bets[k] * (value - tolerated)));
        return Stepped();
    }

    /// <summary>
    /// Takes a block of 0/1 losses as one step, each row weighing in: sharper than its mean, and right only where every row's own mean is at or below m₀ given the past, which days that
    /// differ more than rows do not keep. The order of rows within the block does not matter.
    /// </summary>
    /// <param name="errors">From 0 to <paramref name="rows"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The counts do not fit.</exception>
    public bool UpdateBlock(long errors, long rows)
    {
        if (errors < 0 || errors > rows)
            throw new ArgumentOutOfRangeException(nameof(errors), errors, $"From 0 to {rows} rows of a block are errors.");
        for (var k = 0; k < GridSize; k++)
            Grow(k, Math.Exp((errors * Math.Log(1 + (bets[k] * (1 - tolerated)))) + ((rows - errors) * Math.Log(1 - (bets[k] * tolerated)))));
        return Stepped();
    }

    /// <summary>Begins again, after an alarm was dealt with.</summary>
    public void Restart()
    {
        Array.Clear(sums);
        steps = 0;
    }

    private void Grow(int k, double factor) => sums[k] = Math.Min(LargestSum, (1 + sums[k]) * factor);

    private bool Stepped()
    {
        steps++;
        return Evidence >= threshold;
    }
}
