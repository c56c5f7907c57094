using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Quality;
using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Quality;

public sealed class InputCheckTests
{
    private const int Rows = 4000;

    private static readonly Preprocessing Inputs = new([
        new("distance", InputType.Number, []), new("age", InputType.Number, []), new("left", InputType.Timestamp, []), new("carrier", InputType.Category, ["AA", "UA"])]);

    private readonly List<float[]> training = [.. Made(1, Rows)];
    private readonly ReferenceProfile reference;

    public InputCheckTests() =>
        reference = ReferenceBuilder.Build(Inputs, ModelTask.BinaryClassification, ["no", "yes"], 0.5, [.. training.SelectMany(row => row)], ReferencePredictions.OfAllRows([.. training.Select(_ => 0.4f)], Rows, null));

    [Fact]
    public void Rows_as_in_training_are_fine_and_alike()
    {
        var inputs = Check(Made(2, 3000), 0, 1000);
        Assert.All(inputs, input => Assert.Equal((QualityLevel.Fine, 0), (input.Level, input.Findings.Count(finding => finding.Level > QualityLevel.Fine))));
        Assert.All(inputs.SelectMany(input => input.Features), feature => Assert.Equal(SkewWord.Alike, feature.Skew!.Word));
        Assert.Equal("All inputs are within what the model was trained on; no request was refused.", QualityWords.Summary(inputs, true, 3000, 0, 1000));
        Assert.Equal("All inputs are within what the model was trained on; 3 of 12,400 requests were refused.", QualityWords.Summary(inputs, true, 3000, 3, 12_400));
    }

    [Fact]
    public void What_was_never_missing_and_is_now_is_told_as_such()
    {
        var rows = Made(2, 3000).Select((row, i) => i % 8 == 0 ? (float[])[float.NaN, .. row[1..]] : row);
        var inputs = Check(rows, 0, 0);
        var finding = Assert.Single(inputs[0].Findings);
        Assert.Equal(("distance", QualityIssue.Missing, QualityLevel.Broken, 0.0), (inputs[0].Name, finding.Issue, finding.Level, finding.ReferenceShare));
        Assert.Equal("13 % of distance are missing, none in the reference.", finding.Sentence);
        Assert.Equal("missing", inputs[0].Features[0].Skew!.Where);
        Assert.Equal("distance needs a look: 13 % of distance are missing, none in the reference.", QualityWords.Summary(inputs, true, 3000, 0, 0));

        // A handful of rows is told, but raises nothing.
        var few = Check(Made(3, 40).Select((row, i) => i == 0 ? (float[])[float.NaN, .. row[1..]] : row), 0, 0).Single(input => input.Name == "distance");
        Assert.Equal((QualityLevel.Fine, "2.5 % of distance are missing, none in the reference."), (few.Level, few.Findings[0].Sentence));
    }

    [Fact]
    public void Gaps_that_the_model_learnt_from_and_that_are_gone_are_skew()
    {
        // In training one age of five is missing.
        var age = Check(Made(2, 3000).Select(row => (float[])[row[0], 30f + (row[0] % 7), .. row[2..]]), 0, 0).Single(input => input.Name == "age");
        Assert.Contains(age.Findings, finding => finding is { Issue: QualityIssue.FewerMissing, Level: QualityLevel.Broken, Share: 0 });
        Assert.StartsWith("0 % of age are missing, ", age.Findings[0].Sentence);
    }

    [Fact]
    public void Values_beyond_the_reference_and_unknown_ones_are_counted_and_named()
    {
        var profile = new WindowProfile(reference.Layout);
        profile.Apply([.. Made(2, 3000).Select((row, i) => i % 25 == 0
            ? ProfileChange.Prediction([i % 50 == 0 ? -5f : 99_999f, row[1], row[2], row[3], row[4], FeatureEncoder.UnknownCategory], [0.4f], unknown: [new(5, i % 100 == 0 ? "WN" : "DL\n2")])
            : ProfileChange.Prediction(row, [0.4f]))]);
        var inputs = Check(profile, 0, 0);

        var distance = inputs.Single(input => input.Name == "distance").Findings.Single();
        Assert.Equal((QualityIssue.OutOfRange, QualityLevel.Look, 0.04), (distance.Issue, distance.Level, distance.Share));
        Assert.Contains(", 2 % below and 2 % above.", distance.Sentence);
        var carrier = inputs.Single(input => input.Name == "carrier").Findings.Single();
        Assert.Equal((QualityIssue.NewCategories, QualityLevel.Look), (carrier.Issue, carrier.Level));
        Assert.Equal("4 % of carrier are values that the model does not know, most often “DL 2”.", carrier.Sentence);
        Assert.Contains("2 of 4 inputs need a look, first of all ", QualityWords.Summary(inputs, true, 3000, 0, 0));
    }

    [Fact]
    public void A_value_that_got_stuck_is_found_and_the_hours_of_one_hour_are_not()
    {
        var inputs = Check(Made(2, 500).Select(row => (float[])[812, row[1], 7, 2, 3, row[5]]), 0, 0);
        Assert.Equal("All 500 values of distance are the same; the reference has 3,", inputs.Single(input => input.Name == "distance").Findings[0].Sentence[..61]);
        Assert.Equal((QualityLevel.Fine, SkewWord.VeryDifferent), (inputs.Single(input => input.Name == "left").Level, inputs.Single(input => input.Name == "left").Features[0].Skew!.Word));
    }

    [Fact]
    public void Refused_requests_count_for_the_input_that_was_at_fault()
    {
        var input = InputCheck.Of(Inputs.Inputs[0], [], isKnown: true, refused: 40, requests: 1000);
        Assert.Equal((QualityLevel.Look, QualityIssue.Refused, 0.04), (input.Level, input.Findings[0].Issue, input.Findings[0].Share));
        Assert.Equal("40 of 1,000 requests were refused because of distance.", input.Findings[0].Sentence);
        Assert.Equal(QualityLevel.Unknown, InputCheck.Of(Inputs.Inputs[0], [], isKnown: true, refused: 1, requests: 1000).Level);
    }

    [Fact]
    public void Without_a_reference_or_without_rows_nothing_is_called_fine()
    {
        var layout = new ProfileLayout([.. reference.Layout.Features], reference.Layout.Output);
        var profile = new WindowProfile(layout);
        var check = FeatureCheck.Of(Inputs, 0, null, profile.Feature(0));
        Assert.Equal((0, null), (check.Findings.Count, check.Skew));
        var input = InputCheck.Of(Inputs.Inputs[0], [check], isKnown: false, 0, 0);
        Assert.Equal(QualityLevel.Unknown, input.Level);
        Assert.Equal("No prediction in this time range.", QualityWords.Summary([input], true, 0, 0, 0));
        Assert.StartsWith("There is no reference", QualityWords.Summary([input], false, 10, 0, 5));
    }

    [Theory]
    [InlineData("flights_small_ref.csv", "flights_small_cur.csv", "distance", 0.01)]
    [InlineData("flights_small_ref.csv", "flights_small_cur.csv", "hour", 0.01)]
    [InlineData("flights_aa_ref.csv", "flights_aa_cur.csv", "distance", 0.01)]
    // The last percent of delays lies over hours, and is taken as even.
    [InlineData("flights_small_ref.csv", "flights_small_cur.csv", "delay", 0.03)]
    public void The_distance_of_numbers_is_that_of_evidently_within_the_bins(string before, string after, string column, double tolerance)
    {
        var inputs = new Preprocessing([new("x", InputType.Number, [])]);
        float[] r = [.. ReferenceFiles.Csv(before)[column].Numbers().Select(value => (float)value)], c = [.. ReferenceFiles.Csv(after)[column].Numbers().Select(value => (float)value)];
        var layout = new ProfileLayout([BinLayout.OfSample("x", (float[])r.Clone())], OutputLayout.Of(ModelTask.Regression, [], 0, BinLayout.Generic("prediction")));
        WindowProfile trained = new(layout), now = new(layout);
        trained.AddFeatures(r);
        now.AddFeatures(c);
        double[] x = [.. r.Where(float.IsFinite).Select(value => (double)value)], y = [.. c.Where(float.IsFinite).Select(value => (double)value)];
        var expected = Dashboard.Core.Monitoring.Drift.Wasserstein.OfSamples(x, y)!.EffectSize;
        Assert.Equal(expected, SkewEffect.Of(inputs, 0, trained.Feature(0), now.Feature(0))!.Wasserstein!.Value, tolerance);
    }

    private IReadOnlyList<InputCheck> Check(IEnumerable<float[]> rows, long refused, long requests)
    {
        var profile = new WindowProfile(reference.Layout);
        profile.AddFeatures([.. rows.SelectMany(row => row)]);
        return Check(profile, refused, requests);
    }

    private IReadOnlyList<InputCheck> Check(WindowProfile profile, long refused, long requests)
    {
        var features = Enumerable.Range(0, Inputs.Features.Count).Select(i => FeatureCheck.Of(Inputs, i, reference.Profile.Feature(i), profile.Feature(i))).ToList();
        return InputCheck.WorstFirst(Inputs.Inputs.Select((input, i) => InputCheck.Of(input, [.. features.Where((_, at) => Inputs.Features[at].Input == i)], true, refused, requests)));
    }

    /// <summary>Distance, age (a fifth of them missing), hour, weekday, month and carrier.</summary>
    private static IEnumerable<float[]> Made(int seed, int rows)
    {
        var random = new Random(seed);
        for (var i = 0; i < rows; i++)
            yield return [(float)(random.NextDouble() * 3000), random.Next(5) == 0 ? float.NaN : random.Next(18, 90), random.Next(24), random.Next(7), 1 + random.Next(12), random.Next(2)];
    }
}
