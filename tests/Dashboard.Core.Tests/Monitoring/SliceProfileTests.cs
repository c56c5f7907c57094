using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class SliceProfileTests
{
    private const int Rows = 2000;

    [Fact]
    public void A_groups_counts_are_its_confusion_matrix()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, Rows);
        var layout = samples.Reference().Layout;
        var profile = samples.Count(layout, Enumerable.Range(0, Rows));
        for (var feature = 0; feature < 3; feature++)
        {
            var slices = profile.Slices.Of(feature);
            Assert.Equal(Rows, slices.Sum(slice => slice.Rows));
            Assert.Equal(Rows, slices.Sum(slice => slice.Labelled));
            Assert.Equal(profile.Output.Confusion[0], slices.Sum(slice => slice.Hit[0]));
            Assert.Equal(profile.Output.Confusion[3], slices.Sum(slice => slice.Hit[1]));
            foreach (var slice in slices)
            {
                var rows = Enumerable.Range(0, Rows).Where(row => Lies(slice, samples.Features[row][feature])).ToArray();
                Assert.Equal(rows.Length, slice.Rows);
                for (var c = 0; c < 2; c++)
                {
                    Assert.Equal(rows.Count(row => Predicted(row) == c), slice.Predicted[c]);
                    Assert.Equal(rows.Count(row => samples.Labels[row] == c), slice.Actual[c]);
                    Assert.Equal(rows.Count(row => samples.Labels[row] == c && Predicted(row) == c), slice.Hit[c]);
                }

                Assert.Equal(rows.Sum(row => -Math.Log(samples.Labels[row] == 1 ? samples.Outputs[row][0] : 1 - samples.Outputs[row][0])), slice.LogLoss, 1e-6);
            }
        }

        Assert.InRange(profile.Slices.Of(0).Count(slice => !slice.IsMissing), 9, 10);
        Assert.Single(profile.Slices.Of(0), slice => slice.IsMissing);
        Assert.Equal(["AA", "UA", "DL", null], profile.Slices.Of(2).Select(slice => slice.Category));
        Assert.True(profile.Slices.Of(2)[^1].IsUnknown);

        int Predicted(int row) => samples.Outputs[row][0] >= 0.5 ? 1 : 0;
    }

    [Fact]
    public void A_reference_knows_how_the_model_did_in_each_group()
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, Rows);
        var reference = samples.Reference();
        var read = ReferenceProfile.Deserialize(reference.Serialize()).Value.Profile;
        var window = samples.Count(reference.Layout, Enumerable.Range(0, Rows));
        for (var feature = 0; feature < 3; feature++)
            foreach (var (expected, slice) in window.Slices.Of(feature).Zip(read.Slices.Of(feature)))
                Assert.Equal((expected.Rows, expected.Hit[0], expected.Hit[1], expected.LogLoss), (slice.Rows, slice.Hit[0], slice.Hit[1], slice.LogLoss));
        Assert.Equal(window.Feature(0).Quantile(0.5)!.Value, read.Feature(0).Quantile(0.5)!.Value, 60.0);
    }

    [Fact]
    public void A_group_of_a_regression_has_its_errors()
    {
        var samples = ProfileSamples.Of(ModelTask.Regression, Rows);
        var layout = samples.Reference().Layout;
        var profile = samples.Count(layout, Enumerable.Range(0, Rows));
        profile.AddPrediction(samples.Features[0], [float.NaN]);
        foreach (var slice in profile.Slices.Of(1))
        {
            var errors = Enumerable.Range(0, Rows).Where(row => Lies(slice, samples.Features[row][1])).Select(row => samples.Outputs[row][0] - samples.Labels[row]).ToArray();
            Assert.Equal((errors.Length, errors.Length), (slice.Rows, slice.Labelled));
            Assert.Equal(errors.Sum(), slice.Error, 1e-3);
            Assert.Equal(errors.Sum(Math.Abs), slice.AbsoluteError, 1e-3);
            Assert.Equal(errors.Sum(error => error * error), slice.SquaredError, 1e-2);
            Assert.True(slice.Predicted.IsEmpty);
        }

        Assert.Equal(Rows, profile.Slices.Of(1).Sum(slice => slice.Rows));
    }

    [Fact]
    public void Several_classes_are_counted_by_group_and_their_scores_for_all_predictions()
    {
        var samples = ProfileSamples.Of(ModelTask.MulticlassClassification, Rows);
        var layout = samples.Reference().Layout;
        var profile = new WindowProfile(layout);
        profile.Apply([.. Enumerable.Range(0, Rows).Select(samples.Prediction)]);

        Assert.Equal(0, profile.Output.Labelled);
        for (var c = 0; c < 3; c++)
        {
            Assert.Equal(profile.Output.Predicted[c], profile.Output.AllScoresOf(c, isPredicted: true).ToArray().Sum());
            Assert.Equal(Rows - profile.Output.Predicted[c], profile.Output.AllScoresOf(c, isPredicted: false).ToArray().Sum());
            Assert.Equal(profile.Output.Predicted[c], profile.Slices.Of(0).Sum(slice => slice.Predicted[c]));
            var bin = layout.Output.Scores.BinOf(samples.Outputs[17][c]);
            Assert.Equal(samples.Outputs.Count(output => layout.Output.Scores.BinOf(output[c]) == bin),
                profile.Output.AllScoresOf(c, isPredicted: true)[bin] + profile.Output.AllScoresOf(c, isPredicted: false)[bin]);
        }

        Assert.True(samples.Count(layout, [1]).Output.AllScoresOf(0, true).Length > 0);
        Assert.True(ProfileSamples.Of(ModelTask.BinaryClassification, 9).Reference().Profile.Output.AllScoresOf(0, true).IsEmpty);
    }

    private static bool Lies(FeatureSlice slice, float value)
    {
        if (FeatureEncoder.IsUnknownCategory(value))
            return slice.IsUnknown;
        if (float.IsNaN(value))
            return slice.IsMissing;
        if (slice.IsMissing)
            return false;
        return slice.Bins.IsCategorical ? slice.Group == (int)value : value >= (slice.Low ?? double.NegativeInfinity) && value < (slice.High ?? double.PositiveInfinity);
    }
}
