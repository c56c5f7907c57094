using System.Numerics.Tensors;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>What to expect of the predictions of a model of many classes: a K×K confusion matrix of expected counts, each class's ranking against the rest, log loss.</summary>
public sealed class MulticlassExpectation : Expectation
{
    private const double FewRows = 100;

    private readonly int classes;
    private readonly double[] matrix;
    private readonly double[][] positives;
    private readonly double[][] negatives;
    private double logLoss;

    private MulticlassExpectation(int classes, int steps)
    {
        this.classes = classes;
        matrix = new double[classes * classes];
        positives = [.. Enumerable.Range(0, classes).Select(_ => new double[steps])];
        negatives = [.. Enumerable.Range(0, classes).Select(_ => new double[steps])];
    }

    public override bool IsThin => Rows < FewRows;

    /// <summary>Expected counts, actual by predicted.</summary>
    public ReadOnlySpan<double> Matrix => matrix;

    /// <summary>From n single predictions.</summary>
    /// <param name="scores">n×K scores as the model gave them.</param>
    /// <param name="probabilities">n×K calibrated probabilities.</param>
    public static MulticlassExpectation Of(ReadOnlySpan<double> scores, ReadOnlySpan<double> probabilities, IReadOnlyList<Calibrator> calibrators, SamplingErrors errors)
    {
        var k = calibrators.Count;
        var n = scores.Length / k;
        var expectation = new MulticlassExpectation(k, n) { Rows = n };
        for (var row = 0; row < n; row++)
        {
            var predicted = TensorPrimitives.IndexOfMax(scores.Slice(row * k, k));
            var outside = false;
            for (var c = 0; c < k; c++)
            {
                double score = scores[(row * k) + c], p = probabilities[(row * k) + c];
                expectation.matrix[(c * k) + predicted] += p;
                expectation.logLoss += p * ProfileMetrics.LogLoss(score);
                outside |= score < calibrators[c].Lowest || score > calibrators[c].Highest;
            }

            expectation.Outside += outside ? 1 : 0;
        }

        for (var c = 0; c < k; c++)
            expectation.Rank(c, ClassCalibration.Column(scores, k, c), ClassCalibration.Column(probabilities, k, c));
        expectation.SetErrors(errors.PerRow, errors.Rows);
        return expectation;
    }

    /// <summary>From the sums that a window keeps.</summary>
    internal static MulticlassExpectation Of(ClassEstimates sums, SamplingErrors errors)
    {
        var expectation = new MulticlassExpectation(sums.Classes, sums.Steps) { Rows = sums.Rows, Outside = sums.Outside, logLoss = sums.LogLoss };
        for (var c = 0; c < sums.Classes; c++)
        {
            for (var predicted = 0; predicted < sums.Classes; predicted++)
                expectation.matrix[(c * sums.Classes) + predicted] = sums.ExpectedCount(c, predicted);
            for (var step = 0; step < sums.Steps; step++)
                (expectation.positives[c][step], expectation.negatives[c][step]) = sums.ExpectedAt(c, step);
        }

        expectation.SetErrors(errors.PerRow, errors.Rows);
        return expectation;
    }

    /// <inheritdoc/>
    public override void Add(Expectation other)
    {
        if (other is not MulticlassExpectation more || more.classes != classes || more.positives[0].Length != positives[0].Length)
            throw new ArgumentException("Only expectations of as many classes over the same steps add up.", nameof(other));
        base.Add(other);
        TensorPrimitives.Add<double>(matrix, more.matrix, matrix);
        for (var c = 0; c < classes; c++)
        {
            TensorPrimitives.Add<double>(positives[c], more.positives[c], positives[c]);
            TensorPrimitives.Add<double>(negatives[c], more.negatives[c], negatives[c]);
        }

        logLoss += more.logLoss;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Figures()
    {
        var figures = new MetricSet();
        double hits = 0, chance = 0, predictedSquares = 0, actualSquares = 0, precision = 0, recall = 0, f1 = 0, weightedF1 = 0, recallOfActual = 0, area = 0;
        int seen = 0, occurring = 0, ranked = 0;
        for (var c = 0; c < classes; c++)
        {
            double hit = matrix[(c * classes) + c], actual = 0, predicted = 0;
            for (var i = 0; i < classes; i++)
                (actual, predicted) = (actual + matrix[(c * classes) + i], predicted + matrix[(i * classes) + c]);
            hits += hit;
            chance += actual * predicted;
            actualSquares += actual * actual;
            predictedSquares += predicted * predicted;
            seen += actual > 0 || predicted > 0 ? 1 : 0;
            occurring += actual > 0 ? 1 : 0;
            precision += predicted > 0 ? hit / predicted : 0;
            recall += actual > 0 ? hit / actual : 0;
            recallOfActual += actual > 0 ? hit / actual : 0;
            var harmonic = actual + predicted > 0 ? 2 * hit / (actual + predicted) : 0;
            f1 += harmonic;
            weightedF1 += harmonic * actual;
            if (ExpectedRanking.RocAuc(positives[c], negatives[c]) is { } ofClass)
                (area, ranked) = (area + ofClass, ranked + 1);
        }

        if (Rows == 0)
            return figures.Values;
        figures["accuracy"] = hits / Rows;
        figures["log_loss"] = logLoss / Rows;
        var scale = Math.Sqrt((Rows * Rows) - predictedSquares) * Math.Sqrt((Rows * Rows) - actualSquares);
        figures["mcc"] = scale > 0 ? ((hits * Rows) - chance) / scale : null;
        figures["macro_precision"] = precision / seen;
        figures["macro_recall"] = recall / seen;
        figures["macro_f1"] = f1 / seen;
        figures["weighted_f1"] = weightedF1 / Rows;
        figures["balanced_accuracy"] = occurring > 1 ? recallOfActual / occurring : null;
        figures["macro_roc_auc"] = ranked > 0 ? area / ranked : null;
        return figures.Values;
    }

    private void Rank(int c, double[] scores, double[] probabilities)
    {
        var keys = (double[])scores.Clone();
        Array.Sort(keys, probabilities);
        var step = -1;
        for (var i = 0; i < keys.Length; i++)
        {
            if (i == 0 || keys[i] != keys[i - 1])
                step++;
            positives[c][step] += probabilities[i];
            negatives[c][step] += 1 - probabilities[i];
        }
    }
}
