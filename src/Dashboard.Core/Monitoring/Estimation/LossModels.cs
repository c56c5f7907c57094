using System.Buffers;
using Dashboard.Core.Serving;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Models of a regression's loss: each is fed with the encoded features and, behind them, the prediction. Safe for any number of threads.</summary>
/// <param name="Absolute">Predicts |y − ŷ|.</param>
/// <param name="Squared">Predicts (y − ŷ)².</param>
public sealed record LossModels(Scorer Absolute, Scorer Squared)
{
    private const int StackRow = 256;

    /// <summary>What does not fit a model with so many encoded features; null where they fit.</summary>
    public Error? Check(int features)
    {
        foreach (var (name, scorer) in (ReadOnlySpan<(string, Scorer)>)[(EstimatorDefinition.AbsoluteLossFile, Absolute), (EstimatorDefinition.SquaredLossFile, Squared)])
            if (scorer.FeatureCount != features + 1 || scorer.OutputCount != 1)
                return InvalidValue.Of(name, $"a model of {scorer.FeatureCount} features and {scorer.OutputCount} outputs", $"{features + 1} features (the model's and its prediction) and one output");
        return null;
    }

    /// <summary>The expected losses of one prediction, not below 0.</summary>
    /// <returns>Null where a model gives no finite number.</returns>
    public (double Absolute, double Squared)? Of(ReadOnlySpan<float> features, float prediction)
    {
        var width = features.Length + 1;
        var rented = width > StackRow ? ArrayPool<float>.Shared.Rent(width) : null;
        var row = (rented ?? stackalloc float[StackRow])[..width];
        features.CopyTo(row);
        row[^1] = prediction;
        Span<float> loss = stackalloc float[2];
        Absolute.Score(row, loss[..1]);
        Squared.Score(row, loss[1..]);
        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
        return float.IsFinite(loss[0]) && float.IsFinite(loss[1]) ? (Math.Max(0, loss[0]), Math.Max(0, loss[1])) : null;
    }
}
