using Dashboard.Core.Monitoring.Explanations;
using Dashboard.Storage.Monitoring.Predictions;

namespace Dashboard.Web.Explanations;

/// <summary>An explained prediction as the API shows it.</summary>
/// <param name="Summary">What was predicted and mostly because of what, in one sentence.</param>
/// <param name="Outputs">For each output the base value and the contributions that add up to its margin; empty where <paramref name="Problem"/> says why.</param>
/// <param name="ComputedOutputs">What the version computes from the logged inputs; absent where it cannot be loaded.</param>
/// <param name="Champion">What the present champion would answer, where another version made the prediction.</param>
public sealed record ExplanationView(PredictionView Prediction, string Summary, IReadOnlyList<FeatureView> Features, IReadOnlyList<OutputExplanation> Outputs, IReadOnlyList<float>? ComputedOutputs,
    string? Problem, ChampionView? Champion)
{
    public static ExplanationView Of(PredictionExplanation explanation) => new(PredictionView.Of(explanation.Entry), explanation.Sentence,
        [.. explanation.Features.Select(feature => new FeatureView(feature.Feature.Name, feature.Input.Name, feature.Value, feature.Shape?.Place))],
        explanation.Outputs, explanation.Computed, explanation.Problem?.Message,
        explanation.Champion is { } champion ? new(champion.Version, champion.Manifest.Decide(champion.Outputs) is { } predicted ? champion.Manifest.Classes[predicted] : null, champion.Outputs, champion.Absent) : null);
}

/// <summary>One encoded feature.</summary>
/// <param name="Input">The raw input that it comes from.</param>
/// <param name="Value">In words.</param>
/// <param name="Reference">Its place among the rows that the version learnt from.</param>
public sealed record FeatureView(string Name, string Input, string Value, ReferencePlace? Reference);

/// <param name="Predicted">The class; null for a regression.</param>
/// <param name="AbsentInputs">Inputs of the champion that the prediction does not have.</param>
public sealed record ChampionView(int Version, string? Predicted, IReadOnlyList<float> Outputs, IReadOnlyList<string> AbsentInputs);
