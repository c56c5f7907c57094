using System.Numerics.Tensors;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// What a model saw and answered in one window: for each encoded feature a histogram, missing values, exact moments and sketches; for the output <see cref="OutputProfile"/>;
/// how the model did in each group of each feature <see cref="SliceProfile"/>. Profiles of one layout merge by addition, in any order and grouping: the same to the last bit
/// but for quantiles, which stay within the sketch's bound. One thread may add; any number may read while none does.
/// </summary>
public sealed class WindowProfile(ProfileLayout layout)
{
    /// <summary>So many rows are turned into columns at once.</summary>
    private const int MostRows = 1024;

    private readonly NumberProfile?[] numbers = new NumberProfile?[layout.Features.Count];
    private readonly ValueCounts?[] unknown = new ValueCounts?[layout.Features.Count];
    private SliceEffect[] effects = [];
    private float[] column = [];

    public ProfileLayout Layout { get; } = layout;

    public OutputProfile Output { get; } = new(layout.Output);

    /// <summary>How the model did by group of each feature.</summary>
    public SliceProfile Slices { get; } = new(layout);

    /// <summary>What performance is estimated from before labels arrive; null where nothing was folded in, as for a binary model, whose output says it all.</summary>
    public EstimateProfile? Estimates { get; private set; }

    /// <summary>Predictions.</summary>
    public long Rows => Output.Rows;

    /// <summary>True where nothing was counted.</summary>
    public bool IsEmpty => Rows == 0 && FeatureRows == 0 && Output.Labelled == 0;

    /// <summary>Rows whose features were counted. A reference counts the features of every training row, but only out-of-sample predictions.</summary>
    public long FeatureRows { get; internal set; }

    internal long[] Bins { get; } = new long[layout.FirstBins[^1]];

    internal long[] Missing { get; } = new long[layout.Features.Count];

    /// <summary>The finite values of each number feature; null without any.</summary>
    internal ReadOnlySpan<NumberProfile?> Numbers => numbers;

    /// <summary>The unknown values of each category feature; null without any.</summary>
    internal ReadOnlySpan<ValueCounts?> UnknownValues => unknown;

    /// <summary>Counts a prediction: its encoded features and its outputs.</summary>
    public void AddPrediction(float[] features, float[] outputs) => Apply([ProfileChange.Prediction(features, outputs)]);

    /// <summary>Counts encoded features alone.</summary>
    /// <param name="features">Those of one row, or of many, row after row.</param>
    public void AddFeatures(ReadOnlySpan<float> features)
    {
        var width = Layout.Features.Count;
        for (; features.Length > width * MostRows; features = features[(width * MostRows)..])
            AddFeatures(features[..(width * MostRows)]);
        var rows = features.Length / width;
        FeatureRows += rows;
        Reserve(rows);
        for (var feature = 0; feature < width; feature++)
        {
            var bins = Layout.Features[feature];
            var filled = 0;
            for (var row = 0; row < rows; row++)
            {
                var value = features[(row * width) + feature];
                Count(feature, BinOf(feature, bins, value));
                if (!bins.IsCategorical && float.IsFinite(value))
                    column[filled++] = value;
            }

            if (filled > 0)
                Number(feature).Add(column.AsSpan(0, filled));
        }
    }

    /// <summary>Counts the output of a row whose features were counted, or will not be: the output's figures and the slices.</summary>
    /// <param name="label">Its ground truth; NaN where unknown.</param>
    public void AddOutput(ReadOnlySpan<float> features, float[] outputs, double label = double.NaN)
    {
        var change = new ProfileChange(null, outputs, true, double.NaN, label, double.NaN);
        Output.Apply(change);
        var effect = Slices.EffectOf(change);
        for (var i = 0; i < features.Length; i++)
            Slices.Apply(SliceOf(i, BinOf(i, Layout.Features[i], features[i])), effect);
    }

    /// <summary>Counts many predictions and labels at once, feature after feature.</summary>
    public void Apply(ReadOnlySpan<ProfileChange> changes)
    {
        for (; changes.Length > MostRows; changes = changes[MostRows..])
            Apply(changes[..MostRows]);
        Reserve(changes.Length);
        for (var row = 0; row < changes.Length; row++)
        {
            ref readonly var change = ref changes[row];
            Output.Apply(change);
            if (change.Features is null)
                continue;
            effects[row] = Slices.EffectOf(change);
            FeatureRows += change.IsPrediction ? 1 : 0;
            foreach (var (feature, text) in change.Unknown ?? [])
                AddUnknown(feature, text);
        }

        for (var feature = 0; feature < Layout.Features.Count; feature++)
            Apply(feature, changes);
        Array.Clear(effects, 0, changes.Length);
    }

    /// <summary>Folds the predictions among the changes into what performance is estimated from.</summary>
    public void Estimate(PerformanceEstimator estimator, ReadOnlySpan<ProfileChange> changes)
    {
        if (!estimator.NeedsRows)
            return;
        foreach (ref readonly var change in changes)
        {
            if (change.IsPrediction && change.Features is { } features)
                estimator.Add(Estimates ??= EstimateProfile.For(Layout.Output), features, change.Outputs, Layout.Output.PredictedClass(change.Outputs));
        }
    }

    /// <summary>Counts a value of a category feature that the model does not know, beside the row's encoded features.</summary>
    public void AddUnknown(int feature, string text) => (unknown[feature] ??= new()).Add(text);

    /// <summary>What one encoded feature looked like.</summary>
    public FeatureSummary Feature(int index)
    {
        var bins = Layout.Features[index];
        var counts = Bins.AsMemory(Layout.FirstBins[index], bins.Count);
        if (numbers[index] is not { Count: > 0 } number)
        {
            return new(bins, FeatureRows, Missing[index], counts, null, null, null, null)
            {
                Distinct = bins.IsCategorical ? DistinctCategories(index, counts.Span) : null,
                UnknownValues = unknown[index],
            };
        }

        var isSketched = number.Values.Count == number.Count;
        var deviation = Math.Sqrt(ExactMoments.Variance(number.Sum, number.Squares, number.Count));
        return new(bins, FeatureRows, Missing[index], counts, Finite(ExactMoments.Mean(number.Sum, number.Count)), Finite(deviation), number.Minimum, number.Maximum)
        {
            Values = isSketched ? number.Values : null,
            Distinct = isSketched ? number.DistinctCount : null,
        };
    }

    /// <summary>Adds another profile of the same layout.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void Add(WindowProfile other)
    {
        if (other.Layout.Fingerprint != Layout.Fingerprint)
            throw new ArgumentException("Profiles of different layouts do not merge; compare their outputs only.", nameof(other));
        FeatureRows += other.FeatureRows;
        TensorPrimitives.Add<long>(Bins, other.Bins, Bins);
        TensorPrimitives.Add<long>(Missing, other.Missing, Missing);
        for (var i = 0; i < numbers.Length; i++)
        {
            if (other.numbers[i] is { Count: > 0 } added)
                Number(i).Add(added);
            if (other.unknown[i] is { Total: > 0 } texts)
                (unknown[i] ??= new()).Add(texts);
        }

        Slices.Add(other.Slices);
        Output.Add(other.Output);
        if (other.Estimates is { Rows: > 0 } estimates)
            (Estimates ??= EstimateProfile.For(Layout.Output)!).Add(estimates);
    }

    /// <summary>Back to nothing counted, so that one profile can serve as the writer's scratch for many windows.</summary>
    public void Clear()
    {
        FeatureRows = 0;
        Array.Clear(Bins);
        Array.Clear(Missing);
        foreach (var number in numbers)
            number?.Clear();
        Array.Clear(unknown);
        Slices.Clear();
        Output.Clear();
        Estimates?.Clear();
    }

    /// <summary>A compact, versioned form; see <see cref="ProfileFormat"/>.</summary>
    public byte[] Serialize() => ProfileFormat.Write(this);

    /// <summary>Reads a stored profile.</summary>
    /// <param name="parts">What of it is needed; the rest is passed over and stays empty, so such a profile must not be stored again.</param>
    /// <returns>The profile, or an error that says what is wrong with the bytes.</returns>
    public static Result<WindowProfile> Deserialize(ProfileLayout layout, ReadOnlySpan<byte> bytes, ProfileParts parts = ProfileParts.All) => ProfileFormat.Read(layout, bytes, parts);

    internal void Restore(EstimateProfile estimates) => Estimates = estimates;

    internal void Restore(int feature, NumberProfile number) => numbers[feature] = number;

    internal void Restore(int feature, ValueCounts values) => unknown[feature] = values;

    internal NumberProfile Number(int feature) => numbers[feature] ??= new();

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    /// <summary>The bin of a value among all bins; −1 for missing.</summary>
    private int BinOf(int feature, BinLayout bins, float value) =>
        float.IsNaN(value) && !FeatureEncoder.IsUnknownCategory(value) ? -1 : Layout.FirstBins[feature] + bins.BinOf(value);

    private void Reserve(int rows)
    {
        if (column.Length < rows)
            (effects, column) = (new SliceEffect[rows], new float[rows]);
    }

    private int SliceOf(int feature, int bin) => bin < 0 ? Layout.FirstSlices[feature + 1] - 1 : Layout.Slices[bin];

    private void Count(int feature, int bin)
    {
        if (bin < 0)
            Missing[feature]++;
        else
            Bins[bin]++;
    }

    private void Apply(int feature, ReadOnlySpan<ProfileChange> changes)
    {
        var bins = Layout.Features[feature];
        var filled = 0;
        for (var row = 0; row < changes.Length; row++)
        {
            if (changes[row].Features is not { } features)
                continue;
            var value = features[feature];
            var bin = BinOf(feature, bins, value);
            Slices.Apply(SliceOf(feature, bin), effects[row]);
            if (!changes[row].IsPrediction)
                continue;
            Count(feature, bin);
            if (!bins.IsCategorical && float.IsFinite(value))
                column[filled++] = value;
        }

        if (filled > 0)
            Number(feature).Add(column.AsSpan(0, filled));
    }

    private double? DistinctCategories(int feature, ReadOnlySpan<long> counts)
    {
        var known = 0;
        foreach (var count in counts[..^1])
            known += count > 0 ? 1 : 0;
        // Values that the model does not know were not kept in windows of an older version.
        return counts[^1] == 0 ? known : unknown[feature] is { IsExact: true } texts && texts.Total == counts[^1] ? known + texts.Distinct : null;
    }
}
