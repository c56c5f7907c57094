using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Monitoring;

public sealed class ProfileMetricsTests
{
    private static readonly string[] Areas = ["roc_auc", "pr_auc", "gini", "macro_roc_auc"];

    /// <summary>Scores as models give them: spread out, all rare, all close together, nearly certain.</summary>
    public static TheoryData<string, double, double> Shapes => new() { { "spread", 0, 1.5 }, { "rare", -6, 0.8 }, { "narrow", -1, 0.15 }, { "certain", 5, 3 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Areas_from_a_window_are_within_a_thousandth_of_the_exact_ones(string shape, double centre, double spread)
    {
        var random = new Random(shape.Length);
        const int n = 20_000;
        var scores = new float[n];
        var labels = new int[n];
        for (var i = 0; i < n; i++)
        {
            var logit = centre + (spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            scores[i] = (float)(1 / (1 + Math.Exp(-logit)));
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-(logit * 1.3) + (0.2 * centre))) ? 1 : 0;
        }

        var profile = new OutputProfile(new(ModelTask.BinaryClassification, ["no", "yes"], 0.5, null));
        for (var i = 0; i < n; i++)
        {
            profile.AddPrediction([scores[i]]);
            profile.AddLabel([scores[i]], labels[i], 1);
        }

        var exact = BinaryEvaluation.Evaluate(Array.ConvertAll(scores, score => (double)score), labels, 0.5).Metrics;
        var metrics = ProfileMetrics.Of(profile);
        Assert.Equal(exact["roc_auc"], metrics["roc_auc"], 0.001);
        Assert.Equal(exact["pr_auc"], metrics["pr_auc"], 0.001);
    }

    [Theory]
    [InlineData(ModelTask.BinaryClassification)]
    [InlineData(ModelTask.MulticlassClassification)]
    [InlineData(ModelTask.Regression)]
    public void Figures_agree_with_trainings_evaluation(ModelTask task)
    {
        var samples = ProfileSamples.Of(task, 3000);
        var profile = samples.Count(samples.Reference().Layout, Enumerable.Range(0, 3000)).Output;
        var scores = samples.Outputs.SelectMany(output => output).Select(value => (double)value).ToArray();
        var labels = samples.Labels.Select(label => (int)label).ToArray();
        var exact = (task switch
        {
            ModelTask.BinaryClassification => BinaryEvaluation.Evaluate(scores, labels, 0.5),
            ModelTask.MulticlassClassification => MulticlassEvaluation.Evaluate(scores, labels, samples.Classes),
            _ => RegressionEvaluation.Evaluate(scores, [.. samples.Labels]),
        }).Metrics;

        var metrics = ProfileMetrics.Of(profile);
        Assert.True(metrics.Count >= 8, string.Join(", ", metrics.Keys));
        foreach (var (key, value) in metrics)
            Assert.Equal(exact[key], value, Areas.Contains(key) ? 0.002 : Math.Max(1e-6, Math.Abs(exact[key]) * 1e-6));
    }

    [Fact]
    public void Every_score_lies_within_the_edges_of_its_bin()
    {
        foreach (var bins in (ScoreBins[])[ScoreBins.Fine, ScoreBins.Coarse])
        {
            for (var bin = 0; bin < bins.Count; bin++)
                Assert.True(bins.LowerEdge(bin) < bins.LowerEdge(bin + 1), $"bin {bin}");
            Assert.Equal((0.0, 1.0), (bins.LowerEdge(0), bins.LowerEdge(bins.Count)));
            var random = new Random(3);
            for (var i = 0; i < 20_000; i++)
            {
                var score = (float)Math.Pow(random.NextDouble(), 1 + (i % 7));
                score = i % 2 == 0 ? score : 1 - score;
                var bin = bins.BinOf(score);
                Assert.InRange(score, bins.LowerEdge(bin) - 1e-7, bins.LowerEdge(bin + 1) + 1e-7);
            }
        }
    }

    [Fact]
    public void Bins_of_a_number_hold_its_deciles_and_anything_beyond()
    {
        var random = new Random(5);
        var sample = Enumerable.Range(0, 5000).Select(_ => (float)(random.NextDouble() * random.NextDouble())).ToArray();
        var bins = BinLayout.OfSample("x", (float[])sample.Clone());
        var counts = new long[bins.Count];
        foreach (var value in sample)
            counts[bins.BinOf(value)]++;

        Assert.Equal((0L, 0L), (counts[0], counts[^1]));
        var groups = bins.CoarseBins();
        Assert.Equal(9, groups.Max());
        for (var group = 0; group < 10; group++)
            Assert.InRange(Enumerable.Range(0, bins.Count).Where(bin => groups[bin] == group).Sum(bin => counts[bin]), 490, 510);
        Assert.Equal((0, bins.Count - 1), (bins.BinOf(float.NegativeInfinity), bins.BinOf(float.MaxValue)));
    }

    [Fact]
    public void A_number_with_few_values_has_a_bin_for_each()
    {
        var bins = BinLayout.OfSample("hour", [.. Enumerable.Range(0, 480).Select(i => (float)(i % 24))]);

        Assert.True(bins.HasOwnBins);
        Assert.Equal(24, Enumerable.Range(0, 24).Select(hour => bins.BinOf(hour)).Distinct().Count());
        Assert.Equal((0, bins.Count - 1), (bins.BinOf(-1), bins.BinOf(24)));
    }
}
