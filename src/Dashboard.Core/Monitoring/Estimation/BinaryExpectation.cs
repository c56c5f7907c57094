using System.Numerics.Tensors;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>What to expect of a binary model's predictions (confidence-based performance estimation, CBPE): confusion counts, ranking, log loss and Brier score.</summary>
public sealed class BinaryExpectation : Expectation
{
    private const double FewOfAClass = 10;
    private const double FewRows = 100;

    private readonly double[] positives;
    private readonly double[] negatives;
    private ConfusionCounts counts;
    private double logLoss;
    private double brier;
    private bool areProbabilities = true;

    private BinaryExpectation(int steps) => (positives, negatives) = (new double[steps], new double[steps]);

    public override bool IsThin => Rows < FewRows || Math.Min(counts.Positives, counts.Negatives) < FewOfAClass;

    /// <summary>Expected counts: TP = Σ p̂ over rows predicted positive, and so on.</summary>
    public ConfusionCounts Counts => counts;

    /// <summary>From n single predictions.</summary>
    /// <param name="scores">n finite scores as the model gave them.</param>
    /// <param name="predicted">n predicted classes, 0 or 1.</param>
    /// <param name="probabilities">n probabilities of the positive class, calibrated.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static BinaryExpectation Of(ReadOnlySpan<double> scores, ReadOnlySpan<int> predicted, ReadOnlySpan<double> probabilities, Calibrator calibrator, SamplingErrors errors)
    {
        if (scores.Length != predicted.Length || scores.Length != probabilities.Length)
            throw new ArgumentException($"There are {scores.Length} scores, {predicted.Length} predictions and {probabilities.Length} probabilities; expected as many of each.", nameof(predicted));
        var keys = scores.ToArray();
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(keys, order);
        var expectation = new BinaryExpectation(keys.Length);
        var step = -1;
        for (var i = 0; i < order.Length; i++)
        {
            if (i == 0 || keys[i] != keys[i - 1])
                step++;
            var p = probabilities[order[i]];
            expectation.AddRows(step, p, 1, predicted[order[i]], Expected.LogLoss(p, keys[i]), Expected.Brier(p, keys[i]));
            expectation.areProbabilities &= keys[i] is >= 0 and <= 1;
            if (keys[i] < calibrator.Lowest || keys[i] > calibrator.Highest)
                expectation.Outside++;
        }

        expectation.SetErrors(errors.PerRow, errors.Rows);
        return expectation;
    }

    /// <summary>From a window's score histogram: as many steps as there are bins, whatever the number of rows.</summary>
    /// <param name="histogram">Predictions by score, over <paramref name="table"/>'s bins.</param>
    /// <param name="predictedPositive">How many of them are predicted positive; they are the highest scores.</param>
    /// <remarks>A row counts as one of the reference's rows in its bin would. In the bin that holds the threshold both sides count alike.</remarks>
    internal static BinaryExpectation Of(ReadOnlySpan<long> histogram, long predictedPositive, ScoreTable table, SamplingErrors errors)
    {
        var expectation = new BinaryExpectation(histogram.Length);
        var left = predictedPositive;
        for (var bin = histogram.Length - 1; bin >= 0; bin--)
        {
            var rows = histogram[bin];
            if (rows == 0)
                continue;
            var predicted = Math.Min(rows, left);
            left -= predicted;
            expectation.AddRows(bin, table.Probability(bin), rows, predicted, table.LogLoss(bin), table.Brier(bin));
            if (table.IsOutside(bin))
                expectation.Outside += rows;
        }

        expectation.SetErrors(errors.PerRow, errors.Rows);
        return expectation;
    }

    /// <inheritdoc/>
    public override void Add(Expectation other)
    {
        if (other is not BinaryExpectation more || more.positives.Length != positives.Length)
            throw new ArgumentException("Only expectations of a binary model over the same steps add up.", nameof(other));
        base.Add(other);
        TensorPrimitives.Add<double>(positives, more.positives, positives);
        TensorPrimitives.Add<double>(negatives, more.negatives, negatives);
        counts = new(counts.TrueNegatives + more.counts.TrueNegatives, counts.FalsePositives + more.counts.FalsePositives,
            counts.FalseNegatives + more.counts.FalseNegatives, counts.TruePositives + more.counts.TruePositives);
        logLoss += more.logLoss;
        brier += more.brier;
        areProbabilities &= more.areProbabilities;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Figures()
    {
        var figures = new MetricSet();
        var auc = ExpectedRanking.RocAuc(positives, negatives);
        figures["roc_auc"] = auc;
        figures["gini"] = (2 * auc) - 1;
        figures["pr_auc"] = ExpectedRanking.AveragePrecision(positives, negatives);
        figures["accuracy"] = counts.Accuracy;
        figures["balanced_accuracy"] = counts.BalancedAccuracy;
        figures["precision"] = counts.Precision;
        figures["recall"] = counts.Recall;
        figures["specificity"] = counts.Specificity;
        figures["f1"] = counts.F1;
        figures["mcc"] = counts.Mcc;
        figures["cohen_kappa"] = counts.CohenKappa;
        figures["prevalence"] = counts.Prevalence;
        if (areProbabilities && Rows > 0)
        {
            figures["log_loss"] = logLoss / Rows;
            figures["brier"] = brier / Rows;
        }

        return figures.Values;
    }

    /// <summary>Adds rows of about one score.</summary>
    /// <param name="probability">Their mean probability of being positive.</param>
    /// <param name="predicted">How many of them are predicted positive.</param>
    private void AddRows(int step, double probability, double rows, double predicted, double logLossOfOne, double brierOfOne)
    {
        double positive = probability * rows, negative = rows - positive, among = probability * predicted;
        Rows += rows;
        positives[step] += positive;
        negatives[step] += negative;
        counts = new(counts.TrueNegatives + (negative - (predicted - among)), counts.FalsePositives + (predicted - among), counts.FalseNegatives + (positive - among), counts.TruePositives + among);
        logLoss += rows * logLossOfOne;
        brier += rows * brierOfOne;
    }
}
