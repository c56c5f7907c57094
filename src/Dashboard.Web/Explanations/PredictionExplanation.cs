using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Explanations;
using Dashboard.Core.Registry;
using Dashboard.Storage.Monitoring.Predictions;

namespace Dashboard.Web.Explanations;

/// <summary>One encoded feature of a prediction.</summary>
/// <param name="Input">The raw input that it comes from.</param>
/// <param name="Value">In words.</param>
/// <param name="Encoded">What the model saw; NaN is missing.</param>
/// <param name="Shape">Its place among the rows that the version learnt from; null for a version without a reference.</param>
public sealed record ExplainedFeature(EncodedFeature Feature, FeatureInput Input, string Value, float Encoded, ReferenceShape? Shape);

/// <summary>What the present champion would answer to the same inputs.</summary>
/// <param name="Absent">Inputs of the champion that the prediction does not have; they were taken as missing.</param>
public sealed record ChampionAnswer(int Version, ModelManifest Manifest, float[] Outputs, IReadOnlyList<string> Absent);

/// <summary>A logged prediction with all that can be said about it.</summary>
/// <param name="Outputs">Why each output is what it is; empty where <paramref name="Problem"/> says why not.</param>
/// <param name="Computed">What the version computes from the logged inputs; null where it cannot be loaded.</param>
/// <param name="Champion">Null where the champion made the prediction itself, or where there is none.</param>
public sealed record PredictionExplanation(PredictionEntry Entry, IReadOnlyList<ExplainedFeature> Features, IReadOnlyList<OutputExplanation> Outputs, float[]? Computed, Error? Problem, ChampionAnswer? Champion)
{
    /// <summary>From here on a logged and a computed output are not the same number written down twice.</summary>
    private const float Same = 1e-4f;

    /// <summary>The position of the output that explains the prediction: the predicted class's for many classes, otherwise the only one.</summary>
    public int Leading => Outputs.Count > 1 ? Entry.PredictedClass ?? 0 : 0;

    /// <summary>The log holds another number than the version computes, as for an observation that was made elsewhere: the contributions explain what is computed here.</summary>
    public bool Differs => Computed is { } computed && computed.Zip(Entry.Outputs).Any(pair => !(MathF.Abs(pair.First - pair.Second) <= Same * MathF.Max(1, MathF.Abs(pair.First))));

    /// <summary>What was predicted and, where it is known, mostly because of what.</summary>
    public string Sentence => Outputs.Count == 0
        ? ExplanationSentence.Prediction(Entry.Version.Manifest, Entry.Outputs)
        : ExplanationSentence.Of(Entry.Version.Manifest, Entry.Outputs, Outputs[Leading]);
}
