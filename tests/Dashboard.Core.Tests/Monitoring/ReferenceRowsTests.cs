using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class ReferenceRowsTests
{
    [Fact]
    public void Rows_come_back_as_they_were_unknown_categories_and_missing_values_included()
    {
        var rows = Sample();

        var read = ReferenceRows.Deserialize(rows.Serialize()).Value;

        Assert.Equal((3, 1, 4), (read.Width, read.OutputCount, read.Count));
        Assert.Equal(rows.Features.Select(BitConverter.SingleToUInt32Bits), read.Features.Select(BitConverter.SingleToUInt32Bits));
        Assert.True(FeatureEncoder.IsUnknownCategory(read.FeaturesOf(1)[2]));
        Assert.Equal(rows.Outputs, read.Outputs);
        Assert.Equal(rows.Labels, read.Labels);
        Assert.Equal(new DateTime(2001, 2, 3, 4, 5, 6), read.TimeOf(2));
        Assert.Equal(rows.Inputs.Select(input => input.Name), read.Inputs.Select(input => input.Name));
        Assert.Equal(rows.Inputs[1].Values.AsEnumerable(), read.Inputs[1].Values);
    }

    [Fact]
    public void Rows_without_times_and_inputs_have_none()
    {
        var read = ReferenceRows.Deserialize((Sample() with { Times = null, Inputs = [] }).Serialize()).Value;

        Assert.Null(read.Times);
        Assert.Null(read.TimeOf(0));
        Assert.Empty(read.Inputs);
    }

    [Fact]
    public void Whatever_the_bytes_are_the_answer_is_rows_or_an_error()
    {
        var good = Sample().Serialize();
        var random = new Random(7);
        for (var length = 0; length < good.Length; length++)
            Assert.False(ReferenceRows.Deserialize(good.AsSpan(0, length)).IsSuccess, $"cut at {length}");
        for (var attempt = 0; attempt < 20_000; attempt++)
        {
            var bytes = (byte[])good.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var read = ReferenceRows.Deserialize(bytes);
            if (read.IsSuccess)
                Assert.Equal(read.Value.Count * read.Value.Width, read.Value.Features.Length);
        }
    }

    [Fact]
    public void Lengths_that_the_bytes_do_not_bear_out_are_refused_before_anything_is_allocated()
    {
        // 1,000,000 features, one output, 5,000 rows: twenty gigabytes of floats that are not there.
        byte[] bytes = [1, 0xC0, 0x84, 0x3D, 1, 0x88, 0x27, 0, 0, 0, 0];
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = ReferenceRows.Deserialize(bytes);

        Assert.Contains("does not fit", read.Error!.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void At_most_five_thousand_rows_are_picked_evenly()
    {
        Assert.Equal([0, 1, 2], ReferenceRows.Pick(3));
        var picked = ReferenceRows.Pick(50_000);
        Assert.Equal((5000, 0, 49_990), (picked.Length, picked[0], picked[^1]));
        Assert.Equal(5000, picked.Distinct().Count());
    }

    [Fact]
    public void Rows_of_another_model_do_not_fit()
    {
        var manifest = new ModelManifest(1, "m", ModelTask.BinaryClassification, new([new("x", InputType.Number, []), new("y", InputType.Number, []), new("carrier", InputType.Category, ["AA"])]),
            ["no", "yes"], 0.5, "xgboost", null, "model.json", null, null, new Dictionary<string, double>(), [], null, null, null, null, null, null, "1", DateTimeOffset.UnixEpoch, []);

        Assert.Null(Sample().Check(manifest));
        Assert.Contains("label 7", (Sample() with { Labels = [0, 1, 7, double.NaN] }).Check(manifest)!.Message);
        Assert.Contains("2 features", (Sample() with { Width = 2 }).Check(manifest)!.Message);
        Assert.Contains("2 outputs", (Sample() with { OutputCount = 2 }).Check(manifest)!.Message);
    }

    [Fact]
    public void A_sample_keeps_what_the_model_could_answer_with_its_raw_inputs()
    {
        var preprocessing = new Preprocessing([new("x", InputType.Number, []), new("carrier", InputType.Category, ["AA", "UA"]), new("late", InputType.Boolean, []), new("when", InputType.Timestamp, [], Parts: TimestampParts.Hour)]);
        var encoder = new FeatureEncoder(preprocessing);
        InputValue[][] raw =
        [
            [InputValue.OfNumber(1.25), InputValue.OfCode(1), InputValue.OfBoolean(true), InputValue.OfTimestamp(new(2001, 2, 3, 4, 5, 6))],
            [InputValue.OfNumber(2), InputValue.OfCode(0), InputValue.OfBoolean(false), InputValue.Missing],
            [InputValue.Missing, InputValue.OfUnknownCategory(new string('Z', 2000)), InputValue.Missing, InputValue.Missing],
        ];
        var features = new float[12];
        for (var row = 0; row < 3; row++)
            encoder.Encode(raw[row], features.AsSpan(4 * row, 4));

        var rows = ReferenceRowsBuilder.Build(preprocessing, features, [0.5f, float.NaN, 0.25f], [1, 0, double.NaN], [10, 20, 30], (row, inputs) => raw[row].CopyTo(inputs));

        Assert.Equal(2, rows.Count);
        Assert.Equal([0.5f, 0.25f], rows.Outputs);
        Assert.Equal([10, 30], rows.Times!);
        Assert.Equal(["1.25", "UA", "true", "2001-02-03T04:05:06"], rows.Inputs.Select(input => input.Values[0]));
        Assert.Equal([null, 1000, null, null], rows.Inputs.Select(input => input.Values[1]?.Length));
        Assert.True(ReferenceRows.Deserialize(rows.Serialize()).IsSuccess);
    }

    private static ReferenceRows Sample() => new(3, 1,
        [1, 2, 0, float.NaN, -3.5f, FeatureEncoder.UnknownCategory, 1e30f, float.PositiveInfinity, 0, 4, 5, 0], [0.1f, 0.9f, 0.5f, 0.25f], [0, 1, double.NaN, 1],
        [new DateTime(2001, 2, 3).Ticks, new DateTime(2001, 2, 3).Ticks, new DateTime(2001, 2, 3, 4, 5, 6).Ticks, 0],
        [new("x", ["1", null, "1E+30", "4"]), new("carrier", [null, "Zürich", "AA", "AA"])]);
}
