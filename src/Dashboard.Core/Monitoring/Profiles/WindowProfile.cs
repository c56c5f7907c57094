using System.Numerics.Tensors;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// What a model saw and answered in one window: for each encoded feature a histogram, missing values and moments; for the output <see cref="OutputProfile"/>.
/// Profiles of one layout merge by addition, in any order and grouping. Not safe for several threads.
/// </summary>
public sealed class WindowProfile(ProfileLayout layout)
{
    public ProfileLayout Layout { get; } = layout;

    public OutputProfile Output { get; } = new(layout.Output);

    /// <summary>Predictions.</summary>
    public long Rows => Output.Rows;

    /// <summary>True where nothing was counted.</summary>
    public bool IsEmpty => Rows == 0 && FeatureRows == 0 && Output.Labelled == 0;

    /// <summary>Rows whose features were counted. A reference counts the features of every training row, but only out-of-sample predictions.</summary>
    public long FeatureRows { get; internal set; }

    internal long[] Bins { get; } = new long[layout.FirstBins[^1]];

    internal long[] Missing { get; } = new long[layout.Features.Count];

    /// <summary>Finite values of each feature.</summary>
    internal long[] Finite { get; } = new long[layout.Features.Count];

    /// <summary>Σ (x − shift) of each feature, then Σ (x − shift)².</summary>
    internal double[] Sums { get; } = new double[2 * layout.Features.Count];

    internal float[] Minima { get; } = Filled(layout.Features.Count, float.PositiveInfinity);

    internal float[] Maxima { get; } = Filled(layout.Features.Count, float.NegativeInfinity);

    /// <summary>Counts a prediction: its encoded features and its outputs.</summary>
    public void AddPrediction(ReadOnlySpan<float> features, ReadOnlySpan<float> outputs)
    {
        AddFeatures(features);
        Output.AddPrediction(outputs);
    }

    /// <summary>Counts encoded features alone.</summary>
    public void AddFeatures(ReadOnlySpan<float> features)
    {
        FeatureRows++;
        for (var i = 0; i < features.Length; i++)
        {
            var value = features[i];
            if (float.IsNaN(value) && !FeatureEncoder.IsUnknownCategory(value))
            {
                Missing[i]++;
                continue;
            }

            var bins = Layout.Features[i];
            Bins[Layout.FirstBins[i] + bins.BinOf(value)]++;
            if (bins.IsCategorical || !float.IsFinite(value))
                continue;
            Finite[i]++;
            var relative = value - bins.Shift;
            Sums[2 * i] += relative;
            Sums[(2 * i) + 1] += relative * relative;
            Minima[i] = Math.Min(Minima[i], value);
            Maxima[i] = Math.Max(Maxima[i], value);
        }
    }

    /// <summary>What one encoded feature looked like.</summary>
    public FeatureSummary Feature(int index)
    {
        var n = Finite[index];
        var mean = n == 0 ? double.NaN : Sums[2 * index] / n;
        var spread = n < 2 ? double.NaN : Math.Sqrt(Math.Max(0, Sums[(2 * index) + 1] - (n * mean * mean)) / (n - 1));
        return new(Layout.Features[index], FeatureRows, Missing[index], Bins.AsMemory(Layout.FirstBins[index], Layout.Features[index].Count),
            n == 0 ? null : mean + Layout.Features[index].Shift, n < 2 ? null : spread, n == 0 ? null : Minima[index], n == 0 ? null : Maxima[index]);
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
        TensorPrimitives.Add<long>(Finite, other.Finite, Finite);
        TensorPrimitives.Add<double>(Sums, other.Sums, Sums);
        TensorPrimitives.Min<float>(Minima, other.Minima, Minima);
        TensorPrimitives.Max<float>(Maxima, other.Maxima, Maxima);
        Output.Add(other.Output);
    }

    /// <summary>Back to nothing counted, so that one profile can serve as the writer's scratch for many windows.</summary>
    public void Clear()
    {
        FeatureRows = 0;
        Array.Clear(Bins);
        Array.Clear(Missing);
        Array.Clear(Finite);
        Array.Clear(Sums);
        Array.Fill(Minima, float.PositiveInfinity);
        Array.Fill(Maxima, float.NegativeInfinity);
        Array.Clear(Output.Counts);
        Array.Clear(Output.Sums);
    }

    /// <summary>A compact, versioned form; see <see cref="ProfileFormat"/>.</summary>
    public byte[] Serialize() => ProfileFormat.Write(this);

    /// <summary>Reads a stored profile.</summary>
    /// <returns>The profile, or an error that says what is wrong with the bytes.</returns>
    public static Result<WindowProfile> Deserialize(ProfileLayout layout, ReadOnlySpan<byte> bytes) => ProfileFormat.Read(layout, bytes);

    private static float[] Filled(int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return values;
    }
}

/// <summary>One encoded feature in a profile.</summary>
/// <param name="Rows">All rows, with and without a value.</param>
/// <param name="Counts">A count for each bin of <paramref name="Bins"/>.</param>
/// <param name="Mean">Of the finite numbers; null for categories and without values.</param>
/// <param name="StandardDeviation">Of the sample (n − 1); null below two values.</param>
public sealed record FeatureSummary(BinLayout Bins, long Rows, long Missing, ReadOnlyMemory<long> Counts, double? Mean, double? StandardDeviation, double? Minimum, double? Maximum)
{
    /// <summary>For a category: rows whose value the model does not know.</summary>
    public long Unknown => Bins.IsCategorical ? Counts.Span[^1] : 0;
}
