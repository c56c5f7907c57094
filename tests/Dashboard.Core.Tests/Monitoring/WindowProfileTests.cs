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
    public void Any_split_merged_in_any_order_is_the_profile_of_the_whole(ModelTask task)
    {
        var samples = ProfileSamples.Of(task, 2000);
        var layout = samples.Reference().Layout;
        var whole = samples.Count(layout, Enumerable.Range(0, 2000));
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var parts = Enumerable.Range(0, 2000).GroupBy(_ => random.Next(1 + seed)).Select(rows => samples.Count(layout, rows)).ToArray();
            random.Shuffle(parts);
            // Merge neighbours until one is left: a grouping that differs with every seed.
            var merged = parts.ToList();
            while (merged.Count > 1)
            {
                var at = random.Next(merged.Count - 1);
                merged[at].Add(merged[at + 1]);
                merged.RemoveAt(at + 1);
            }

            AssertSame(whole, merged[0]);
        }
    }

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
    public void A_label_that_is_replaced_leaves_no_trace()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 500);
        var layout = samples.Reference().Layout;
        var expected = samples.Count(layout, Enumerable.Range(0, 500));
        var profile = new WindowProfile(layout);
        for (var row = 0; row < 500; row++)
        {
            profile.AddPrediction(samples.Features[row], samples.Outputs[row]);
            profile.Output.AddLabel(samples.Outputs[row], 1 - samples.Labels[row], 60);
        }

        for (var row = 0; row < 500; row++)
        {
            profile.Output.RemoveLabel(samples.Outputs[row], 1 - samples.Labels[row]);
            profile.Output.AddLabel(samples.Outputs[row], samples.Labels[row], double.NaN);
        }

        AssertSame(expected, profile);
    }

    [Fact]
    public void Hostile_bytes_are_refused_and_never_throw()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 200);
        var reference = samples.Reference();
        var profile = reference.Profile.Serialize();
        var package = reference.Serialize();
        var random = new Random(7);
        for (var length = 0; length < profile.Length; length += 13)
            Assert.False(WindowProfile.Deserialize(reference.Layout, profile.AsSpan(0, length)).IsSuccess);
        for (var length = 0; length < package.Length; length += 29)
            Assert.False(ReferenceProfile.Deserialize(package.AsSpan(0, length)).IsSuccess);
        for (var i = 0; i < 3000; i++)
        {
            var broken = (byte[])package.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            _ = ReferenceProfile.Deserialize(broken).IsSuccess;
        }

        Assert.False(WindowProfile.Deserialize(reference.Layout, [.. profile, 0]).IsSuccess);
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
