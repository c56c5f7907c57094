using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Estimation;

public sealed class WindowEstimateTests
{
    [Fact]
    public void A_window_keeps_its_estimates_when_it_is_stored_merged_and_read_again()
    {
        var samples = ProfileSamples.Of(ModelTask.MulticlassClassification, 2000);
        var layout = samples.Reference().Layout;
        var estimator = Estimator(samples, layout.Output);
        var whole = Window(samples, layout, estimator, 0, 2000);

        var merged = new WindowProfile(layout);
        foreach (var (from, to) in new[] { (1200, 2000), (0, 300), (300, 1200) })
            merged.Add(WindowProfile.Deserialize(layout, Window(samples, layout, estimator, from, to).Serialize()).Value);

        Assert.Equal(2000, merged.Estimates!.Rows);
        Assert.Equal(whole.Estimates!.Serialize(), merged.Estimates.Serialize());
        Assert.Equal(whole.Estimates.Serialize(), WindowProfile.Deserialize(layout, merged.Serialize(), ProfileParts.Estimates).Value.Estimates!.Serialize());
        Assert.Null(WindowProfile.Deserialize(layout, merged.Serialize(), ProfileParts.Output).Value.Estimates);
    }

    [Fact]
    public void A_window_without_an_estimator_stores_no_estimates_and_a_cleared_one_none_either()
    {
        var samples = ProfileSamples.Of(ModelTask.MulticlassClassification, 300);
        var layout = samples.Reference().Layout;
        var plain = samples.Count(layout, Enumerable.Range(0, 300));
        var window = Window(samples, layout, Estimator(samples, layout.Output), 0, 300);
        Assert.True(window.Serialize().Length > plain.Serialize().Length + 1000);

        window.Clear();

        Assert.Null(WindowProfile.Deserialize(layout, plain.Serialize()).Value.Estimates);
        Assert.Null(WindowProfile.Deserialize(layout, window.Serialize()).Value.Estimates);
    }

    [Fact]
    public void A_binary_window_needs_nothing_beside_its_histogram()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 500);
        var layout = samples.Reference().Layout;
        var estimator = PerformanceEstimator.Create(EstimatorLearning.Binary([.. samples.Outputs.Select(output => (double)output[0])], [.. samples.Labels.Select(label => (int)label)], layout.Output, [])!, layout.Output, 3, null).Value;

        var window = Window(samples, layout, estimator, 0, 500);

        Assert.Null(window.Estimates);
        Assert.Equal(500, estimator.Expect(window.Output, window.Estimates)!.Rows);
    }

    [Fact]
    public void Damaged_estimates_are_refused()
    {
        var samples = ProfileSamples.Of(ModelTask.MulticlassClassification, 300);
        var layout = samples.Reference().Layout;
        var good = Window(samples, layout, Estimator(samples, layout.Output), 0, 300).Estimates!.Serialize();
        for (var length = 0; length < good.Length; length += 7)
            Assert.False(EstimateProfile.Deserialize(layout.Output, good.AsSpan(0, length)).IsSuccess);
        Assert.False(EstimateProfile.Deserialize(layout.Output, [.. good, 0]).IsSuccess);
        Assert.False(EstimateProfile.Deserialize(new(ModelTask.BinaryClassification, ["a", "b"], 0.5, null), good).IsSuccess);
    }

    private static PerformanceEstimator Estimator(ProfileSamples samples, OutputLayout layout) => PerformanceEstimator.Create(
        EstimatorLearning.Multiclass([.. samples.Outputs.SelectMany(output => output).Select(score => (double)score)], [.. samples.Labels.Select(label => (int)label)], layout, [])!, layout, 3, null).Value;

    private static WindowProfile Window(ProfileSamples samples, ProfileLayout layout, PerformanceEstimator estimator, int from, int to)
    {
        var window = new WindowProfile(layout);
        ProfileChange[] changes = [.. Enumerable.Range(from, to - from).Select(row => ProfileChange.Prediction(samples.Features[row], samples.Outputs[row]))];
        window.Apply(changes);
        window.Estimate(estimator, changes);
        return window;
    }
}
