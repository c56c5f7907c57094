namespace Dashboard.Core.Training.Evaluation;

/// <summary>Ten equal-width bins of the predicted probability; a value on an edge belongs to the bin below it, as in scikit-learn's calibration_curve.</summary>
public sealed class Calibration
{
    public const int Bins = 10;

    private readonly long[] counts = new long[Bins];
    private readonly long[] positives = new long[Bins];
    private readonly double[] sums = new double[Bins];

    /// <summary>Adds one row.</summary>
    /// <param name="probability">In [0, 1].</param>
    public void Add(double probability, bool isPositive)
    {
        var bin = Math.Clamp((int)(probability * Bins), 0, Bins - 1);
        while (bin > 0 && probability <= bin * 0.1)
            bin--;
        while (bin < Bins - 1 && probability > (bin + 1) * 0.1)
            bin++;
        counts[bin]++;
        sums[bin] += probability;
        if (isPositive)
            positives[bin]++;
    }

    /// <summary>Expected calibration error: the mean distance, weighted by rows, between predicted and observed share. Null without rows.</summary>
    public double? ExpectedError
    {
        get
        {
            var (rows, error) = (0L, 0.0);
            for (var i = 0; i < Bins; i++)
            {
                rows += counts[i];
                error += Math.Abs(positives[i] - sums[i]);
            }

            return rows == 0 ? null : error / rows;
        }
    }

    /// <summary>The bins that have rows: mean predicted probability, observed share, rows.</summary>
    public Curve Curve()
    {
        int[] filled = [.. Enumerable.Range(0, Bins).Where(i => counts[i] > 0)];
        return new("calibration", "Mean predicted probability", "Observed share",
            [.. filled.Select(i => sums[i] / counts[i])], [.. filled.Select(i => (double)positives[i] / counts[i])], [.. filled.Select(i => (double)counts[i])]);
    }
}
