using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Estimation;

public sealed class BinaryEstimateTests
{
    /// <summary>Where scores lie, how far they spread, how overconfident they are; the threshold; and how the window's scores are moved against the reference's.</summary>
    public static TheoryData<string, double, double, double, double, double> Shapes => new()
    {
        { "spread", 0, 1.5, 1, 0.5, 0 }, { "spread, moved", 0, 1.5, 1, 0.5, 0.7 }, { "overconfident", 0, 1.5, 2.5, 0.5, 0.3 }, { "timid", 0, 1.5, 0.3, 0.5, 0.3 },
        { "rare", -6, 0.8, 1, 0.01, 0.5 }, { "rare, miscalibrated", -6, 1.2, 1.4, 0.002, 0.5 }, { "narrow", -1, 0.15, 1, 0.27, 0.05 }, { "narrow, miscalibrated", -1, 0.15, 0.5, 0.38, 0.05 },
        { "nearly certain", 5, 3, 1, 0.99, -1 }, { "odd threshold", 0, 1, 1.5, 0.337, -0.4 }, { "all positive", 1, 1, 1, 0.0, 0.1 }, { "all negative", -1, 1, 1, 1.0, 0.1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_figure_from_a_windows_histogram_is_within_a_thousandth_of_the_one_from_its_rows(string shape, double centre, double spread, double confidence, double threshold, double move)
    {
        var random = new Random(shape.Length);
        var layout = new OutputLayout(ModelTask.BinaryClassification, ["no", "yes"], threshold, null);
        var (scores, labels) = Draw(random, 20_000, centre, spread, confidence);
        var estimator = PerformanceEstimator.Create(EstimatorLearning.Binary(scores, labels, layout, [])!, layout, 1, null).Value;
        var (window, _) = Draw(random, 20_000, centre + move, spread, confidence);
        var output = Count(layout, window, null);

        var estimate = EstimatedMetrics.Of(estimator.Expect(output, null)!, output.Rows)!;

        var definition = estimator.Definition;
        var exact = BinaryExpectation.Of(window, Array.ConvertAll(window, score => score >= threshold ? 1 : 0), Array.ConvertAll(window, definition.Calibrators[0].Of),
            definition.Calibrators[0], new(definition.Errors, definition.Rows)).Figures();
        Assert.Equal(exact.Keys.Order(), estimate.Figures.Keys.Order());
        Assert.True(exact.Count >= 8, string.Join(", ", exact.Keys));
        foreach (var (key, value) in exact)
        {
            // Precision over the few rows above a threshold that divides a bin is the hardest.
            var allowed = key == "precision" ? 0.003 : 0.001 * Math.Max(1, Math.Abs(value));
            Assert.True(Math.Abs(value - estimate[key]!.Value.Value) <= allowed, $"{key}: {value} from rows, {estimate[key]!.Value.Value} from bins");
        }
    }

    [Fact]
    public void Scores_of_a_few_values_are_estimated_as_from_rows()
    {
        // A model with three leaves: two of its scores lie in one bin.
        double[] leaves = [(float)0.1234, (float)0.2041, (float)0.2043];
        double[] chances = [0.05, 0.1, 0.6];
        var random = new Random(5);
        var layout = new OutputLayout(ModelTask.BinaryClassification, ["no", "yes"], 0.2042, null);
        var leaf = Enumerable.Range(0, 6000).Select(_ => random.Next(3)).ToArray();
        double[] scores = [.. leaf.Select(i => leaves[i])];
        int[] labels = [.. leaf.Select(i => random.NextDouble() < chances[i] ? 1 : 0)];
        var estimator = PerformanceEstimator.Create(EstimatorLearning.Binary(scores, labels, layout, [])!, layout, 1, null).Value;

        var estimate = EstimatedMetrics.Of(estimator.Expect(Count(layout, scores, null), null)!, scores.Length)!;

        var realised = ProfileMetrics.Of(Count(layout, scores, labels));
        foreach (var key in (string[])["roc_auc", "pr_auc", "prevalence", "brier", "log_loss"])
            Assert.Equal(realised[key], estimate[key]!.Value.Value, 0.005);
    }

    /// <summary>Changed inputs, the same relation: the estimate should follow where the realised figure goes, and the realised one lie in the band nearly always.</summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.8)]
    [InlineData(-0.6)]
    public void The_band_holds_the_realised_figure_when_only_the_inputs_change(double move)
    {
        var random = new Random(11);
        var layout = new OutputLayout(ModelTask.BinaryClassification, ["no", "yes"], 0.5, null);
        var (scores, labels) = Draw(random, 30_000, 0, 1.5, 1.8);
        var estimator = PerformanceEstimator.Create(EstimatorLearning.Binary(scores, labels, layout, [])!, layout, 1, null).Value;
        string[] keys = ["roc_auc", "pr_auc", "accuracy", "f1", "precision", "recall", "specificity", "balanced_accuracy", "mcc", "cohen_kappa", "log_loss", "brier", "prevalence"];
        var outside = keys.ToDictionary(key => key, _ => 0);
        for (var window = 0; window < 100; window++)
        {
            var (s, y) = Draw(random, 1000, move, 1.5, 1.8);
            var output = Count(layout, s, y);
            var estimate = EstimatedMetrics.Of(estimator.Expect(output, null)!, output.Rows)!;
            var realised = ProfileMetrics.Of(output);
            foreach (var key in keys)
                outside[key] += realised[key] < estimate[key]!.Value.Low || realised[key] > estimate[key]!.Value.High ? 1 : 0;
        }

        // Three standard errors leave out 0.3 of a hundred by chance; the errors are the reference's, so a window of other prevalence may be off by somewhat more.
        Assert.All(outside, pair => Assert.True(pair.Value <= 6, $"{pair.Key}: {pair.Value} of 100 outside"));
    }

    [Fact]
    public void A_window_beyond_the_references_scores_or_of_few_rows_says_so()
    {
        var random = new Random(2);
        var layout = new OutputLayout(ModelTask.BinaryClassification, ["no", "yes"], 0.5, null);
        var (scores, labels) = Draw(random, 400, -1, 0.3, 1);
        var estimator = PerformanceEstimator.Create(EstimatorLearning.Binary(scores, labels, layout, [])!, layout, 1, null).Value;
        var (far, _) = Draw(random, 1000, 3, 0.3, 1);

        var outside = EstimatedMetrics.Of(estimator.Expect(Count(layout, far, null), null)!, 1000)!;
        var few = EstimatedMetrics.Of(estimator.Expect(Count(layout, scores[..50], null), null)!, 60)!;

        Assert.Equal((EstimateCaveats.OutsideReference | EstimateCaveats.FewReferenceRows, 1.0), (outside.Caveats & ~EstimateCaveats.FewRows, outside.OutsideShare));
        Assert.Equal(EstimateCaveats.FewRows | EstimateCaveats.FewReferenceRows | EstimateCaveats.PartOfRows, few.Caveats);
        Assert.Null(EstimatedMetrics.Of(estimator.Expect(new OutputProfile(layout), null)!, 0));
    }

    [Fact]
    public void Expectations_of_two_versions_add_up()
    {
        var random = new Random(4);
        var layout = new OutputLayout(ModelTask.BinaryClassification, ["no", "yes"], 0.5, null);
        var (scores, labels) = Draw(random, 5000, 0, 1.5, 2);
        var estimator = PerformanceEstimator.Create(EstimatorLearning.Binary(scores, labels, layout, [])!, layout, 1, null).Value;
        var whole = estimator.Expect(Count(layout, scores, null), null)!;

        var sum = estimator.Expect(Count(layout, scores[..2000], null), null)!;
        sum.Add(estimator.Expect(Count(layout, scores[2000..], null), null)!);

        foreach (var (key, value) in whole.Figures())
        {
            Assert.Equal(value, sum.Figures()[key], 1e-9);
            Assert.Equal(whole.Error(key)!.Value, sum.Error(key)!.Value, 1e-12);
        }
    }

    [Fact]
    public void Limits_are_as_wide_as_the_references_blocks_and_wider_for_smaller_windows()
    {
        // Blocks of 1,000 rows with an error of 0.5 for one row: 0.0158 of the spread of 0.02 is chance.
        var spread = new ReferenceSpread(0.8, 0.02, 10, 1000);

        Assert.Equal(new AlarmLimits(0.74, 0.86), new AlarmLimits(Math.Round(spread.Limits("roc_auc").Low, 9), Math.Round(spread.Limits("roc_auc").High, 9)));
        Assert.Equal(spread.Limits("roc_auc").Low, spread.Limits("roc_auc", 1000, 0.5).Low, 1e-12);
        Assert.Equal(0.8 - (3 * Math.Sqrt(0.0004 - 0.00025 + 0.0025)), spread.Limits("roc_auc", 100, 0.5).Low, 1e-12);
        Assert.Equal(1, spread.Limits("roc_auc", 10, 0.5).High);
    }

    internal static OutputProfile Count(OutputLayout layout, double[] scores, int[]? labels)
    {
        var profile = new OutputProfile(layout);
        for (var row = 0; row < scores.Length; row++)
        {
            profile.AddPrediction([(float)scores[row]]);
            if (labels is not null)
                profile.AddLabel([(float)scores[row]], labels[row], double.NaN);
        }

        return profile;
    }

    /// <summary>Scores whose log-odds are normal, and labels by the log-odds over the confidence: above 1 the model is too sure of itself.</summary>
    internal static (double[] Scores, int[] Labels) Draw(Random random, int rows, double centre, double spread, double confidence)
    {
        var (scores, labels) = (new double[rows], new int[rows]);
        for (var row = 0; row < rows; row++)
        {
            var logit = centre + (spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            scores[row] = (float)(1 / (1 + Math.Exp(-logit)));
            labels[row] = random.NextDouble() < 1 / (1 + Math.Exp(-logit / confidence)) ? 1 : 0;
        }

        return (scores, labels);
    }
}
