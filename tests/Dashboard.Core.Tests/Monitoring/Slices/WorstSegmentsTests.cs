using System.Text.Json;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Slices;
using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training;
using MathNet.Numerics.Distributions;

namespace Dashboard.Core.Tests.Monitoring.Slices;

public sealed class WorstSegmentsTests
{
    private const int Days = 24;

    [Theory]
    [InlineData(ModelTask.BinaryClassification, "binary", "log_loss", "WN")]
    [InlineData(ModelTask.MulticlassClassification, "multiclass", "log_loss", null)]
    [InlineData(ModelTask.Regression, "regression", "mae", "DL")]
    public void Groups_are_compared_as_scipy_and_a_regression_with_clustered_errors_compare_them(ModelTask task, string part, string metric, string? worst)
    {
        var expected = ReferenceFiles.Json("slices_reference.json").GetProperty(part).GetProperty("compared");
        var rows = new SliceRows(task);
        var ranking = WorstSegments.Rank(SliceRows.Inputs, rows.Layout, rows.Days(), null);

        Assert.Equal((metric, rows.Labels.Length, Days, true), (ranking.Metric, ranking.Labelled, ranking.Blocks, ranking.ByBlocks));
        foreach (var carrier in SliceRows.Inputs.Inputs[0].Categories)
        {
            var reference = expected.GetProperty(carrier);
            double Figure(string name) => reference.GetProperty(name).GetDouble();
            double Quantile(double freedom) => StudentT.InvCDF(0, 1, freedom, 1 - (WorstSegments.Miscoverage / ranking.Compared / 2));
            var half = Math.Max(Figure("row_error") * Quantile(Figure("row_freedom")), Figure("block_error") * Quantile(Days - 1));
            var found = ranking.Segments.SingleOrDefault(segment => segment.Group.Text == $"carrier = {carrier}");
            Assert.Equal(Figure("difference") > half, found is not null);
            if (found is null)
                continue;
            Assert.Equal(reference.GetProperty("rows").GetInt32(), found.Labelled);
            Assert.Equal(Figure("loss"), found.Loss, 1e-7);
            Assert.Equal(Figure("elsewhere"), found.Elsewhere, 1e-7);
            Assert.Equal(Figure("share"), found.Share, 1e-12);
            Assert.Equal(Figure("impact"), found.Impact, 1e-7);
            Assert.Equal(Figure("difference") - half, found.Low, 1e-6);
            Assert.Equal(Figure("difference") + half, found.High, 1e-6);
        }

        Assert.Equal(worst is null ? null : $"carrier = {worst}", ranking.Segments.FirstOrDefault(segment => segment.Group.Feature == "carrier")?.Group.Text);
    }

    [Fact]
    public void What_was_found_is_a_sentence_and_a_segment()
    {
        var rows = new SliceRows(ModelTask.BinaryClassification);
        var ranking = WorstSegments.Rank(SliceRows.Inputs, rows.Layout, rows.Days(), rows.Count(Enumerable.Range(0, rows.Labels.Length)));
        var found = ranking.Segments.Single(segment => segment.Group.Feature == "carrier");

        Assert.Equal("carrier = 'WN'", found.Group.Expression);
        Assert.Equal("carrier = WN: log loss 0.819 against 0.723 elsewhere, 20 % of predictions; it explains 0.0194 of the 0.743.", ranking.Sentence(found));
        Assert.Contains("20 % of labelled predictions", ranking.Sentence(found, 0.5));
        Assert.Contains($"{ranking.Segments[0].Group.Text} costs most", ranking.Summary);
        // The reference was made of the same rows.
        Assert.Equal(found.Loss, found.ReferenceLoss!.Value, 1e-9);
        Assert.Equal(found.Elsewhere, found.ReferenceElsewhere!.Value, 1e-9);
    }

    [Fact]
    public void Where_nothing_differs_nothing_is_found_though_days_differ_and_groups_come_on_some_days_more_than_on_others()
    {
        var found = 0;
        for (var run = 0; run < 200; run++)
            found += Simulate(run, worse: null).Segments.Count > 0 ? 1 : 0;
        // 5 % are promised; the bound leaves three standard errors.
        Assert.InRange(found, 0, 19);
    }

    [Fact]
    public void A_band_that_does_worse_is_found_as_one_band()
    {
        var (found, first) = (0, 0);
        for (var run = 0; run < 50; run++)
        {
            var ranking = Simulate(run, worse: value => value is >= 3 and <= 5);
            found += ranking.Segments.Any(segment => segment.Group.Expression == "stops between 3 and 5") ? 1 : 0;
            first += ranking.Segments.Count > 0 && ranking.Segments[0].Group.Feature == "stops" ? 1 : 0;
        }

        Assert.InRange(found, 45, 50);
        Assert.Equal(50, first);
    }

    [Fact]
    public void Small_groups_are_not_ranked_and_rare_categories_are_taken_together()
    {
        var inputs = new Preprocessing([new("airport", InputType.Category, [.. Enumerable.Range(0, 40).Select(i => $"A{i}")])]);
        var layout = new ProfileLayout([BinLayout.OfCategories("airport", inputs.Inputs[0].Categories)], OutputLayout.Of(ModelTask.Regression, [], 0, BinLayout.Generic("prediction")));
        // Thirty airports have ten rows each, an error three times as large as elsewhere, and the first day to themselves.
        var blocks = Enumerable.Range(0, 20).Select(day => Slices(layout, Enumerable.Range(0, 1000).Select(row => row < 15 ? (10f + ((day + row) % 30), 3 + (row % 7 * 0.1)) : (row % 10, 1 + (row % 7 * 0.1))))).ToList();
        var ranking = WorstSegments.Rank(inputs, layout, blocks, null);

        var segment = Assert.Single(ranking.Segments);
        Assert.Equal("airport: 30 rare values together", segment.Group.Text);
        Assert.Equal((300, 30, 11), (segment.Labelled, ranking.TooSmall, ranking.Compared));
        Assert.StartsWith("airport in ('A10', 'A11'", segment.Group.Expression);
    }

    [Fact]
    public void A_group_that_is_seen_on_a_few_days_only_is_not_ranked()
    {
        var inputs = new Preprocessing([new("kind", InputType.Category, ["a", "b"])]);
        var layout = new ProfileLayout([BinLayout.OfCategories("kind", inputs.Inputs[0].Categories)], OutputLayout.Of(ModelTask.Regression, [], 0, BinLayout.Generic("prediction")));
        var blocks = Enumerable.Range(0, 20).Select(day => Slices(layout, Enumerable.Range(0, 400).Select(row => (day < 3 && row < 200 ? 1f : 0f, day < 3 && row < 200 ? 4.0 + (row % 3) : 1.0 + (row % 3))))).ToList();

        Assert.Empty(WorstSegments.Rank(inputs, layout, blocks, null).Segments);
        // With too few blocks to tell, rows count, and that is said.
        var few = WorstSegments.Rank(inputs, layout, blocks[..3], null);
        Assert.False(few.ByBlocks);
        Assert.Equal("kind = b", few.Segments[0].Group.Text);
    }

    [Fact]
    public void Without_ground_truth_nothing_is_compared_and_the_summary_says_what_is_needed()
    {
        var rows = new SliceRows(ModelTask.BinaryClassification);
        var none = WorstSegments.Rank(SliceRows.Inputs, rows.Layout, [rows.Count(Enumerable.Range(0, 500), _ => false)], null);
        Assert.Equal((null, 0, 0), (none.Loss, none.Labelled, none.Compared));
        Assert.Contains("No ground truth", none.Summary);
        var few = WorstSegments.Rank(SliceRows.Inputs, rows.Layout, [rows.Count(Enumerable.Range(0, 150))], null);
        Assert.Equal(0, few.Compared);
        Assert.Contains("Too few", few.Summary);
        Assert.Contains("beyond chance", WorstSegments.Rank(SliceRows.Inputs, rows.Layout, [rows.Count(Enumerable.Range(0, 400))], null).Summary);
        Assert.Empty(WorstSegments.Rank(SliceRows.Inputs, rows.Layout, [], null).Segments);
    }

    /// <summary>Thirty days of 200 rows. Errors are larger on some days, and each group is more frequent on some days.</summary>
    private static SegmentRanking Simulate(int seed, Func<int, bool>? worse)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var inputs = new Preprocessing([new("stops", InputType.Number, []), new("kind", InputType.Category, ["a", "b", "c", "d", "e", "f", "g", "h"])]);
        var layout = new ProfileLayout(
            [BinLayout.OfSample("stops", Enumerable.Range(0, 10).Select(value => (float)value).ToArray()), BinLayout.OfCategories("kind", inputs.Inputs[1].Categories)],
            OutputLayout.Of(ModelTask.Regression, [], 0, BinLayout.Generic("prediction")));
        var blocks = new List<SliceProfile>();
        for (var day = 0; day < 30; day++)
        {
            var (scale, favourite, often) = (Math.Exp(0.4 * Normal()), random.Next(8), random.NextDouble() * 0.6);
            var profile = new WindowProfile(layout);
            profile.Apply([.. Enumerable.Range(0, 200).Select(_ =>
            {
                var stops = random.Next(10);
                var kind = random.NextDouble() < often ? favourite : random.Next(8);
                return ProfileChange.Prediction([stops, kind], [0f], Normal() * scale * (worse?.Invoke(stops) == true ? 1.6 : 1));
            })]);
            blocks.Add(profile.Slices);
        }

        return WorstSegments.Rank(inputs, layout, blocks, null);
    }

    private static SliceProfile Slices(ProfileLayout layout, IEnumerable<(float Value, double Error)> rows)
    {
        var profile = new WindowProfile(layout);
        profile.Apply([.. rows.Select(row => ProfileChange.Prediction([row.Value], [0f], row.Error))]);
        return profile.Slices;
    }
}
