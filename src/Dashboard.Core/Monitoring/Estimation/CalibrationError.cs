namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Expected calibration error on bins of equal count (Naeini, Cooper and Hauskrecht 2015): the mean distance between promised and observed share, weighted by rows.</summary>
public static class CalibrationError
{
    public const int Bins = 10;

    /// <summary>The error over n rows. Ten bins of ⌊n/10⌋ rows by ascending probability, the last takes the rest; fewer bins of two rows where n ≤ 20.</summary>
    /// <param name="probabilities">n probabilities.</param>
    /// <param name="labels">n labels, 0 or 1.</param>
    /// <returns>0 to 1; null below four rows, which make no two bins.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double? OfEqualCounts(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels)
    {
        if (probabilities.Length != labels.Length)
            throw new ArgumentException($"There are {probabilities.Length} probabilities and {labels.Length} labels; expected as many of each.", nameof(labels));
        var rows = probabilities.Length;
        var bins = rows <= 2 * Bins ? rows / 2 : Bins;
        if (bins < 2)
            return null;
        var keys = probabilities.ToArray();
        var sorted = labels.ToArray();
        Array.Sort(keys, sorted);
        var width = rows / bins;
        var error = 0.0;
        for (var bin = 0; bin < bins; bin++)
        {
            var end = bin == bins - 1 ? rows : (bin + 1) * width;
            var gap = 0.0;
            for (var row = bin * width; row < end; row++)
                gap += keys[row] - sorted[row];
            error += Math.Abs(gap);
        }

        return error / rows;
    }
}
