using System.Globalization;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Explanations;

/// <summary>Says in one sentence what was predicted and why.</summary>
public static class ExplanationSentence
{
    private const int MostReasons = 3;

    /// <summary>Reasons are named until they make up this much of what pulls in their direction.</summary>
    private const double Enough = 0.6;

    /// <summary>The class as people say it. A model of a comparison has the classes false and true: then the comparison itself says more, "delay &gt; 15" or "not delay &gt; 15".</summary>
    public static string Outcome(ModelManifest manifest, int predicted) =>
        manifest is { Target: { } target, Classes: ["false", "true"] } && target != manifest.TargetColumn ? predicted == 1 ? target : $"not {target}" : manifest.Classes[predicted];

    /// <summary>What was predicted: "late 0.71" with the class's own probability, or "predicted 12.4".</summary>
    public static string Prediction(ModelManifest manifest, ReadOnlySpan<float> outputs)
    {
        if (manifest.Decide(outputs) is not { } predicted)
            return $"predicted {outputs[0].ToString("G4", CultureInfo.InvariantCulture)}";
        var probability = manifest.Task == ModelTask.MulticlassClassification ? outputs[predicted] : predicted == 1 ? outputs[0] : 1 - outputs[0];
        return $"{Outcome(manifest, predicted)} {Probability(probability)}";
    }

    /// <summary>"late 0.71: mostly because of hour 18 and origin ORD".</summary>
    /// <param name="explanation">Of the predicted class; of the positive class for a binary model.</param>
    public static string Of(ModelManifest manifest, ReadOnlySpan<float> outputs, OutputExplanation explanation)
    {
        var opening = Prediction(manifest, outputs);
        var up = explanation.Margin >= explanation.BaseValue;
        var pulling = explanation.Contributions.Where(contribution => up ? contribution.Amount > 0 : contribution.Amount < 0).ToList();
        var total = pulling.Sum(contribution => Math.Abs(contribution.Amount));
        if (total == 0)
            return $"{opening}: nothing among its inputs moves it away from the model’s average";

        var (reasons, sum) = (new List<string>(), 0.0);
        foreach (var contribution in pulling.TakeWhile(_ => reasons.Count < MostReasons && sum < Enough * total))
        {
            reasons.Add(FeatureWords.Phrase(contribution.Feature, contribution.Value));
            sum += Math.Abs(contribution.Amount);
        }

        var because = $"{(sum >= total / 2 ? "mostly because of" : "above all because of")} {Joined(reasons)}";
        if (manifest.Decide(outputs) is not { } predicted)
            return $"{opening}: {(up ? "higher" : "lower")} than usual, {because}";
        // A model that says "on time" of a flight more at risk than most does not say so because of what raises the risk.
        var agrees = up == (manifest.Task == ModelTask.MulticlassClassification || predicted == 1);
        return agrees ? $"{opening}: {because}" : $"{opening}, though less sure than usual, {because}";
    }

    private static string Probability(double probability) => probability.ToString(probability is < 0.01 or > 0.99 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    private static string Joined(List<string> words) => words.Count == 1 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";
}
