using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class WindowProfileTests
{
    [Theory]
    [InlineData(ModelTask.BinaryClassification)]
    [InlineData(ModelTask.MulticlassClassification)]
    [InlineData(ModelTask.Regression)]
    public void A_profile_survives_being_stored(ModelTask task)
    {
        var samples = ProfileSamples.Of(task, 300);
        var layout = samples.Reference().Layout;
        var profile = samples.Count(layout, Enumerable.Range(0, 300));

        var read = WindowProfile.Deserialize(layout, profile.Serialize());

        Assert.True(read.IsSuccess, read.Error?.Message);
        AssertSame(profile, read.Value);
        Assert.Equal(profile.Serialize(), read.Value.Serialize());
    }

    [Fact]
    public void A_profile_of_another_layout_is_refused()
    {
        var one = ProfileSamples.Of(ModelTask.BinaryClassification, 200, seed: 1).Reference();
        var other = ProfileSamples.Of(ModelTask.BinaryClassification, 200, seed: 2).Reference();

        Assert.False(WindowProfile.Deserialize(other.Layout, one.Profile.Serialize()).IsSuccess);
        Assert.Throws<ArgumentException>(() => one.Profile.Add(other.Profile));
    }

    [Fact]
    public void Missing_values_and_unknown_categories_are_counted_apart()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 1000);
        var profile = samples.Reference().Profile;
        var distance = profile.Feature(0);
        var carrier = profile.Feature(2);

        Assert.Equal(samples.Features.Count(row => float.IsNaN(row[0])), distance.Missing);
        Assert.Equal(1000 - distance.Missing, distance.Counts.ToArray().Sum());
        Assert.Equal(samples.Features.Count(row => FeatureEncoder.IsUnknownCategory(row[2])), carrier.Unknown);
        Assert.Equal(0, carrier.Missing);
        var values = samples.Features.Where(row => !float.IsNaN(row[0])).Select(row => (double)row[0]).ToArray();
        Assert.Equal(values.Average(), distance.Mean!.Value, 1e-6);
        Assert.Equal(Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1)), distance.StandardDeviation!.Value, 1e-6);
        Assert.Equal(values.Min(), distance.Minimum);
        Assert.Equal(values.Max(), distance.Maximum);
    }

    internal static void AssertSame(WindowProfile expected, WindowProfile actual)
    {
        Assert.Equal(expected.FeatureRows, actual.FeatureRows);
        for (var i = 0; i < expected.Layout.Features.Count; i++)
        {
            FeatureSummary a = expected.Feature(i), b = actual.Feature(i);
            Assert.Equal(a.Counts.ToArray(), b.Counts.ToArray());
            Assert.Equal(a.Missing, b.Missing);
            Assert.Equal((a.Minimum, a.Maximum), (b.Minimum, b.Maximum));
            AssertClose(a.Mean, b.Mean);
            AssertClose(a.StandardDeviation, b.StandardDeviation);
        }

        Assert.Equal(expected.Output.Histogram.ToArray(), actual.Output.Histogram.ToArray());
        Assert.Equal(expected.Output.Confusion.ToArray(), actual.Output.Confusion.ToArray());
        Assert.Equal(expected.Output.Labelled, actual.Output.Labelled);
        Assert.Equal(expected.Output.Lags.ToArray(), actual.Output.Lags.ToArray());
        var metrics = ProfileMetrics.Of(expected.Output);
        Assert.NotEmpty(metrics);
        foreach (var (key, value) in metrics)
            AssertClose(value, ProfileMetrics.Of(actual.Output)[key]);
    }

    private static void AssertClose(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is { } value)
            Assert.Equal(value, actual!.Value, Math.Max(1e-9, Math.Abs(value) * 1e-9));
    }
}
