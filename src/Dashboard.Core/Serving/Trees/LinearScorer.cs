namespace Dashboard.Core.Serving.Trees;

/// <summary>A linear model: bias and weights over the features themselves, or over their <see cref="LinearExpansion"/>.</summary>
internal sealed class LinearScorer : Scorer
{
    private readonly float[] weights;
    private readonly float[] baseMargins;
    private readonly LinearTerm[]? terms;
    private readonly int[] firstColumns;
    private readonly Objective objective;

    /// <param name="weights">Column by column, the outputs side by side; the last column is the bias.</param>
    public LinearScorer(float[] weights, int columns, float[] baseMargins, Objective objective, LinearExpansion? expansion)
    {
        this.weights = weights;
        this.baseMargins = baseMargins;
        this.objective = objective;
        terms = expansion is null ? null : [.. expansion.Terms];
        FeatureCount = terms?.Length ?? columns;
        firstColumns = new int[FeatureCount];
        for (var i = 1; i < FeatureCount; i++)
            firstColumns[i] = firstColumns[i - 1] + (terms?[i - 1].Width ?? 1);
    }

    public override int FeatureCount { get; }

    public override int OutputCount => baseMargins.Length;

    public override void Score(ReadOnlySpan<float> features, Span<float> outputs)
    {
        if (features.Length != FeatureCount)
            throw new ArgumentException($"A row of {features.Length} features came; expected {FeatureCount}.", nameof(features));
        outputs = outputs[..OutputCount];
        var bias = weights.AsSpan(weights.Length - outputs.Length);
        for (var output = 0; output < outputs.Length; output++)
            outputs[output] = baseMargins[output] + bias[output];
        for (var i = 0; i < features.Length; i++)
        {
            var value = features[i];
            if (float.IsNaN(value))
                continue;
            var column = firstColumns[i];
            if (terms is not null && !Expand(terms[i], ref value, ref column))
                continue;
            var row = weights.AsSpan(column * outputs.Length, outputs.Length);
            for (var output = 0; output < row.Length; output++)
                outputs[output] += value * row[output];
        }

        objective.Transform(outputs);
    }

    private static bool Expand(LinearTerm term, ref float value, ref int column)
    {
        if (term.Categories == 0)
        {
            value = (value - term.Mean) * term.Scale;
            return true;
        }

        if (value < 0 || value >= term.Categories)
            return false;
        column += (int)value;
        value = 1;
        return true;
    }
}
