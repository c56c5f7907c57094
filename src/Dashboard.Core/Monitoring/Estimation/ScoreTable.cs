using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>What a row whose score falls into a bin brings on average, learnt from the reference's rows in that bin; for the bins that hold some.</summary>
/// <param name="Bin">Positions among the score bins, ascending.</param>
/// <param name="Probability">Mean calibrated probability.</param>
/// <param name="LogLoss">Mean expected log loss.</param>
/// <param name="Brier">Mean expected squared error.</param>
public sealed record BinMeans(int[] Bin, double[] Probability, double[] LogLoss, double[] Brier)
{
    /// <summary>Means over n rows.</summary>
    public static BinMeans Of(ReadOnlySpan<double> scores, Calibrator calibrator, ScoreBins bins)
    {
        var sums = new SortedDictionary<int, (int Rows, double Probability, double LogLoss, double Brier)>();
        foreach (var score in scores)
        {
            var bin = bins.BinOf((float)score);
            var p = calibrator.Of(score);
            var (rows, probability, logLoss, brier) = sums.GetValueOrDefault(bin);
            sums[bin] = (rows + 1, probability + p, logLoss + Expected.LogLoss(p, score), brier + Expected.Brier(p, score));
        }

        return new([.. sums.Keys], [.. sums.Values.Select(sum => sum.Probability / sum.Rows)], [.. sums.Values.Select(sum => sum.LogLoss / sum.Rows)], [.. sums.Values.Select(sum => sum.Brier / sum.Rows)]);
    }
}

/// <summary>The same for every bin: where the reference has no rows, those of scores spread evenly over the bin.</summary>
internal sealed class ScoreTable
{
    private readonly double[] probability;
    private readonly double[] logLoss;
    private readonly double[] brier;
    private readonly int lowest;
    private readonly int highest;

    public ScoreTable(Calibrator calibrator, BinMeans means, ScoreBins bins)
    {
        (probability, logLoss, brier) = (new double[bins.Count], new double[bins.Count], new double[bins.Count]);
        (lowest, highest) = (bins.BinOf((float)calibrator.Lowest), bins.BinOf((float)calibrator.Highest));
        for (var bin = 0; bin < bins.Count; bin++)
        {
            double low = bins.LowerEdge(bin), high = bins.LowerEdge(bin + 1), middle = (low + high) / 2;
            probability[bin] = calibrator.MeanOver(low, high);
            logLoss[bin] = Expected.LogLoss(probability[bin], middle);
            brier[bin] = Expected.Brier(probability[bin], middle);
        }

        for (var i = 0; i < means.Bin.Length; i++)
            (probability[means.Bin[i]], logLoss[means.Bin[i]], brier[means.Bin[i]]) = (means.Probability[i], means.LogLoss[i], means.Brier[i]);
    }

    public double Probability(int bin) => probability[bin];

    public double LogLoss(int bin) => logLoss[bin];

    public double Brier(int bin) => brier[bin];

    /// <summary>True where the bin lies beyond the reference's lowest or highest score.</summary>
    public bool IsOutside(int bin) => bin < lowest || bin > highest;
}

/// <summary>What one row loses on average over its two outcomes.</summary>
internal static class Expected
{
    public static double LogLoss(double probability, double score) =>
        (probability * BinaryEvaluation.LogLoss(score, 1)) + ((1 - probability) * BinaryEvaluation.LogLoss(score, 0));

    public static double Brier(double probability, double score) =>
        (probability * (1 - score) * (1 - score)) + ((1 - probability) * score * score);
}
