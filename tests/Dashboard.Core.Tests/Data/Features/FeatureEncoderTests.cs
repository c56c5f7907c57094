using System.Text;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Tests.Data.Features;

public sealed class FeatureEncoderTests
{
    private static readonly Preprocessing Flights = new(
    [
        new("distance", InputType.Number, []),
        new("date", InputType.Timestamp, []),
        new("origin", InputType.Category, ["ATL", "LAX", "ORD"]),
        new("late", InputType.Boolean, []),
    ]);

    [Fact]
    public void A_row_becomes_numbers_codes_and_parts_of_its_time()
    {
        var encoder = new FeatureEncoder(Flights);
        var row = new float[encoder.Width];

        encoder.Encode([InputValue.OfNumber(730.5), InputValue.OfTimestamp(new(2001, 2, 4, 6, 30, 0, DateTimeKind.Unspecified)), encoder.Category(2, "ORD"), InputValue.OfBoolean(true)], row);

        Assert.Equal(["distance", "hour", "weekday", "month", "origin", "late"], Flights.Features.Select(feature => feature.Name));
        Assert.Equal([730.5f, 6, 6, 2, 2, 1], row);
    }

    [Fact]
    public void Missing_inputs_are_NaN_in_every_feature_they_make()
    {
        var encoder = new FeatureEncoder(Flights);
        var row = new float[encoder.Width];

        encoder.Encode([InputValue.Missing, InputValue.Missing, InputValue.Missing, InputValue.Missing], row);

        Assert.All(row, value => Assert.True(float.IsNaN(value) && !FeatureEncoder.IsUnknownCategory(value)));
    }

    [Fact]
    public void An_unknown_category_is_missing_to_the_model_and_told_apart_by_the_profile()
    {
        var encoder = new FeatureEncoder(Flights);
        var row = new float[encoder.Width];
        var unknown = encoder.Category(2, "ZZZ"u8);

        encoder.Encode([InputValue.OfNumber(1), InputValue.Missing, unknown, InputValue.OfBoolean(false)], row);

        Assert.Equal((InputKind.Text, "ZZZ"), (unknown.Kind, unknown.Text));
        Assert.True(float.IsNaN(row[4]) && FeatureEncoder.IsUnknownCategory(row[4]));
    }

    [Theory]
    [InlineData("LAX")]
    [InlineData("Zürich Flughafen ✈")]
    public void A_category_is_the_same_from_text_and_from_UTF8(string value)
    {
        var encoder = new FeatureEncoder(new([new("place", InputType.Category, ["a", value])]));

        Assert.Equal((InputKind.Code, 1.0), (encoder.Category(0, value).Kind, encoder.Category(0, value).Number));
        Assert.Equal(encoder.Category(0, value), encoder.Category(0, Encoding.UTF8.GetBytes(value)));
    }

    [Fact]
    public void A_long_category_is_read_whole_from_UTF8()
    {
        var value = new string('é', 400);
        var encoder = new FeatureEncoder(new([new("place", InputType.Category, [value])]));

        Assert.Equal(InputKind.Code, encoder.Category(0, Encoding.UTF8.GetBytes(value)).Kind);
    }

    [Fact]
    public void Two_timestamps_and_taken_names_are_told_apart_by_their_input()
    {
        var two = new Preprocessing([new("start", InputType.Timestamp, [], Parts: TimestampParts.Hour), new("end", InputType.Timestamp, [], Parts: TimestampParts.Hour | TimestampParts.Month)]);
        var taken = new Preprocessing([new("hour", InputType.Number, []), new("start", InputType.Timestamp, [])]);

        Assert.Equal(["start_hour", "end_hour", "end_month"], two.Features.Select(feature => feature.Name));
        Assert.Equal(["hour", "start_hour", "weekday", "month"], taken.Features.Select(feature => feature.Name));
    }

    [Fact]
    public void Only_the_parts_that_were_kept_are_encoded()
    {
        var encoder = new FeatureEncoder(new([new("start", InputType.Timestamp, [], Parts: TimestampParts.Weekday), new("n", InputType.Number, [])]));
        var row = new float[encoder.Width];

        encoder.Encode([InputValue.OfTimestamp(new(2001, 2, 5, 6, 30, 0, DateTimeKind.Unspecified)), InputValue.OfNumber(9)], row);

        Assert.Equal([0, 9], row);
    }

    [Fact]
    public void A_timestamp_survives_its_packing_to_the_tick()
    {
        var time = new DateTime(2001, 2, 4, 6, 30, 1, DateTimeKind.Unspecified).AddTicks(1234567);

        Assert.Equal(time, InputValue.OfTimestamp(time).AsTimestamp());
        Assert.Equal(InputKind.Missing, InputValue.OfNumber(double.NaN).Kind);
    }

    [Fact]
    public void Encoding_allocates_nothing_for_what_is_known()
    {
        var encoder = new FeatureEncoder(Flights);
        var row = new float[encoder.Width];
        InputValue[] inputs = [InputValue.OfNumber(1), InputValue.OfTimestamp(new(2001, 2, 4, 6, 30, 0, DateTimeKind.Unspecified)), InputValue.Missing, InputValue.OfBoolean(true)];
        inputs[2] = encoder.Category(2, "LAX"u8);
        encoder.Encode(inputs, row);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            inputs[2] = encoder.Category(2, "LAX"u8);
            encoder.Encode(inputs, row);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
