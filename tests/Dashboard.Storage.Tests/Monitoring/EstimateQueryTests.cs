using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class EstimateQueryTests
{
    private static readonly OutputLayout Binary = new(ModelTask.BinaryClassification, ["no", "yes"], 0.5, null);
    private static readonly IReadOnlyDictionary<string, double> Baseline = new Dictionary<string, double> { ["roc_auc"] = 0.8, ["accuracy"] = 0.7 };
    private static readonly IReadOnlyDictionary<string, byte[]> Nothing = new Dictionary<string, byte[]>();

    [Fact]
    public async Task Estimates_are_there_before_labels_and_give_way_to_realised_figures_as_these_arrive()
    {
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.BinaryClassification, Binary.Classes, Baseline, BinaryEstimator());
        var random = new Random(1);
        var scores = Enumerable.Range(0, 1000).Select(_ => (float)random.NextDouble()).ToArray();
        await fixture.AppendAsync(0, scores.Select((score, i) => (Minutes: i / 500 * 10.0, 0f, new[] { score })));

        var before = await fixture.SeriesAsync();
        Assert.All(before.Windows, window => Assert.Equal(MetricSource.Estimated, window.Source));
        var estimated = before.Windows[0].Estimated!["roc_auc"]!.Value;
        Assert.True(estimated.Low < estimated.Value && estimated.Value < estimated.High && estimated.High <= 1, $"{estimated}");
        Assert.Equal((500.0, EstimateCaveats.None), (before.Windows[0].Estimated!.Rows, before.Windows[0].Estimated!.Caveats));
        Assert.Equal(1000, before.Total.Estimated!.Rows);

        // Half of the first window's labels, as its scores say; then all of it.
        LabelItem Label(int i) => new($"0-0-{i}", random.NextDouble() < scores[i] ? 1 : 0, null);
        await fixture.LabelAsync(Enumerable.Range(0, 250).Select(Label));
        var half = (await fixture.SeriesAsync()).Windows;
        Assert.Equal((MetricSource.Both, MetricSource.Estimated), (half[0].Source, half[1].Source));
        Assert.Equal(estimated, half[0].Estimated!["roc_auc"]);
        await fixture.LabelAsync(Enumerable.Range(250, 250).Select(Label));
        var all = (await fixture.SeriesAsync()).Windows[0];
        Assert.Equal(MetricSource.Realised, all.Source);
        Assert.InRange(all.Metric("roc_auc")!.Value, estimated.Low, estimated.High);
        Assert.Equal(estimated, all.Estimated!["roc_auc"]);
    }

    [Fact]
    public async Task The_change_against_the_baseline_has_the_uncertainty_of_both_and_limits_come_with_it()
    {
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.BinaryClassification, Binary.Classes, Baseline, BinaryEstimator());
        await fixture.AppendAsync(0, Enumerable.Range(0, 900).Select(i => (0.0, 0f, new[] { 0.45f + (i % 10 * 0.01f) })));

        var series = await fixture.SeriesAsync(1);

        var total = series.Total.Estimated!["roc_auc"]!.Value;
        var change = series.EstimatedChange["roc_auc"];
        Assert.Equal(total.Value - 0.8, change.Value, 1e-12);
        Assert.True(change.Error > total.Error);
        Assert.Equal((change.Value - (3 * change.Error), change.Value + (3 * change.Error)), (change.Low, change.High));
        Assert.True(change.High < 0, "scores that are all near the threshold rank badly");
        Assert.DoesNotContain("f1", series.EstimatedChange.Keys);
        Assert.InRange(0.8, series.Limits["roc_auc"].Low, series.Limits["roc_auc"].High);
        Assert.Contains("roc_auc", series.Total.Alarms);
        Assert.Null(series.WhyNoEstimates);
    }

    [Fact]
    public async Task Each_versions_predictions_are_estimated_by_its_own_estimator_and_those_of_one_without_are_named()
    {
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.BinaryClassification, Binary.Classes, Baseline, BinaryEstimator(), BinaryEstimator(overconfident: true), Nothing);
        var random = new Random(2);
        foreach (var version in (int[])[0, 1])
            await fixture.AppendAsync(version, Enumerable.Range(0, 500).Select(_ => (0.0, 0f, new[] { (float)random.NextDouble() })));

        var (first, second, both) = (await fixture.SeriesAsync(1), await fixture.SeriesAsync(2), await fixture.SeriesAsync());
        Assert.True(second.Total.Estimated!["roc_auc"]!.Value.Value < first.Total.Estimated!["roc_auc"]!.Value.Value - 0.05);
        Assert.Equal((first.Total.Estimated["accuracy"]!.Value.Value + second.Total.Estimated["accuracy"]!.Value.Value) / 2, both.Total.Estimated!["accuracy"]!.Value.Value, 1e-9);
        Assert.Equal(EstimateCaveats.None, both.Total.Estimated.Caveats);

        await fixture.AppendAsync(2, Enumerable.Range(0, 100).Select(i => (0.0, 0f, new[] { i / 100f })));
        var three = await fixture.SeriesAsync();
        Assert.Equal((1000.0, EstimateCaveats.PartOfRows), (three.Total.Estimated!.Rows, three.Total.Estimated.Caveats));
        Assert.Null((await fixture.SeriesAsync(3)).Total.Estimated);
        Assert.Contains("reference sample", (await fixture.SeriesAsync(3)).WhyNoEstimates, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_regressions_losses_are_folded_into_its_windows_with_each_prediction()
    {
        double[] outputs = [.. Enumerable.Range(0, 400).Select(i => i / 400.0)];
        var definition = EstimatorLearning.Regression(outputs, [.. outputs.Select(output => output + 2)], [.. outputs.Select(_ => 2.1)], [.. outputs.Select(_ => 4.1)], [])!;
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.Regression, [], new Dictionary<string, double> { ["mae"] = 2 }, new Dictionary<string, byte[]>
        {
            [EstimatorDefinition.FileName] = definition.Serialize(), [EstimatorDefinition.AbsoluteLossFile] = EstimationFixture.Loss(1, 3), [EstimatorDefinition.SquaredLossFile] = EstimationFixture.Loss(1, 9),
        });
        await fixture.AppendAsync(0, Enumerable.Range(0, 200).Select(i => (Minutes: i % 2 * 5.0, 0f, new[] { i % 2 == 0 ? 0.25f : 0.75f })));

        var series = await fixture.SeriesAsync();

        Assert.Equal([1.0, 3.0], series.Windows.Select(window => window.Estimated!["mae"]!.Value.Value));
        Assert.Equal((2.0, 5.0, Math.Sqrt(5)), (series.Total.Estimated!["mae"]!.Value.Value, series.Total.Estimated["mse"]!.Value.Value, series.Total.Estimated["rmse"]!.Value.Value));
        Assert.Equal(0.0, (await fixture.SeriesAsync(1)).EstimatedChange["mae"].Value);
        // The hour and the day are merges of what the minutes hold.
        var day = (await fixture.Queries.SeriesAsync("m", null, EstimationFixture.Start.AddDays(-1), EstimationFixture.Start.AddDays(1), 2, default))!;
        Assert.Equal((200.0, 2.0), (day.Windows[0].Estimated!.Rows, day.Windows[0].Estimated!["mae"]!.Value.Value));
    }

    [Fact]
    public async Task Many_classes_are_estimated_from_what_their_windows_keep()
    {
        var layout = new OutputLayout(ModelTask.MulticlassClassification, ["a", "b", "c"], 0.5, null);
        var random = new Random(3);
        var rows = Enumerable.Range(0, 1500).Select(_ => Softmax(random)).ToArray();
        int[] labels = [.. rows.Select(row => Drawn(random, row))];
        var definition = EstimatorLearning.Multiclass([.. rows.SelectMany(row => row).Select(score => (double)score)], labels, layout, [])!;
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.MulticlassClassification, layout.Classes, new Dictionary<string, double>(), new Dictionary<string, byte[]> { [EstimatorDefinition.FileName] = definition.Serialize() });
        var analysis = Enumerable.Range(0, 1000).Select(_ => Softmax(random)).ToArray();
        await fixture.AppendAsync(0, analysis.Select(row => (0.0, 0f, row)));

        var before = (await fixture.SeriesAsync()).Total;
        await fixture.LabelAsync(analysis.Select((row, i) => new LabelItem($"0-0-{i}", Drawn(random, row), null)));
        var after = (await fixture.SeriesAsync()).Total;

        Assert.Equal((1000.0, MetricSource.Estimated, MetricSource.Realised), (before.Estimated!.Rows, before.Source, after.Source));
        foreach (var key in (string[])["macro_roc_auc", "accuracy", "macro_f1", "log_loss"])
            Assert.InRange(after.Metric(key)!.Value, before.Estimated[key]!.Value.Low, before.Estimated[key]!.Value.High);
    }

    [Fact]
    public async Task A_damaged_estimator_costs_the_estimates_and_nothing_else_and_says_what_is_wrong()
    {
        await using var fixture = await EstimationFixture.StartAsync(ModelTask.BinaryClassification, Binary.Classes, Baseline, new Dictionary<string, byte[]> { [EstimatorDefinition.FileName] = "{\"formatVersion\":7}"u8.ToArray() });
        await fixture.AppendAsync(0, [(0.0, 0f, [0.5f])]);

        var series = await fixture.SeriesAsync(1);

        Assert.Equal((1L, null), (series.Total.Rows, series.Total.Estimated));
        Assert.Contains("formatVersion", series.WhyNoEstimates, StringComparison.Ordinal);
    }

    internal static Dictionary<string, byte[]> BinaryEstimator(bool overconfident = false)
    {
        var random = new Random(8);
        double[] scores = [.. Enumerable.Range(0, 4000).Select(_ => (double)(float)random.NextDouble())];
        int[] labels = [.. scores.Select(score => random.NextDouble() < (overconfident ? 0.3 + (0.4 * score) : score) ? 1 : 0)];
        return new() { [EstimatorDefinition.FileName] = EstimatorLearning.Binary(scores, labels, Binary, [])!.Serialize() };
    }

    private static float[] Softmax(Random random)
    {
        double[] weights = [Math.Exp(2 * random.NextDouble()), Math.Exp(2 * random.NextDouble()), Math.Exp(2 * random.NextDouble())];
        return [.. weights.Select(weight => (float)(weight / weights.Sum()))];
    }

    private static int Drawn(Random random, float[] chances)
    {
        var lot = random.NextDouble();
        return lot < chances[0] ? 0 : lot < chances[0] + chances[1] ? 1 : 2;
    }
}
