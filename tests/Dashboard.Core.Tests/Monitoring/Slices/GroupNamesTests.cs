using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Core.Monitoring.Slices;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Slices;

/// <summary>Groups are named so that people understand them and so that the segment behind a name holds exactly its rows.</summary>
public sealed class GroupNamesTests
{
    private static readonly Preprocessing Inputs = new([
        new("air time", InputType.Number, []), new("price", InputType.Number, []), new("vip", InputType.Boolean, []), new("left", InputType.Timestamp, []), new("carrier", InputType.Category, ["AA", "O'Hare"])]);

    [Fact]
    public void Every_group_is_the_segment_that_its_name_says()
    {
        var random = new Random(5);
        var encoder = new FeatureEncoder(Inputs);
        var rows = new List<(InputValue[] Raw, float[] Encoded)>();
        for (var i = 0; i < 4000; i++)
        {
            InputValue[] raw = [
                random.Next(10) == 0 ? InputValue.Missing : InputValue.OfNumber(random.Next(6)),
                InputValue.OfNumber(Math.Round(random.NextDouble() * 3000, 1)),
                InputValue.OfBoolean(random.Next(3) == 0),
                random.Next(12) == 0 ? InputValue.Missing : InputValue.OfTimestamp(new DateTime(2001, 1, 1).AddMinutes(random.Next(500_000))),
                encoder.Category(4, random.Next(4) switch { 0 => "AA", 1 or 2 => "O'Hare", _ => "ZZ" })];
            var encoded = new float[encoder.Width];
            encoder.Encode(raw, encoded);
            rows.Add((raw, encoded));
        }

        var reference = ReferenceBuilder.Build(Inputs, ModelTask.BinaryClassification, ["no", "yes"], 0.5, [.. rows.SelectMany(row => row.Encoded)], ReferencePredictions.OfAllRows([.. rows.Select(_ => 0.4f)], rows.Count, null));
        for (var feature = 0; feature < encoder.Width; feature++)
        {
            var report = FairnessReport.Of(Inputs, reference.Layout, reference.Profile.Slices, feature, 1);
            Assert.Equal(rows.Count, report.Groups.Sum(group => group.Rows));
            foreach (var group in report.Groups)
            {
                var segment = SegmentExpression.Compile(group.Group.Expression!, Inputs.Inputs).Value;
                Assert.Equal(group.Rows, rows.Count(row => segment.Contains(row.Raw)));
            }
        }

        string[] Names(int feature) => [.. FairnessReport.Of(Inputs, reference.Layout, reference.Profile.Slices, feature, 1).Groups.Select(group => group.Group.Text)];
        Assert.Equal(["air time = 0", "air time = 1", "air time = 2", "air time = 3", "air time = 4", "air time = 5", "air time missing"], Names(0).Order());
        Assert.Contains(Names(1), name => name.StartsWith("price below ", StringComparison.Ordinal));
        Assert.Equal(["vip = false", "vip = true"], Names(2));
        Assert.Contains("hour missing", Names(3));
        Assert.Contains("weekday = Wed", Names(4));
        Assert.Equal(["carrier = AA", "carrier = O'Hare", "carrier unknown to the model"], Names(6).Order());
    }

    [Fact]
    public void A_group_whose_segment_would_be_too_long_has_none()
    {
        var inputs = new Preprocessing([new("id", InputType.Category, [.. Enumerable.Range(0, 500).Select(i => $"value {i}")])]);
        var layout = new ProfileLayout([BinLayout.OfCategories("id", inputs.Inputs[0].Categories)], OutputLayout.Of(ModelTask.Regression, [], 0, BinLayout.Generic("prediction")));
        var profile = new WindowProfile(layout);
        profile.Apply([ProfileChange.Prediction([FeatureEncoder.UnknownCategory], [1f])]);
        var group = Assert.Single(FairnessReport.Of(inputs, layout, profile.Slices, 0, 0).Groups);
        Assert.Equal(("id unknown to the model", null), (group.Group.Text, group.Group.Expression));
    }
}
