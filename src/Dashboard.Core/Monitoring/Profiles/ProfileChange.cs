namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>What one prediction, or ground truth about one, does to the profile of its window.</summary>
/// <param name="Features">The prediction's encoded features; null where only the output's figures are concerned.</param>
/// <param name="Outputs">The prediction's outputs.</param>
/// <param name="IsPrediction">True: the prediction itself is counted. False: it was before, and this is about its ground truth.</param>
/// <param name="Removed">The label that is replaced; NaN without one.</param>
/// <param name="Added">The label that now holds: a class's position, or the number; NaN without one.</param>
/// <param name="LagSeconds">How long the first label took; NaN for a replacement.</param>
/// <param name="Unknown">Categories that the model does not know, as they came; null without any.</param>
public readonly record struct ProfileChange(float[]? Features, float[] Outputs, bool IsPrediction, double Removed, double Added, double LagSeconds, IReadOnlyList<UnknownValue>? Unknown = null)
{
    /// <summary>A prediction, with its label where it came along.</summary>
    public static ProfileChange Prediction(float[] features, float[] outputs, double label = double.NaN, IReadOnlyList<UnknownValue>? unknown = null) =>
        new(features, outputs, true, double.NaN, label, double.IsNaN(label) ? double.NaN : 0, unknown);

    /// <summary>A label of a prediction that was counted before.</summary>
    public static ProfileChange Label(float[]? features, float[] outputs, double removed, double added, double lagSeconds) =>
        new(features, outputs, false, removed, added, lagSeconds);
}

/// <summary>A category that the model does not know.</summary>
/// <param name="Feature">The position of the encoded feature.</param>
public readonly record struct UnknownValue(int Feature, string Text);
