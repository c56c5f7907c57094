namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>
/// How far a realised figure strays from its expectation by chance alone: for n rows, the figure's error for one row over √n. Learnt from rows with known labels.
/// </summary>
/// <param name="PerRow">By training's keys.</param>
/// <param name="Rows">The rows that it was learnt from.</param>
public sealed record SamplingErrors(IReadOnlyDictionary<string, double> PerRow, long Rows)
{
    /// <summary>The error of a figure over n rows; null where it is not known.</summary>
    public double? At(string key, double rows) => rows > 0 && PerRow.TryGetValue(key, out var error) ? error / Math.Sqrt(rows) : null;
}
