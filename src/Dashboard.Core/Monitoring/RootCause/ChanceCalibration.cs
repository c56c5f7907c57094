using Dashboard.Core.Monitoring.Estimation;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>
/// Turns scores for being current into chances that may be divided by each other. Plain isotonic regression gives its outermost rows a chance of 0 or 1, and with it a weight without bounds to
/// a single row; here rows are first put together, in the order of their scores, into bins of a hundredth of all rows and at least <see cref="LeastRows"/>, and the bins' shares, smoothed by
/// one row of either side, are fitted by isotonic regression.
/// </summary>
public static class ChanceCalibration
{
    public const int LeastRows = 50;

    private const int MostBins = 100;
    private const int Folds = 5;

    /// <summary>Each row's chance by a curve that was fitted without the row's fold.</summary>
    /// <param name="scores">n finite scores, higher is more current.</param>
    /// <param name="isCurrent">1 for current rows, 0 for reference rows.</param>
    /// <returns>n chances, strictly between 0 and 1.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or there are no rows.</exception>
    public static double[] CrossFitted(ReadOnlySpan<double> scores, ReadOnlySpan<int> isCurrent)
    {
        if (scores.IsEmpty || scores.Length != isCurrent.Length)
            throw new ArgumentException($"There are {scores.Length} scores and {isCurrent.Length} sides; expected as many of each, and at least one.", nameof(isCurrent));
        var folds = StratifiedFolds.Of(isCurrent, Folds);
        var order = new int[scores.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(scores.ToArray(), order);
        var chances = new double[scores.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            var curve = Fit(scores, isCurrent, [.. order.Where(row => folds[row] != fold)]);
            for (var row = 0; row < chances.Length; row++)
                if (folds[row] == fold)
                    chances[row] = curve.At(scores[row]);
        }

        return chances;
    }

    /// <param name="ascending">Rows by ascending score.</param>
    private static IsotonicCurve Fit(ReadOnlySpan<double> scores, ReadOnlySpan<int> isCurrent, int[] ascending)
    {
        var bins = Math.Clamp(ascending.Length / LeastRows, 1, MostBins);
        var (x, y) = (new double[bins], new double[bins]);
        for (var bin = 0; bin < bins; bin++)
        {
            var (from, to) = ((int)((long)bin * ascending.Length / bins), (int)((bin + 1L) * ascending.Length / bins));
            var (sum, current) = (0.0, 0);
            for (var i = from; i < to; i++)
            {
                sum += scores[ascending[i]];
                current += isCurrent[ascending[i]];
            }

            (x[bin], y[bin]) = (sum / Math.Max(1, to - from), (current + 1.0) / (to - from + 2));
        }

        return IsotonicCurve.Fit(x, y);
    }
}
