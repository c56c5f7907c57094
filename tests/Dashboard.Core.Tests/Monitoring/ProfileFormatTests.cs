using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class ProfileFormatTests
{
    [Theory]
    [InlineData(ModelTask.BinaryClassification)]
    [InlineData(ModelTask.MulticlassClassification)]
    [InlineData(ModelTask.Regression)]
    public void References_and_windows_of_version_1_are_still_read(ModelTask task)
    {
        var samples = ProfileSamples.Of(task, 300);
        var today = samples.Reference();
        var reference = ReferenceProfile.Deserialize(Stored($"{task}.reference"));
        Assert.True(reference.IsSuccess, reference.Error?.Message);
        Assert.Equal(today.Layout.Fingerprint, reference.Value.Layout.Fingerprint);
        Assert.Equal(13, reference.Value.Blocks.Blocks.Count);
        WindowProfileTests.AssertSame(today.Profile, reference.Value.Profile);

        var window = WindowProfile.Deserialize(today.Layout, Stored($"{task}.window"));
        Assert.True(window.IsSuccess, window.Error?.Message);
        WindowProfileTests.AssertSame(samples.Count(today.Layout, Enumerable.Range(0, 200)), window.Value);
        Assert.Equal(200, window.Value.Rows);
        // What was not kept is not made up.
        Assert.Null(window.Value.Feature(0).Values);
        Assert.Null(window.Value.Feature(0).Distinct);
        Assert.Null(window.Value.Feature(2).Distinct);
        Assert.Empty(window.Value.Slices.Of(0));
    }

    [Fact]
    public void A_window_of_version_1_goes_on_in_version_2()
    {
        var samples = ProfileSamples.Of(ModelTask.Regression, 300);
        var layout = samples.Reference().Layout;
        var window = WindowProfile.Deserialize(layout, Stored("Regression.window")).Value;
        window.Add(samples.Count(layout, Enumerable.Range(200, 100)));

        var read = WindowProfile.Deserialize(layout, window.Serialize());
        Assert.True(read.IsSuccess, read.Error?.Message);
        WindowProfileTests.AssertSame(samples.Count(layout, Enumerable.Range(0, 300)), read.Value);
        // A sketch that has seen only the last hundred rows says nothing of all.
        Assert.Null(read.Value.Feature(0).Quantile(0.5));
        Assert.Equal(100, read.Value.Slices.Of(0).Sum(slice => slice.Rows));
    }

    [Fact]
    public void What_is_not_asked_for_is_passed_over()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 500);
        var layout = samples.Reference().Layout;
        var bytes = samples.Count(layout, Enumerable.Range(0, 500)).Serialize();

        var output = WindowProfile.Deserialize(layout, bytes, ProfileParts.Output).Value;
        Assert.Equal((500, 0), (output.Rows, output.FeatureRows));
        Assert.Equal(500, output.Output.Labelled);
        var features = WindowProfile.Deserialize(layout, bytes, ProfileParts.Features | ProfileParts.Unknown).Value;
        Assert.Equal((0, 500), (features.Rows, features.FeatureRows));
        Assert.NotNull(features.Feature(0).Mean);
        Assert.Null(features.Feature(0).Values);
        Assert.Equal(7, features.Feature(2).UnknownValues!.Distinct);
        Assert.Empty(features.Slices.Of(0));
    }

    [Fact]
    public void Sections_of_a_later_version_are_passed_over()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 50);
        var layout = samples.Reference().Layout;
        var bytes = samples.Count(layout, Enumerable.Range(0, 50)).Serialize();

        var read = WindowProfile.Deserialize(layout, [.. bytes, 77, 3, 1, 2, 3, 99, 0]);
        Assert.True(read.IsSuccess, read.Error?.Message);
        Assert.Equal(bytes, read.Value.Serialize());
        Assert.False(WindowProfile.Deserialize(layout, [.. bytes, 77, 3, 1, 2]).IsSuccess);
        Assert.False(WindowProfile.Deserialize(layout, [.. bytes, 77, 0, 77, 0]).IsSuccess);
    }

    [Fact]
    public void A_label_taken_back_from_a_window_that_never_counted_it_can_be_stored()
    {
        // The length of windows was changed between the two: the hour is right, the minute has one label too few.
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 50);
        var layout = samples.Reference().Layout;
        var window = new WindowProfile(layout);
        window.Apply([samples.Label(3, samples.Labels[3], 1 - samples.Labels[3], double.NaN), samples.Label(4, samples.Labels[4], double.NaN, double.NaN)]);

        var read = WindowProfile.Deserialize(layout, window.Serialize());
        Assert.True(read.IsSuccess, read.Error?.Message);
        Assert.Equal(-1, read.Value.Output.Labelled);
        read.Value.Apply([samples.Label(3, 1 - samples.Labels[3], samples.Labels[3], double.NaN), samples.Label(4, double.NaN, samples.Labels[4], double.NaN)]);
        Assert.Equal(new WindowProfile(layout).Serialize(), read.Value.Serialize());
    }

    [Theory]
    [InlineData(ModelTask.BinaryClassification)]
    [InlineData(ModelTask.MulticlassClassification)]
    [InlineData(ModelTask.Regression)]
    public void Hostile_bytes_are_refused_and_never_throw(ModelTask task)
    {
        var samples = ProfileSamples.Of(task, 500);
        var reference = samples.Reference();
        var profile = samples.Count(reference.Layout, Enumerable.Range(0, 500)).Serialize();
        foreach (var whole in (byte[][])[profile, Stored($"{task}.window")])
        {
            var layout = whole == profile ? reference.Layout : ReferenceProfile.Deserialize(Stored($"{task}.reference")).Value.Layout;
            Sketches.Hostile.Try([whole], bytes => WindowProfile.Deserialize(layout, bytes), Use);
        }

        var package = reference.Serialize();
        for (var length = 0; length < package.Length; length += 29)
            Assert.False(ReferenceProfile.Deserialize(package.AsSpan(0, length)).IsSuccess);
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var broken = (byte[])package.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            if (ReferenceProfile.Deserialize(broken) is { IsSuccess: true } read)
                Use(read.Value.Profile);
        }
    }

    private static void Use(WindowProfile profile)
    {
        for (var i = 0; i < profile.Layout.Features.Count; i++)
        {
            var feature = profile.Feature(i);
            _ = (feature.Quantile(0.5), feature.BelowRange, feature.Unknown);
            foreach (var slice in profile.Slices.Of(i))
                _ = (slice.Rows, slice.Labelled, slice.LogLoss, slice.SquaredError);
        }

        _ = ProfileMetrics.Of(profile.Output);
        profile.Add(profile.Layout.Features.Count > 0 ? new(profile.Layout) : profile);
        Assert.NotEmpty(profile.Serialize());
    }

    private static byte[] Stored(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Reference", "profiles_v1", name));
}
