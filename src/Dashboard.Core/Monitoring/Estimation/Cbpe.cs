using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// Confidence-based performance estimation of a binary model from single rows: what training, an import and a comparison of files use. Windows use <see cref="PerformanceEstimator"/>,
/// which needs no rows. Source of the formulas: NannyML's CBPE (Białek and others, "Estimating model performance under covariate shift without labels").
/// </summary>
public sealed class Cbpe
{
    private Cbpe(Calibrator calibrator, SamplingErrors errors, IReadOnlyDictionary<string, ReferenceSpread> reference) =>
        (Calibrator, Errors, Reference) = (calibrator, errors, reference);

    public Calibrator Calibrator { get; }

    public SamplingErrors Errors { get; }

    /// <summary>The realised figures over the reference's blocks, by key.</summary>
    public IReadOnlyDictionary<string, ReferenceSpread> Reference { get; }

    /// <summary>Learns from n rows that the model had not seen.</summary>
    /// <param name="scores">n finite scores of the positive class.</param>
    /// <param name="predicted">n predicted classes, 0 or 1.</param>
    /// <param name="labels">n actual classes, 0 or 1.</param>
    /// <param name="block">n block numbers, ascending from 0: over these the realised figures' spread is taken.</param>
    /// <exception cref="ArgumentException">There are no rows, or the lengths differ.</exception>
    public static Cbpe Fit(ReadOnlySpan<double> scores, ReadOnlySpan<int> predicted, ReadOnlySpan<int> labels, ReadOnlySpan<int> block)
    {
        if (scores.IsEmpty || scores.Length != labels.Length || predicted.Length != labels.Length || block.Length != labels.Length)
            throw new ArgumentException($"There are {scores.Length} scores, {predicted.Length} predictions, {labels.Length} labels and {block.Length} block numbers; expected as many of each.", nameof(labels));
        return new(Calibrator.Learn(scores, labels), BinarySamplingErrors.Of(scores, predicted, labels), LabelledBlocks.Binary(scores, predicted, labels, block));
    }

    /// <summary>The performance to expect of n predictions.</summary>
    public EstimatedMetrics? Estimate(ReadOnlySpan<double> scores, ReadOnlySpan<int> predicted)
    {
        var probabilities = new double[scores.Length];
        for (var row = 0; row < probabilities.Length; row++)
            probabilities[row] = Calibrator.Of(scores[row]);
        return EstimatedMetrics.Of(BinaryExpectation.Of(scores, predicted, probabilities, Calibrator, Errors), scores.Length);
    }
}
