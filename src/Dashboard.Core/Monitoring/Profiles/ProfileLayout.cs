using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// Where everything in a profile has its place: the bins of each encoded feature and of the output. Two profiles merge when their layouts are equal.
/// A version's layout comes with its reference; a model without one has generic bins that hold any number, and no drift.
/// </summary>
public sealed class ProfileLayout
{
    public ProfileLayout(IReadOnlyList<BinLayout> features, OutputLayout output)
    {
        Features = features;
        Output = output;
        FirstBins = new int[features.Count + 1];
        for (var i = 0; i < features.Count; i++)
            FirstBins[i + 1] = FirstBins[i] + features[i].Count;
        FirstSlices = new int[features.Count + 1];
        Slices = new int[FirstBins[^1]];
        for (var i = 0; i < features.Count; i++)
        {
            var groups = features[i].CoarseBins();
            for (var bin = 0; bin < groups.Length; bin++)
                Slices[FirstBins[i] + bin] = FirstSlices[i] + groups[bin];
            FirstSlices[i + 1] = FirstSlices[i] + groups.Max() + 2;
        }

        Fingerprint = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(LayoutFormat.Write(this)));
    }

    /// <summary>The bins of each encoded feature, in the model's order.</summary>
    public IReadOnlyList<BinLayout> Features { get; }

    public OutputLayout Output { get; }

    /// <summary>Stands for the layout in stored profiles.</summary>
    public ulong Fingerprint { get; }

    /// <summary>Where each feature's bins begin among all bins; one more for the end.</summary>
    internal int[] FirstBins { get; }

    /// <summary>Where each feature's groups begin among the slices of all; one more for the end. The last of a feature is for rows where it is missing.</summary>
    internal int[] FirstSlices { get; }

    /// <summary>The slice of each bin.</summary>
    internal int[] Slices { get; }

    /// <summary>The layout of a model that came without a reference.</summary>
    public static ProfileLayout WithoutReference(ModelManifest manifest) => new(
        [.. manifest.Preprocessing.Features.Select(Generic)],
        OutputLayout.Of(manifest.Task, manifest.Classes, manifest.DecisionThreshold, BinLayout.Generic("prediction")));

    internal static BinLayout Generic(EncodedFeature feature) =>
        feature.IsCategorical ? BinLayout.OfCategories(feature.Name, feature.Categories) : BinLayout.Generic(feature.Name);
}

/// <summary>How outputs are counted.</summary>
/// <param name="Classes">Class names; a binary model has two, the second is the positive one. Empty for regression.</param>
/// <param name="Threshold">Binary: predicted positive from this probability on.</param>
/// <param name="Values">Regression: the bins of the predicted number. Null for classification, which uses <see cref="Scores"/>.</param>
public sealed record OutputLayout(ModelTask Task, IReadOnlyList<string> Classes, double Threshold, BinLayout? Values)
{
    /// <summary>Up to this many classes score histograms are fine.</summary>
    private const int FewClasses = 8;

    /// <summary>Classification: the bins of a probability.</summary>
    public ScoreBins Scores { get; } = Classes.Count <= FewClasses ? ScoreBins.Fine : ScoreBins.Coarse;

    /// <summary>How many numbers a prediction has.</summary>
    public int Outputs => Task == ModelTask.MulticlassClassification ? Classes.Count : 1;

    /// <summary>The bins of the prediction's distribution: the positive class's probability, the most probable class's probability, or the number.</summary>
    public int Bins => Values?.Count ?? Scores.Count;

    public static OutputLayout Of(ModelTask task, IReadOnlyList<string> classes, double threshold, BinLayout values) =>
        new(task, classes, threshold, task == ModelTask.Regression ? values : null);

    public bool Equals(OutputLayout? other) => other is not null && CanCombineWith(other) && Threshold.Equals(other.Threshold) && Equals(Values, other.Values);

    public override int GetHashCode() => HashCode.Combine(Task, Classes.Count, Threshold);

    /// <summary>The class that a prediction stands for: at the threshold, or the most probable (the first of equals). 0 for regression.</summary>
    public int PredictedClass(ReadOnlySpan<float> outputs) => Task switch
    {
        ModelTask.BinaryClassification => outputs[0] >= Threshold ? 1 : 0,
        ModelTask.MulticlassClassification => TensorPrimitives.IndexOfMax(outputs),
        _ => 0,
    };

    /// <summary>True where figures of both can be added up, as for two versions of one model: the same task and classes. Thresholds may differ.</summary>
    public bool CanCombineWith(OutputLayout other) => Task == other.Task && Classes.SequenceEqual(other.Classes);
}
