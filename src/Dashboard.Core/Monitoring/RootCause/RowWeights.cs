namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>Weights under which the reference's rows look like the current ones.</summary>
/// <param name="Values">One a reference row; their mean is 1.</param>
/// <param name="EffectiveRows">(Σw)²/Σw² (Kish 1965): how many rows of equal weight would be as uncertain.</param>
/// <param name="Clipped">How many rows stand for more current ones than they were allowed to.</param>
public sealed record RowWeights(double[] Values, double EffectiveRows, int Clipped)
{
    /// <summary>Density ratios from a classifier that tells current rows from reference ones: w = p/(1 − p) · n_reference/n_current, at most √n_reference (truncated importance sampling, Ionides 2008).</summary>
    /// <param name="chanceOfCurrent">For each reference row, from a classifier that had not seen it; calibrated.</param>
    /// <param name="currentRows">How many current rows the classifier was taught.</param>
    /// <exception cref="ArgumentOutOfRangeException">A chance is out of [0, 1].</exception>
    public static RowWeights Of(ReadOnlySpan<double> chanceOfCurrent, int currentRows)
    {
        var rows = chanceOfCurrent.Length;
        var most = Math.Sqrt(rows);
        var weights = new double[rows];
        var clipped = 0;
        for (var row = 0; row < rows; row++)
        {
            if (chanceOfCurrent[row] is not (>= 0 and <= 1) and var wrong)
                throw new ArgumentOutOfRangeException(nameof(chanceOfCurrent), wrong, "A chance is from 0 to 1.");
            var ratio = chanceOfCurrent[row] / (1 - chanceOfCurrent[row]) * rows / currentRows;
            clipped += ratio > most ? 1 : 0;
            weights[row] = Math.Min(most, ratio);
        }

        var sum = weights.Sum();
        // Not one reference row looks like a current one: nothing can be said, and even weights say nothing.
        return sum == 0 ? Even(rows) with { EffectiveRows = 0 } : Normalised(weights, sum, clipped);
    }

    public static RowWeights Even(int rows) => new([.. Enumerable.Repeat(1.0, rows)], rows, 0);

    private static RowWeights Normalised(double[] weights, double sum, int clipped)
    {
        var squares = 0.0;
        for (var row = 0; row < weights.Length; row++)
        {
            weights[row] *= weights.Length / sum;
            squares += weights[row] * weights[row];
        }

        return new(weights, weights.Length * (weights.Length / squares), clipped);
    }
}
