namespace Dashboard.Core.Monitoring.Explanations;

/// <summary>What one encoded feature added to the margin of one output.</summary>
/// <param name="Feature">The encoded feature's name.</param>
/// <param name="Value">Its value in words; see <see cref="FeatureWords.Value"/>.</param>
/// <param name="Amount">In units of the margin: log-odds for a binary classification, a logarithm for many classes, the target's unit for a plain regression.</param>
public sealed record Contribution(string Feature, string Value, double Amount);

/// <summary>Why one output of one prediction is what it is: base value plus contributions is the margin, exactly (Lundberg, Erion and Lee 2018, TreeSHAP; weight times value for a linear model).</summary>
/// <param name="Class">The class that the output stands for; the positive one of a binary model. Null for a regression.</param>
/// <param name="BaseValue">The margin's expectation: what the model says on average over its training rows.</param>
/// <param name="Contributions">The largest in amount first.</param>
/// <param name="Output">What the margin becomes: a probability, or the number.</param>
public sealed record OutputExplanation(string? Class, double BaseValue, IReadOnlyList<Contribution> Contributions, double Output)
{
    public double Margin => BaseValue + Contributions.Sum(contribution => contribution.Amount);

    /// <summary>Reads one output's row of contributions.</summary>
    /// <param name="amounts">One for each encoded feature, the base value last.</param>
    /// <param name="features">Names and values in words, in the order of the amounts.</param>
    public static OutputExplanation Of(string? className, ReadOnlySpan<float> amounts, IReadOnlyList<(string Name, string Value)> features, double output)
    {
        if (amounts.Length != features.Count + 1)
            throw new ArgumentException($"{amounts.Length} contributions came for {features.Count} features; expected one for each and the base value.", nameof(amounts));
        var contributions = new Contribution[features.Count];
        for (var i = 0; i < contributions.Length; i++)
            contributions[i] = new(features[i].Name, features[i].Value, amounts[i]);
        return new(className, amounts[^1], [.. contributions.OrderByDescending(contribution => Math.Abs(contribution.Amount))], output);
    }
}
