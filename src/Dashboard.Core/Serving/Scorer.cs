namespace Dashboard.Core.Serving;

/// <summary>A loaded model: scores one encoded row. Immutable and safe for any number of threads.</summary>
public abstract class Scorer
{
    /// <summary>The number of encoded features a row must have.</summary>
    public abstract int FeatureCount { get; }

    /// <summary>The number of outputs a prediction has: 1, or one a class.</summary>
    public abstract int OutputCount { get; }

    /// <summary>Scores one row after the objective's transformation: a probability, a probability for each class, or a value.</summary>
    /// <param name="features">Exactly <see cref="FeatureCount"/> values; NaN is missing.</param>
    /// <param name="outputs">Receives <see cref="OutputCount"/> values.</param>
    public abstract void Score(ReadOnlySpan<float> features, Span<float> outputs);
}
