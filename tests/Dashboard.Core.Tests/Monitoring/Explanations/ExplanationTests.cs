using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Explanations;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Explanations;

public sealed class ExplanationTests
{
    [Fact]
    public void A_row_of_contributions_is_read_with_its_base_value_last_and_the_largest_first()
    {
        var explanation = OutputExplanation.Of("late", [0.25f, -1.5f, 0.5f, -0.75f], [("distance", "1200"), ("hour", "6"), ("origin", "ORD")], 0.2);

        Assert.Equal(["hour", "origin", "distance"], explanation.Contributions.Select(contribution => contribution.Feature));
        Assert.Equal((-0.75, -1.5, 0.2), (explanation.BaseValue, explanation.Margin, explanation.Output));
        Assert.Throws<ArgumentException>(() => OutputExplanation.Of(null, [1f], [("distance", "1200")], 0));
    }

    [Fact]
    public void A_waterfall_goes_from_the_base_value_to_the_margin_and_folds_what_is_small()
    {
        var explanation = Of(0.5, 1, -2, 0.005, 0.003, 0, 0.5);
        var steps = WaterfallStep.Of(explanation);

        Assert.Equal(["f1", "f0", "f5", "3 others"], steps.Select(step => step.Name));
        Assert.Equal([(0.5, -1.5), (-1.5, -0.5), (-0.5, 0), (0, 0.008)], steps.Select(step => (Math.Round(step.From, 9), Math.Round(step.To, 9))));
        Assert.Equal((null, 3), (steps[3].Value, steps[3].Folded));
        Assert.Equal(explanation.Margin, steps[^1].To, 1e-12);
    }

    [Fact]
    public void A_waterfall_has_at_most_as_many_bars_as_there_is_room_for()
    {
        var many = Of(0, [.. Enumerable.Range(1, 20).Select(i => (double)i)]);

        Assert.Equal(9, WaterfallStep.Of(many).Count);
        Assert.Equal("12 others", WaterfallStep.Of(many)[^1].Name);
        Assert.Equal(9, WaterfallStep.Of(Of(0, [.. Enumerable.Range(1, 9).Select(i => (double)i)])).Count(step => step.Value is not null));
        // One small contribution stands by itself: a bar for "1 others" says less.
        Assert.Equal(["f0", "f1"], WaterfallStep.Of(Of(0, 1, 0)).Select(step => step.Name));
        Assert.Equal(["2 others"], WaterfallStep.Of(Of(0, 0, 0)).Select(step => step.Name));
        Assert.Empty(WaterfallStep.Of(Of(0)));
    }

    [Theory]
    [InlineData(0.71f, -1, new[] { 1.1, 0.7, 0.2, -0.1 }, "late 0.71: mostly because of f0 a and f1 b")]
    [InlineData(0.2f, -1, new[] { -0.4, 0.1, 0.0, 0.0 }, "on time 0.80: mostly because of f0 a")]
    [InlineData(0.4f, -1, new[] { 0.6, 0.1, -0.1, 0.0 }, "on time 0.60, though less sure than usual, mostly because of f0 a")]
    [InlineData(0.6f, 2, new[] { -1.5, -0.1, 0.0, 0.0 }, "late 0.60, though less sure than usual, mostly because of f0 a")]
    [InlineData(0.7f, 0, new[] { 0.3, 0.3, 0.3, 0.3 }, "late 0.70: mostly because of f0 a, f1 b and f2 missing")]
    [InlineData(0.9991f, 0, new[] { 7.0, 0.0, 0.0, 0.0 }, "late 0.9991: mostly because of f0 a")]
    [InlineData(0.22f, -1.27, new[] { -0.5, 0.42, 0.1, 0.0 }, "on time 0.78, about as usual: f1 b and f0 a pull in opposite directions")]
    [InlineData(0.5f, 0, new[] { 0.0, 0.0, 0.0, 0.0 }, "late 0.50: nothing among its inputs moves it away from the model’s average")]
    public void One_sentence_says_what_was_predicted_and_why(float probability, double baseValue, double[] amounts, string sentence)
    {
        string[] values = ["a", "b", FeatureWords.Missing, "d"];
        var explanation = new OutputExplanation("late", baseValue, [.. amounts.Select((amount, i) => new Contribution($"f{i}", values[i], amount)).OrderByDescending(one => Math.Abs(one.Amount))], probability);

        Assert.Equal(sentence.Replace("f2 missing", "missing f2", StringComparison.Ordinal), ExplanationSentence.Of(Model(ModelTask.BinaryClassification, ["on time", "late"]), [probability], explanation));
    }

    [Fact]
    public void Classes_and_numbers_have_sentences_of_their_own()
    {
        var irises = Model(ModelTask.MulticlassClassification, ["setosa", "versicolor", "virginica"]);
        Assert.Equal("versicolor 0.62: mostly because of f0 v", ExplanationSentence.Of(irises, [0.2f, 0.62f, 0.18f], Of(0.5, 1)));
        Assert.Equal("versicolor 0.62, though less sure than usual, mostly because of f0 v", ExplanationSentence.Of(irises, [0.2f, 0.62f, 0.18f], Of(0.5, -1)));

        var price = Model(ModelTask.Regression, []);
        Assert.Equal("predicted 12.35: higher than usual, mostly because of f0 v", ExplanationSentence.Of(price, [12.345f], Of(8, 4.345)));
        Assert.Equal("predicted 3: lower than usual, mostly because of f0 v", ExplanationSentence.Of(price, [3f], Of(8, -5)));

        // False and true say little; the comparison that was learnt says it all.
        var comparison = Model(ModelTask.BinaryClassification, ["false", "true"]) with { Target = "delay > 15", TargetColumn = "delay" };
        Assert.Equal("delay > 15 (0.71)", ExplanationSentence.Prediction(comparison, [0.71f]));
        Assert.Equal("delay ≤ 15 (0.90)", ExplanationSentence.Prediction(comparison, [0.1f]));
        Assert.Equal(["arrival delay ≥ 0", "arrival delay < 0"], new[] { 1, 0 }.Select(i => ExplanationSentence.Outcome(comparison with { Target = "`arrival delay` >= 0", TargetColumn = "arrival delay" }, i)));
        Assert.Equal(["origin = 'LAX'", "origin ≠ 'LAX'"], new[] { 1, 0 }.Select(i => ExplanationSentence.Outcome(comparison with { Target = "origin == 'LAX'", TargetColumn = "origin" }, i)));
        Assert.Equal("1 (0.71)", ExplanationSentence.Prediction(comparison with { Classes = ["0", "1"] }, [0.71f]));
        Assert.Equal("true 0.71", ExplanationSentence.Prediction(comparison with { Target = "late", TargetColumn = "late" }, [0.71f]));
    }

    [Fact]
    public void Many_small_reasons_are_not_called_most_of_it()
    {
        var explanation = Of(0, [.. Enumerable.Repeat(0.1, 10)]);
        Assert.StartsWith("late 0.73: above all because of f0 v, f1 v and f2 v", ExplanationSentence.Of(Model(ModelTask.BinaryClassification, ["on time", "late"]), [0.73f], explanation));
    }

    [Fact]
    public void Values_are_said_as_people_say_them()
    {
        var preprocessing = new Preprocessing([new("distance", InputType.Number, []), new("origin", InputType.Category, ["LAX"]), new("holiday", InputType.Boolean, []), new("departs", InputType.Timestamp, [])]);
        InputValue[] row = [InputValue.OfNumber(1234.5678), InputValue.OfCode(0), InputValue.OfBoolean(true), InputValue.OfTimestamp(new(2001, 2, 3, 18, 0, 0))];
        var encoded = new float[6];
        new FeatureEncoder(preprocessing).Encode(row, encoded);
        string Words(int i, InputValue raw) => FeatureWords.Value(preprocessing.Features[i], raw, encoded[i]);

        Assert.Equal(["1235", "LAX", "true", "18", "Sat", "2"], preprocessing.Features.Select((feature, i) => Words(i, row[feature.Input])));
        Assert.Equal(["-0.1235", "12.3", "0", "1E+20"], new[] { -0.123456, 12.3, 0, 1e20 }.Select(number => Words(0, InputValue.OfNumber(number))));
        Assert.Equal(("missing", "SFO"), (Words(0, InputValue.Missing), Words(1, InputValue.OfUnknownCategory("SFO"))));
        Assert.Equal(("origin SFO", "missing origin"), (FeatureWords.Phrase("origin", "SFO"), FeatureWords.Phrase("origin", "missing")));
    }

    private static OutputExplanation Of(double baseValue, params double[] amounts) =>
        new("late", baseValue, [.. amounts.Select((amount, i) => new Contribution($"f{i}", "v", amount)).OrderByDescending(one => Math.Abs(one.Amount))], 0.5);

    private static ModelManifest Model(ModelTask task, string[] classes) => new(1, "m", task, new([]), classes, 0.5, "xgboost", null, "model.json", null, null, new Dictionary<string, double>(), [],
        null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []);
}
