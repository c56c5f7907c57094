using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Explanations;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Tests.Monitoring.Explanations;

public sealed class ReferencePlaceTests
{
    [Fact]
    public void A_number_has_its_percentile_within_one_percent_of_the_exact_one()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 20_000).Select(_ => (float)(Math.Exp(random.NextDouble() * 6) * 10)).ToArray();
        var summary = Summary(BinLayout.OfSample("x", [.. values]), values);

        for (var i = 0; i < 200; i++)
        {
            var value = values[random.Next(values.Length)];
            var exact = (values.Count(other => other < value) + (values.Count(other => other == value) / 2.0)) / values.Length;
            Assert.Equal(exact, ReferencePlace.Of(summary, InputType.Number, value)!.Percentile!.Value, 0.0101);
        }

        Assert.Equal(new ReferencePlace(0, null, true), ReferencePlace.Of(summary, InputType.Number, 1));
        Assert.Equal(new ReferencePlace(1, null, true), ReferencePlace.Of(summary, InputType.Number, 1e9f));
        Assert.Equal(new ReferencePlace(1, null, true), ReferencePlace.Of(summary, InputType.Number, float.PositiveInfinity));
    }

    [Fact]
    public void A_number_of_few_values_is_exact()
    {
        float[] values = [1, 1, 2, 3, 3, 3, float.NaN, float.NaN];
        var summary = Summary(BinLayout.OfSample("x", [.. values]), values);

        Assert.Equal(1 / 6.0, ReferencePlace.Of(summary, InputType.Number, 1)!.Percentile!.Value, 1e-12);
        Assert.Equal(2.5 / 6, ReferencePlace.Of(summary, InputType.Number, 2)!.Percentile!.Value, 1e-12);
        Assert.Equal(3 / 6.0, ReferencePlace.Of(summary, InputType.Number, 2.5f)!.Percentile!.Value, 1e-12);
        Assert.Equal(4.5 / 6, ReferencePlace.Of(summary, InputType.Number, 3)!.Percentile!.Value, 1e-12);
        Assert.Equal(new ReferencePlace(null, 0.25, false), ReferencePlace.Of(summary, InputType.Number, float.NaN));
    }

    [Fact]
    public void An_hour_and_a_boolean_have_a_share()
    {
        float[] hours = [6, 6, 6, 18];
        var summary = Summary(BinLayout.OfSample("hour", [.. hours]), hours);

        Assert.Equal(new ReferencePlace(null, 0.75, false), ReferencePlace.Of(summary, InputType.Timestamp, 6));
        Assert.Equal(new ReferencePlace(null, 0, true), ReferencePlace.Of(summary, InputType.Timestamp, 7));
        Assert.Equal(new ReferencePlace(null, 0, true), ReferencePlace.Of(summary, InputType.Timestamp, 23));
        Assert.Equal(new ReferencePlace(null, 0, true), ReferencePlace.Of(summary, InputType.Timestamp, float.NaN));
        Assert.Equal(new ReferencePlace(null, 0.25, false), ReferencePlace.Of(summary, InputType.Boolean, 18));
    }

    [Fact]
    public void A_category_has_its_share_and_an_unknown_one_is_new()
    {
        float[] codes = [0, 0, 1, float.NaN];
        var summary = Summary(BinLayout.OfCategories("origin", ["LAX", "ORD", "SFO"]), codes);

        Assert.Equal(new ReferencePlace(null, 0.5, false), ReferencePlace.Of(summary, InputType.Category, 0));
        Assert.Equal(new ReferencePlace(null, 0, true), ReferencePlace.Of(summary, InputType.Category, 2));
        Assert.Equal(new ReferencePlace(null, 0, true), ReferencePlace.Of(summary, InputType.Category, FeatureEncoder.UnknownCategory));
        Assert.Equal(new ReferencePlace(null, 0.25, false), ReferencePlace.Of(summary, InputType.Category, float.NaN));
        Assert.Null(ReferencePlace.Of(Summary(BinLayout.OfCategories("origin", ["LAX"]), []), InputType.Category, 0));
    }

    private static FeatureSummary Summary(BinLayout bins, float[] values)
    {
        var profile = new WindowProfile(new([bins], new(Core.Training.ModelTask.BinaryClassification, ["no", "yes"], 0.5, null)));
        foreach (var value in values)
            profile.AddPrediction([value], [0.5f]);
        return profile.Feature(0);
    }
}
