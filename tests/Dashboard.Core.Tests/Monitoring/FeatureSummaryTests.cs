using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class FeatureSummaryTests
{
    [Fact]
    public void Quantiles_are_within_the_sketchs_bound_and_different_values_are_counted()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 5000);
        var profile = samples.Count(samples.Reference().Layout, Enumerable.Range(0, 5000));
        var distance = profile.Feature(0);
        var values = samples.Features.Select(row => row[0]).Where(float.IsFinite).Order().ToArray();
        foreach (var share in (double[])[0.01, 0.25, 0.5, 0.75, 0.99])
            Assert.Equal(share, (double)values.Count(value => value <= distance.Quantile(share)) / values.Length, distance.Values!.LargestRankError);
        Assert.Equal(values.Distinct().Count(), distance.Distinct!.Value, values.Length * 0.07);
        Assert.Equal(24, profile.Feature(1).Distinct);
        Assert.Equal(11, profile.Feature(1).Quantile(0.5)!.Value, 1.0);
        Assert.Null(profile.Feature(2).Quantile(0.5));
    }

    [Fact]
    public void Values_outside_the_references_range_are_counted()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 500);
        var layout = samples.Reference().Layout;
        var profile = samples.Count(layout, Enumerable.Range(0, 500));
        Assert.Equal((0L, 0L), (profile.Feature(0).BelowRange, profile.Feature(0).AboveRange));
        foreach (var value in (float[])[-1, -2, 3001, float.PositiveInfinity, float.NegativeInfinity])
            profile.AddPrediction([value, 3, 0], samples.Outputs[0]);

        Assert.Equal((3L, 2L), (profile.Feature(0).BelowRange, profile.Feature(0).AboveRange));
        Assert.Null(profile.Feature(2).BelowRange);
        Assert.Null(new WindowProfile(new([BinLayout.Generic("x")], layout.Output)).Feature(0).AboveRange);
        // Infinities are in the histogram and in no figure.
        Assert.Equal((-2.0, 3001.0), (profile.Feature(0).Minimum, profile.Feature(0).Maximum));
        Assert.True(double.IsFinite(profile.Feature(0).Mean!.Value));
    }

    [Fact]
    public void Unknown_categories_come_with_their_texts()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 2000);
        var profile = samples.Count(samples.Reference().Layout, Enumerable.Range(0, 2000));
        var carrier = profile.Feature(2);
        var unknown = Enumerable.Range(0, 2000).Where(row => FeatureEncoder.IsUnknownCategory(samples.Features[row][2])).ToArray();

        Assert.Equal(unknown.Length, carrier.Unknown);
        Assert.Equal(unknown.Length, carrier.UnknownValues!.Total);
        Assert.True(carrier.UnknownValues.IsExact);
        foreach (var (text, count) in carrier.UnknownValues.Largest())
            Assert.Equal(unknown.Count(row => text == $"carrier {row % 7}"), count);
        Assert.Equal(3 + 7, carrier.Distinct);
        Assert.Null(profile.Feature(0).UnknownValues);
    }

    [Fact]
    public void A_mean_far_from_zero_keeps_its_digits()
    {
        var layout = new ProfileLayout([BinLayout.Generic("x")], OutputLayout.Of(ModelTask.Regression, [], 0.5, BinLayout.Generic("prediction")));
        var profile = new WindowProfile(layout);
        foreach (var value in (float[])[16_777_208, 16_777_210, 16_777_212, 16_777_214])
            profile.AddPrediction([value], [value]);

        Assert.Equal(16_777_211, profile.Feature(0).Mean);
        Assert.Equal(Math.Sqrt(20.0 / 3), profile.Feature(0).StandardDeviation);
        Assert.Equal(16_777_211, profile.Output.MeanOutput);
        Assert.Equal(Math.Sqrt(20.0 / 3), profile.Output.OutputDeviation);
    }

    [Fact]
    public void Labels_of_any_size_are_counted()
    {
        var layout = new ProfileLayout([BinLayout.Generic("x")], OutputLayout.Of(ModelTask.Regression, [], 0.5, BinLayout.Generic("prediction")));
        var profile = new WindowProfile(layout);
        profile.Apply([ProfileChange.Prediction([1], [1], 1e300), ProfileChange.Prediction([1], [1], 1e-320), ProfileChange.Prediction([1], [1], double.MaxValue)]);

        Assert.True(WindowProfile.Deserialize(layout, profile.Serialize()).IsSuccess);
        Assert.Equal(3, profile.Output.Labelled);
        Assert.False(ProfileMetrics.Of(profile.Output).ContainsKey("mse"));
        Assert.False(ProfileMetrics.Of(profile.Output).ContainsKey("mape"));
        profile.Apply([ProfileChange.Label([1], [1], 1e300, 2, double.NaN), ProfileChange.Label([1], [1], 1e-320, 2, double.NaN), ProfileChange.Label([1], [1], double.MaxValue, 2, double.NaN)]);
        Assert.Equal((1.0, 0.5), (ProfileMetrics.Of(profile.Output)["mse"], ProfileMetrics.Of(profile.Output)["mape"]));
    }
}
