using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Segments;

public sealed class SegmentReferenceTests
{
    private const int Rows = 3000;

    private static readonly Preprocessing Inputs = new([
        new("distance", InputType.Number, []), new("left", InputType.Timestamp, [], Parts: TimestampParts.Hour), new("vip", InputType.Boolean, []), new("carrier", InputType.Category, ["AA", "UA"])]);

    private readonly List<InputValue[]> raw = [];
    private readonly float[] features;
    private readonly float[] outputs;
    private readonly double[] labels;
    private readonly ReferenceProfile reference;

    public SegmentReferenceTests()
    {
        var (random, encoder) = (new Random(3), new FeatureEncoder(Inputs));
        features = new float[Rows * encoder.Width];
        for (var row = 0; row < Rows; row++)
        {
            raw.Add([random.Next(9) == 0 ? InputValue.Missing : InputValue.OfNumber(random.NextDouble() * 3000), InputValue.OfTimestamp(new DateTime(2001, 2, 1).AddMinutes(random.Next(40_000))), InputValue.OfBoolean(random.Next(2) == 0),
                encoder.Category(3, random.Next(5) == 0 ? "ZZ" : random.Next(2) == 0 ? "AA" : "UA")]);
            encoder.Encode(raw[row], features.AsSpan(row * encoder.Width, encoder.Width));
        }

        outputs = [.. raw.Select(_ => (float)random.NextDouble())];
        labels = [.. outputs.Select(score => random.NextDouble() < score ? 1.0 : 0)];
        reference = ReferenceBuilder.Build(Inputs, ModelTask.BinaryClassification, ["no", "yes"], 0.5, features, ReferencePredictions.OfAllRows(outputs, Rows, labels));
    }

    [Theory]
    [InlineData("distance >= 1000")]
    [InlineData("hour between 6 and 11 and vip = true")]
    [InlineData("carrier = 'ZZ' or distance is missing")]
    public void A_segments_reference_is_what_its_rows_count_to(string expression)
    {
        var segment = SegmentExpression.Compile(expression, Inputs.Inputs).Value;
        var found = SegmentReference.Of(segment, Inputs, Sample(), reference.Layout);
        int[] members = [.. Enumerable.Range(0, Rows).Where(row => segment.Contains(raw[row]))];

        Assert.Equal((members.Length, Rows, null), (found.Rows, found.SampleRows, found.WhyNot));
        Assert.Equal(members.Length, found.Profile!.Output.Labelled);
        Assert.Equal(members.Count(row => labels[row] == 1 && outputs[row] >= 0.5), found.Profile.Output.Confusion[3]);
        Assert.Equal(members.Count(row => raw[row][0].Kind == InputKind.Missing), found.Profile.Feature(0).Missing);
        Assert.Equal(members.Length, found.Profile.Feature(0).Rows);
    }

    [Fact]
    public void Too_few_rows_and_rows_without_inputs_are_said_so()
    {
        var segment = SegmentExpression.Compile("distance > 2950", Inputs.Inputs).Value;
        var few = SegmentReference.Of(segment, Inputs, Sample(), reference.Layout);
        Assert.Null(few.Profile);
        Assert.Equal($"Only {few.Rows} of the 3000 rows kept of the reference lie in this segment, 200 are needed, so there is nothing to compare with.", few.WhyNot);
        Assert.Contains("carries no rows", SegmentReference.Of(segment, Inputs, null, reference.Layout).WhyNot);
        Assert.Contains("carries no rows", SegmentReference.Of(segment, Inputs, Sample() with { Inputs = [] }, reference.Layout).WhyNot);
    }

    private ReferenceRows Sample() => ReferenceRowsBuilder.Build(Inputs, features, outputs, labels, [], (row, values) => raw[row].CopyTo(values));
}
