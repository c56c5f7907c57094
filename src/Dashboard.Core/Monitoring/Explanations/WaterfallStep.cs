namespace Dashboard.Core.Monitoring.Explanations;

/// <summary>A bar of a waterfall: it starts where the one before it ended.</summary>
/// <param name="Value">The feature's value in words; null for the features that were folded together.</param>
/// <param name="Folded">How many features the bar stands for.</param>
public sealed record WaterfallStep(string Name, string? Value, double From, double To, int Folded = 1)
{
    public double Amount => To - From;

    /// <summary>The way from the base value to the margin, the largest contributions first, the small ones folded into one.</summary>
    /// <param name="most">At most so many bars.</param>
    public static IReadOnlyList<WaterfallStep> Of(OutputExplanation explanation, int most = 9)
    {
        // A contribution below a hundredth of all of them is no bar that could be seen.
        var least = explanation.Contributions.Sum(contribution => Math.Abs(contribution.Amount)) / 100;
        var shown = explanation.Contributions.TakeWhile(contribution => Math.Abs(contribution.Amount) >= least && contribution.Amount != 0).Count();
        if (shown > most)
            shown = most - 1;
        // One that would be folded alone stands by itself.
        if (explanation.Contributions.Count - shown == 1 && shown < most)
            shown++;

        return Of(explanation, shown, explanation.Contributions.Count - shown);
    }

    /// <summary>Every contribution by itself, for a table.</summary>
    public static IReadOnlyList<WaterfallStep> All(OutputExplanation explanation) => Of(explanation, explanation.Contributions.Count, 0);

    private static List<WaterfallStep> Of(OutputExplanation explanation, int shown, int folded)
    {
        var (steps, at) = (new List<WaterfallStep>(), explanation.BaseValue);
        foreach (var (feature, value, amount) in explanation.Contributions.Take(shown))
        {
            steps.Add(new(feature, value, at, at + amount));
            at += amount;
        }

        if (folded > 0)
            steps.Add(new($"{folded} others", null, at, explanation.Margin, folded));
        return steps;
    }
}
