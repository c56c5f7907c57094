using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring;

/// <summary>How versions are compared while one is rolled out. A loss is 0 or 1 for a right or wrong class, and |prediction − truth| for a regression.</summary>
public static class RolloutComparison
{
    /// <summary>The bins of both versions' predictions, from what the champion learnt from.</summary>
    /// <returns>Null where nothing fixes them: a regression without a reference, versions of different tasks, or too many classes.</returns>
    public static PredictionBins? Bins(ServedModel champion, ServedModel challenger, OutputLayout reference)
    {
        if (champion.Manifest.Task != challenger.Manifest.Task)
            return null;
        if (champion.Manifest.Task != ModelTask.Regression)
            return PredictionBins.OfClasses(champion, challenger);
        // The first group reaches down to −∞, so its own edge cuts nothing.
        return reference.Values is { Deciles.Length: > 1 } values ? PredictionBins.OfEdges([.. values.Deciles.Skip(1).Select(edge => values.Edges[edge])]) : null;
    }

    /// <summary>The loss of a row whose truth is known; null where the prediction is no finite number.</summary>
    /// <param name="label">The class's position, or the number.</param>
    public static double? Loss(OutputLayout layout, ReadOnlySpan<float> outputs, double label) =>
        !OutputProfile.IsValid(outputs) ? null
        : layout.Task == ModelTask.Regression ? Math.Abs(outputs[0] - label)
        : layout.PredictedClass(outputs) == (int)label ? 0 : 1;

    /// <summary>The loss to expect of a row before its truth is known; null where the version has nothing to estimate with, or the prediction is no finite number.</summary>
    public static double? ExpectedLoss(PerformanceEstimator? estimator, ReadOnlySpan<float> features, ReadOnlySpan<float> outputs) =>
        estimator is null || !OutputProfile.IsValid(outputs) ? null : estimator.ExpectedLoss(features, outputs);
}
