using Bunit;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Explanations;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Predictions;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Pages.Predictions;
using Dashboard.Web.Explanations;
using Dashboard.Web.Tests.Kit;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Predictions;

/// <summary>The parts of a prediction's page.</summary>
public sealed class PredictionPartsTests : PageTest
{
    private static readonly DateTimeOffset At = new(2001, 2, 3, 18, 15, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_bar_of_a_waterfall_starts_where_the_one_before_it_ended()
    {
        var explanation = new OutputExplanation("late", -1, [new("hour", "18", 1.5), new("origin", "ORD", 0.75), new("distance", "1200", -0.25)], 0.73);
        var chart = Render<Waterfall>(p => p.Add(c => c.Title, "Why").Add(c => c.BaseValue, -1).Add(c => c.Output, explanation.Margin).Add(c => c.Steps, WaterfallStep.Of(explanation)).Add(c => c.OutputText, "73 %"));

        var bars = chart.FindAll("svg.lane rect").Select(bar => (From: Percent(bar, "x"), Width: Percent(bar, "width"), Up: bar.ClassList.Contains("up"))).ToList();
        Assert.Equal([true, true, false], bars.Select(bar => bar.Up));
        Assert.Equal(bars[0].From + bars[0].Width, bars[1].From, 0.02);
        Assert.Equal(bars[1].From + bars[1].Width, bars[2].From + bars[2].Width, 0.02);
        Assert.Equal(2 * bars[1].Width, bars[0].Width, 0.02);
        var points = chart.FindAll("svg.lane circle").Select(point => Percent(point, "cx")).ToList();
        Assert.Equal(bars[0].From, points[0], 0.02);
        Assert.Equal(bars[2].From, points[1], 0.02);
        Assert.Equal(["−1", "+\u202f1.50", "+\u202f0.750", "−\u202f0.250", "1 · 73 %"], chart.FindAll(".amount").Select(amount => amount.TextContent));
        Assert.Contains("hour 18 +\u202f1.50; origin ORD", chart.Find("[role=img]").GetAttribute("aria-label"));

        await chart.ActAsync(() => chart.Find("header button").ClickAsync());
        Assert.Equal(["average", "hour", "origin", "distance", "this prediction"], chart.FindAll("tbody th").Select(cell => cell.TextContent));
        Assert.Equal(["−1", "0.500", "1.25", "1", "1 · 73 %"], chart.FindAll("tbody td:last-child").Select(cell => cell.TextContent));
    }

    [Fact]
    public void A_waterfall_of_nothing_and_of_one_side_still_draws()
    {
        var flat = Render<Waterfall>(p => p.Add(c => c.Title, "Why").Add(c => c.BaseValue, 0.5).Add(c => c.Output, 0.5));
        Assert.All(flat.FindAll("svg.lane circle"), point => Assert.Equal(50, Percent(point, "cx")));
        Assert.Empty(flat.FindAll("svg.lane rect"));
    }

    [Fact]
    public void Inputs_stand_as_sent_as_seen_and_at_their_place_in_the_reference_the_weightiest_first()
    {
        var inputs = Render<PredictionInputs>(p => p.Add(c => c.Explanation, Explain()));

        Assert.Equal(["hour", "origin", "distance", "holiday"], inputs.FindAll("tbody th").Select(cell => cell.FirstChild!.TextContent));
        Assert.Equal("of departs", inputs.Find("tbody th small").TextContent);
        Assert.Equal(["Sat 3 Feb 2001, 18:15", "SFO", "9000", "missing"], inputs.FindAll("td.sent").Select(cell => cell.TextContent));
        Assert.Equal(["18", "missing", "9000", "missing"], inputs.FindAll("td.saw").Select(cell => cell.TextContent));
        Assert.Equal(["25\u202f% have it", "new: no row has it", "above every value", "never missing there"], inputs.FindAll("td.spot").Select(cell => cell.TextContent.Trim()));
        Assert.Equal(["+\u202f1.50", "+\u202f0.750", "−\u202f0.250", "±\u202f0"], inputs.FindAll("td.amount").Select(cell => cell.TextContent));
        Assert.All(inputs.FindAll("svg.place"), shape => Assert.Single(shape.QuerySelectorAll("rect.marked")));
    }

    [Fact]
    public void Without_contributions_the_inputs_are_still_told()
    {
        var inputs = Render<PredictionInputs>(p => p.Add(c => c.Explanation, Explain() with { Outputs = [] }));
        Assert.Equal(4, inputs.FindAll("tbody tr").Count);
        Assert.Empty(inputs.FindAll("td.amount"));
    }

    [Fact]
    public void Facts_tell_of_ground_truth_threshold_and_champion()
    {
        var explained = Explain();
        var facts = Render<PredictionFacts>(p => p.Add(c => c.Model, "flights").Add(c => c.Explanation, explained));
        Assert.Contains("73.0\u202f% predicted from 50\u202f%", Text(facts));
        Assert.Contains("Ground truth not yet known", Text(facts));
        Assert.DoesNotContain("would say", Text(facts));

        var manifest = explained.Entry.Version.Manifest;
        var later = explained with
        {
            Entry = explained.Entry with { Truth = 0, TruthArrivedAt = explained.Entry.ArrivedAt.AddMinutes(125) },
            Champion = new(4, manifest, [0.31f], ["speed"]),
        };
        facts = Render<PredictionFacts>(p => p.Add(c => c.Model, "flights").Add(c => c.Explanation, later));
        Assert.Contains("on time came 2\u202fh 5\u202fmin after the prediction", Text(facts));
        Assert.Contains("Champion, v4, would say on time 0.69 without speed, which this prediction does not have", Text(facts));
        Assert.Contains("version 3, not the champion now", Text(facts));
    }

    [Fact]
    public async Task Of_many_classes_another_one_can_be_chosen()
    {
        var explained = Explain();
        var version = explained.Entry.Version with { Manifest = explained.Entry.Version.Manifest with { Task = ModelTask.MulticlassClassification, Classes = ["small", "medium", "large"] } };
        OutputExplanation Output(string name, double amount, double output) => new(name, 0.5, [new("hour", "18", amount), new("origin", "SFO", 0), new("distance", "9000", 0), new("holiday", "missing", 0)], output);
        explained = explained with { Entry = explained.Entry with { Version = version, Outputs = [0.2f, 0.7f, 0.1f] }, Outputs = [Output("small", -0.5, 0.2), Output("medium", 1, 0.7), Output("large", -1, 0.1)] };

        var chart = Render<PredictionWaterfall>(p => p.Add(c => c.Explanation, explained));
        Assert.Contains("contributions to “medium”", chart.Find("h2").TextContent);
        Assert.Equal(["medium 0.70", "small 0.20", "large 0.10"], chart.FindAll("option").Select(option => option.TextContent));
        await chart.ActAsync(() => chart.Find("select").ChangeAsync("large"));
        Assert.Contains("output=large", Query);
        chart.Render();
        Assert.Contains("contributions to “large”", chart.Find("h2").TextContent);
        Assert.Equal("medium 0.70: mostly because of hour 18", explained.Sentence);
    }

    [Fact]
    public void Others_like_it_have_what_mattered_most_in_it()
    {
        var explained = Explain();
        Assert.Equal("hour = 18 and origin = 'SFO'", SimilarPredictions.Of(explained));
        Assert.Null(SimilarPredictions.Of(explained with { Outputs = [] }));
        OutputExplanation Only(params Contribution[] contributions) => new("late", 0, contributions, 0.5);
        Assert.Equal("distance between 8100 and 9900 and holiday is missing", SimilarPredictions.Of(explained with { Outputs = [Only(new("distance", "9000", 2), new("holiday", "missing", 1), new("hour", "18", 0.5))] }));
    }

    private static string Text<T>(IRenderedComponent<T> part)
        where T : Microsoft.AspNetCore.Components.IComponent => string.Join(' ', string.Join(' ', part.FindAll("dt, dd").Select(cell => cell.TextContent)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static double Percent(AngleSharp.Dom.IElement element, string attribute) => double.Parse(element.GetAttribute(attribute)!.TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A flight that is late, with an hour that is known, an airport that is new, a distance beyond all others and a holiday that is missing.</summary>
    private static PredictionExplanation Explain()
    {
        var preprocessing = new Preprocessing([new("departs", InputType.Timestamp, [], Parts: TimestampParts.Hour), new("origin", InputType.Category, ["LAX", "ORD"]), new("distance", InputType.Number, []), new("holiday", InputType.Boolean, [])]);
        var manifest = new ModelManifest(1, "flights", ModelTask.BinaryClassification, preprocessing, ["on time", "late"], 0.5, "xgboost", null, "model.json", null, null, new Dictionary<string, double>(), [],
            null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []);
        float[] reference = [6, 0, 100, 0, 12, 1, 200, 1, 18, 0, 300, 0, 20, 1, 400, 1];
        var learnt = ReferenceBuilder.Build(preprocessing, manifest.Task, manifest.Classes, 0.5, reference, ReferencePredictions.OfAllRows([0.5f, 0.5f, 0.5f, 0.5f], 4, null));
        var version = new MonitoredVersion(1, 3, 3, new string('a', 64), manifest, learnt.Layout, learnt);

        InputValue[] inputs = [InputValue.OfTimestamp(At.DateTime), InputValue.OfUnknownCategory("SFO"), InputValue.OfNumber(9000), InputValue.Missing];
        var encoded = new float[4];
        new FeatureEncoder(preprocessing).Encode(inputs, encoded);
        var features = preprocessing.Features.Select((feature, i) => new ExplainedFeature(feature, preprocessing.Inputs[feature.Input], FeatureWords.Value(feature, inputs[feature.Input], encoded[i]), encoded[i], ReferenceShape.Of(version, i, encoded[i]))).ToList();
        var output = new OutputExplanation("late", -1, [new("hour", "18", 1.5), new("origin", "SFO", 0.75), new("distance", "9000", -0.25), new("holiday", "missing", 0)], 0.73);
        return new(new(1, version, "one", At, At, 20, inputs, [0.73f], null, null), features, [output], [0.73f], null, null);
    }
}
