using System.Text.Json.Serialization;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>A figure with its 95 % interval.</summary>
public readonly record struct Amount(double Value, double Lower, double Upper)
{
    /// <summary>The interval leaves 0 out.</summary>
    [JsonIgnore]
    public bool IsBeyondChance => Lower > 0 || Upper < 0;

    /// <param name="reach">Half the interval's width.</param>
    internal static Amount Of(double value, double reach) => new(value, value - reach, value + reach);

    internal static double Deviation(IReadOnlyCollection<double> samples)
    {
        var mean = samples.Average();
        return Math.Sqrt(samples.Sum(sample => (sample - mean) * (sample - mean)) / (samples.Count - 1));
    }
}

/// <summary>Some of the rows, told apart by one column.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Words">Which rows, as a person would say: "LAX", "from 500 to 800", "missing".</param>
/// <param name="ReferenceShare">Their share of the reference's rows, in [0, 1].</param>
/// <param name="CurrentShare">Their share of the current rows.</param>
/// <param name="ReferenceLoss">Their mean loss in the reference; null without such rows.</param>
/// <param name="ReweightedLoss">Their mean loss in the reference, reweighted to current inputs; null without such rows.</param>
/// <param name="CurrentLoss">Their mean loss now; null without such rows or without ground truth.</param>
public sealed record RowSlice(string Column, string Words, double ReferenceShare, double CurrentShare, double? ReferenceLoss, double? ReweightedLoss, double? CurrentLoss);

/// <summary>What a feature's changed distribution does to the loss.</summary>
/// <param name="Part">Its share of the covariate part (Shapley value), in units of the loss.</param>
/// <param name="Slice">The rows that carry most of it; null where none stand out.</param>
public sealed record InputCause(string Feature, Amount Part, RowSlice? Slice);

/// <summary>Where the relation between inputs and target changed, as far as a feature tells.</summary>
/// <param name="Spread">By how much the feature moves the changed loss up or down on average (mean absolute TreeSHAP), in units of the loss.</param>
/// <param name="Slice">The rows where the loss differs most from what the same inputs cost before; null where none stand out.</param>
public sealed record RelationCause(string Feature, double Spread, RowSlice? Slice);

/// <summary>
/// A change of the mean loss, divided: what other inputs alone would have done to it (the reference's loss, reweighted to current inputs, − the reference's loss), and what is left, a changed
/// relation between inputs and target (the realised loss − the reweighted one).
/// </summary>
/// <param name="ReferenceLoss">The mean loss of the reference's rows.</param>
/// <param name="CurrentLoss">The realised mean loss; null without enough ground truth.</param>
/// <param name="Change">Null without <paramref name="CurrentLoss"/>.</param>
/// <param name="Covariate">The part of changed inputs; it needs no ground truth of current rows.</param>
/// <param name="Concept">The part of a changed relation; null without <paramref name="CurrentLoss"/>.</param>
/// <param name="Inputs">The covariate part by feature, the largest first; together they are the covariate part.</param>
/// <param name="InputsExact">False: estimated from sampled orders of the features.</param>
/// <param name="Relation">The features that tell where the relation changed, the clearest first; empty where it changed alike everywhere, or without ground truth.</param>
/// <param name="CurrentRows">Current rows that it rests on.</param>
/// <param name="EffectiveRows">How many equally weighted reference rows would be as uncertain as the reweighted ones.</param>
/// <param name="ClippedRows">Reference rows whose weight had to be cut: current rows that the reference hardly knows stand behind them.</param>
public sealed record LossCauses(LossKind Loss, double ReferenceLoss, double? CurrentLoss, Amount? Change, Amount Covariate, Amount? Concept, IReadOnlyList<InputCause> Inputs, bool InputsExact,
    IReadOnlyList<RelationCause> Relation, int ReferenceRows, int CurrentRows, double EffectiveRows, int ClippedRows)
{
    /// <summary>Fewer reweighted rows than this say too little.</summary>
    public const int LeastEffectiveRows = 100;

    /// <summary>Current rows lie where the reference has some, so that the two parts can be told apart.</summary>
    [JsonIgnore]
    public bool Overlaps => EffectiveRows >= LeastEffectiveRows && ClippedRows <= ReferenceRows / 100;
}
