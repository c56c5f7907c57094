using System.Globalization;
using Dashboard.Core.Data;
using Dashboard.Core.Data.Expressions;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Explanations;

/// <summary>Says in one sentence what was predicted and why.</summary>
public static class ExplanationSentence
{
    private const int MostReasons = 3;

    /// <summary>Reasons are named until they make up this much of what pulls in their direction.</summary>
    private const double Enough = 0.6;

    /// <summary>Contributions that cancel out but for this share of them leave a prediction as usual.</summary>
    private const double Balanced = 0.1;

    /// <summary>
    /// The class as people say it. A model of a comparison has the classes false and true: then the comparison itself says more, "delay > 15" or "delay ≤ 15".
    /// </summary>
    public static string Outcome(ModelManifest manifest, int predicted) =>
        Comparison(manifest) is { } comparison ? predicted == 1 ? comparison.Holds : comparison.Fails : manifest.Classes[predicted];

    /// <summary>What was predicted: "late 0.71" with the class's own probability, or "predicted 12.4".</summary>
    public static string Prediction(ModelManifest manifest, ReadOnlySpan<float> outputs)
    {
        if (manifest.Decide(outputs) is not { } predicted)
            return $"predicted {outputs[0].ToString("G4", CultureInfo.InvariantCulture)}";
        var probability = Probability(manifest.Task == ModelTask.MulticlassClassification ? outputs[predicted] : predicted == 1 ? outputs[0] : 1 - outputs[0]);
        var outcome = Outcome(manifest, predicted);
        // Two numbers in a row could be taken for one.
        return char.IsLetter(outcome[^1]) ? $"{outcome} {probability}" : $"{outcome} ({probability})";
    }

    /// <summary>"late 0.71: mostly because of hour 18 and origin ORD".</summary>
    /// <param name="explanation">Of the predicted class; of the positive class for a binary model.</param>
    public static string Of(ModelManifest manifest, ReadOnlySpan<float> outputs, OutputExplanation explanation)
    {
        var opening = Prediction(manifest, outputs);
        var (moved, all) = (explanation.Margin - explanation.BaseValue, explanation.Contributions.Sum(contribution => Math.Abs(contribution.Amount)));
        if (all == 0)
            return $"{opening}: nothing among its inputs moves it away from the model’s average";
        if (Math.Abs(moved) < Balanced * all)
            return $"{opening}, about as usual: {Largest(explanation, up: true)} and {Largest(explanation, up: false)} pull in opposite directions";

        var up = moved > 0;
        var (reasons, because) = Reasons(explanation, up);
        if (manifest.Decide(outputs) is not { } predicted)
            return $"{opening}: {(up ? "higher" : "lower")} than usual, {because} {reasons}";
        // A model that says "on time" of a flight more at risk than most does not say so because of what raises the risk.
        var agrees = up == (manifest.Task == ModelTask.MulticlassClassification || predicted == 1);
        return agrees ? $"{opening}: {because} {reasons}" : $"{opening}, though less sure than usual, {because} {reasons}";
    }

    /// <summary>The features that pull in a direction, until most of the pull is named.</summary>
    private static (string Reasons, string Because) Reasons(OutputExplanation explanation, bool up)
    {
        var pulling = explanation.Contributions.Where(contribution => up ? contribution.Amount > 0 : contribution.Amount < 0).ToList();
        var total = pulling.Sum(contribution => Math.Abs(contribution.Amount));
        var (reasons, sum) = (new List<string>(), 0.0);
        foreach (var contribution in pulling)
        {
            if (reasons.Count == MostReasons || sum >= Enough * total)
                break;
            reasons.Add(Phrase(contribution));
            sum += Math.Abs(contribution.Amount);
        }

        return (Joined(reasons), sum >= total / 2 ? "mostly because of" : "above all because of");
    }

    private static string Largest(OutputExplanation explanation, bool up) => Phrase(explanation.Contributions.First(contribution => up ? contribution.Amount > 0 : contribution.Amount < 0));

    private static string Phrase(Contribution contribution) => FeatureWords.Phrase(contribution.Feature, contribution.Value);

    /// <summary>A learnt comparison and its opposite; null where the classes have names of their own.</summary>
    private static (string Holds, string Fails)? Comparison(ModelManifest manifest)
    {
        if (manifest is not { Target: { } target, TargetColumn: { } column, Classes: ["false", "true"] })
            return null;
        var scanner = new ExpressionScanner(target, "<>=!`'\"");
        scanner.SkipSpace();
        if ((scanner.Next == '`' ? scanner.Quoted() : scanner.Word()) != column)
            return null;
        scanner.SkipSpace();
        if (scanner.Comparison() is not { } comparison)
            return null;
        scanner.SkipSpace();
        var operand = scanner.Rest(scanner.At);
        return ($"{column} {Sign(comparison)} {operand}", $"{column} {Sign(Opposite(comparison))} {operand}");
    }

    private static ComparisonOperator Opposite(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Greater => ComparisonOperator.LessOrEqual,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.Less,
        ComparisonOperator.Less => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.LessOrEqual => ComparisonOperator.Greater,
        ComparisonOperator.Equal => ComparisonOperator.NotEqual,
        _ => ComparisonOperator.Equal,
    };

    private static string Sign(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Greater => ">",
        ComparisonOperator.GreaterOrEqual => "≥",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "≤",
        ComparisonOperator.Equal => "=",
        _ => "≠",
    };

    private static string Probability(double probability) => probability.ToString(probability is < 0.01 or > 0.99 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    private static string Joined(List<string> words) => words.Count == 1 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";
}
