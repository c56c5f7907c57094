using System.Numerics.Tensors;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// What a window keeps of the calibrated probabilities of a model of many classes: the expected confusion matrix, and for each class predictions and calibrated mass by
/// score. Probabilities are kept in units of 2⁻³⁰, so that sums are of whole numbers: exact, whatever the order and grouping.
/// </summary>
/// <param name="classes">K.</param>
/// <param name="steps">Score bins.</param>
public sealed class ClassEstimates(int classes, int steps) : EstimateProfile
{
    private const double Unit = 1 << 30;
    private const double LossUnit = 1 << 24;

    private readonly long[] matrix = new long[classes * classes];
    private readonly long[] counts = new long[classes * steps];
    private readonly long[] mass = new long[classes * steps];
    private long logLoss;

    internal int Classes => classes;

    internal int Steps => steps;

    internal double LogLoss => logLoss / LossUnit;

    /// <summary>Counts a prediction.</summary>
    /// <param name="scores">K scores.</param>
    /// <param name="probabilities">K calibrated probabilities.</param>
    /// <param name="isOutside">Whether a score lies outside of what the calibrators learnt from.</param>
    internal void Add(ReadOnlySpan<float> scores, ReadOnlySpan<double> probabilities, int predicted, ScoreBins bins, bool isOutside)
    {
        Count(isOutside);
        var loss = 0.0;
        for (var c = 0; c < classes; c++)
        {
            var units = (long)Math.Round(probabilities[c] * Unit);
            var bin = (c * steps) + bins.BinOf(scores[c]);
            matrix[(c * classes) + predicted] += units;
            counts[bin]++;
            mass[bin] += units;
            loss += probabilities[c] * ProfileMetrics.LogLoss(scores[c]);
        }

        logLoss += (long)Math.Round(loss * LossUnit);
    }

    internal double ExpectedCount(int actual, int predicted) => matrix[(actual * classes) + predicted] / Unit;

    /// <summary>Expected rows of a class, and of the others, among those whose score for the class fell into a bin.</summary>
    internal (double Positive, double Negative) ExpectedAt(int c, int step)
    {
        var at = (c * steps) + step;
        var positive = Math.Min(mass[at] / Unit, counts[at]);
        return (positive, counts[at] - positive);
    }

    public override void Add(EstimateProfile other)
    {
        if (other is not ClassEstimates more || more.Classes != classes || more.Steps != steps)
            throw new ArgumentException("Only estimates of as many classes over the same bins add up.", nameof(other));
        base.Add(other);
        TensorPrimitives.Add<long>(matrix, more.matrix, matrix);
        TensorPrimitives.Add<long>(counts, more.counts, counts);
        TensorPrimitives.Add<long>(mass, more.mass, mass);
        logLoss += more.logLoss;
    }

    public override void Clear()
    {
        base.Clear();
        Array.Clear(matrix);
        Array.Clear(counts);
        Array.Clear(mass);
        logLoss = 0;
    }

    private protected override void WriteSums(ProfileWriter writer)
    {
        writer.Sparse(matrix);
        writer.Sparse(counts);
        writer.Sparse(mass);
        writer.Varint((ulong)logLoss);
    }

    private protected override void ReadSums(ref ProfileReader reader)
    {
        reader.Sparse(matrix);
        reader.Sparse(counts);
        reader.Sparse(mass);
        logLoss = reader.Count();
    }
}
