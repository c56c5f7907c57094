namespace Dashboard.Core.Registry.Cards;

/// <summary>What the model reacts to, for which groups it was looked at, and what that means for people.</summary>
internal static class FactorsSection
{
    private const int MostFeatures = 20;

    public static CardSection Of(CardFacts facts) => new("factors", "Factors",
    [
        Importance(facts.Manifest.Importance),
        facts.Segments.Count == 0
            ? new CardGap("Nobody has defined segments in which the model is to be looked at by itself.")
            : new CardTable("Segments that people defined", [new("Segment"), new("Rows in which")], [.. facts.Segments.Select(segment => (IReadOnlyList<string>)[segment.Name, segment.Expression])]),
        facts.Sensitive.Count == 0
            ? new CardGap("No input is marked as sensitive, so no groups of people are compared.")
            : new CardText($"Marked as sensitive, and compared between their values below: {string.Join(", ", facts.Sensitive)}."),
    ]);

    public static CardSection Ethics(CardFacts facts, CardWritten written)
    {
        var inputs = facts.Manifest.Preprocessing.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var used = facts.Sensitive.Where(inputs.Contains).ToList();
        var blocks = new List<CardBlock> { written };
        if (used.Count > 0)
            blocks.Add(new CardText($"The model sees {(used.Count == 1 ? "an input that is" : "inputs that are")} marked as sensitive: {string.Join(", ", used)}."));
        if (facts.Fairness.Count > 0 && facts.FairnessCaveat is { } caveat)
            blocks.Add(new CardText(caveat));
        return new("ethics", "Ethical considerations", blocks);
    }

    private static CardBlock Importance(IReadOnlyList<FeatureImportance> importance)
    {
        var sum = importance.Sum(one => one.MeanAbsoluteShap);
        if (!(sum > 0))
            return new CardGap("How much each input carries is not known: the package does not say.");
        var ordered = importance.OrderByDescending(one => one.MeanAbsoluteShap).ThenBy(one => one.Feature, StringComparer.Ordinal).ToList();
        var left = ordered.Count - MostFeatures;
        return new CardTable("How much each feature carries", [new("Feature"), new("Share", IsNumber: true), new("Mean |SHAP|", IsNumber: true)],
            [.. ordered.Take(MostFeatures).Select(one => (IReadOnlyList<string>)[one.Feature, CardWords.Percent(one.MeanAbsoluteShap / sum), CardWords.Number(one.MeanAbsoluteShap)])],
            $"Mean absolute TreeSHAP contribution on held-out rows, in the model’s own scale.{(left > 0 ? $" {CardWords.Count(left, "feature")} with less are left out." : "")} What carries much is not a cause.");
    }
}
