using Dashboard.Core.Tests.Reference;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Evaluation;

/// <summary>Expected figures come from the definition in DeLong 1988, all pairs counted, with NumPy 1.24 and scipy 1.10.1's normal quantile.</summary>
public sealed class PairedComparisonTests
{
    private static readonly double[] Scores = ReferenceFiles.Csv("metrics_binary_breast_cancer.csv")["y_pred_proba"].Numbers();
    private static readonly double[] Rounded = ReferenceFiles.Csv("metrics_binary_ties.csv")["y_pred_proba"].Numbers();
    private static readonly int[] Labels = [.. ReferenceFiles.Csv("metrics_binary_ties.csv")["y_true"].Numbers().Select(value => (int)value)];

    [Fact]
    public void DeLongs_interval_agrees_with_the_definition_ties_included()
    {
        var difference = PairedComparison.Binary(Scores, Rounded, Labels)[0];

        Assert.Equal("roc_auc", difference.Metric);
        Assert.Equal(0.9880362601454622, difference.Champion, 1e-12);
        Assert.Equal(0.986138926952672, difference.Challenger, 1e-12);
        Assert.Equal(-0.003681650048332258, difference.Lower, 1e-12);
        Assert.Equal(-0.00011301633724808934, difference.Upper, 1e-12);
    }

    [Fact]
    public void The_log_loss_interval_is_that_of_the_paired_mean()
    {
        var difference = PairedComparison.Binary(Scores, Rounded, Labels)[1];

        Assert.Equal("log_loss", difference.Metric);
        Assert.Equal(-0.003262556850398961, difference.Difference, 1e-10);
        Assert.Equal(-0.0076481346619445036, difference.Lower, 1e-10);
        Assert.Equal(0.0011230209611465813, difference.Upper, 1e-10);
    }

    [Fact]
    public void The_same_model_twice_shows_no_clear_difference()
    {
        var comparison = Judge(Scores, Scores);

        Assert.Equal(ComparisonVerdict.NoClearDifference, comparison.Verdict);
        Assert.Equal((0, 0, 0), (comparison.Primary!.Difference, comparison.Primary.Lower, comparison.Primary.Upper));
    }

    [Fact]
    public void A_challenger_whose_interval_leaves_out_zero_is_better_or_worse()
    {
        Assert.Equal(ComparisonVerdict.Worse, Judge(Scores, Rounded).Verdict);
        Assert.Equal(ComparisonVerdict.Better, Judge(Rounded, Scores).Verdict);
    }

    [Fact]
    public void The_sentence_names_version_rows_figures_and_interval() => Assert.Equal(
        "Worse than version 3 on 285 held-out rows: ROC-AUC 0.986 against 0.988 (−0.002; 95 % interval −0.004 to −0.0001).",
        Judge(Scores, Rounded).Sentence);

    [Fact]
    public void For_an_error_lower_is_better() =>
        Assert.Equal(ComparisonVerdict.Better, ChallengerComparison.VerdictOf(new("rmse", 10, 9, -1, -1.5, -0.5)));

    [Fact]
    public void With_one_class_only_the_log_loss_decides()
    {
        var differences = PairedComparison.Binary([0.1, 0.2, 0.1, 0.15], [0.5, 0.6, 0.5, 0.55], [0, 0, 0, 0]);

        Assert.Equal(["log_loss"], differences.Select(difference => difference.Metric));
        Assert.Equal(ComparisonVerdict.Worse, ChallengerComparison.VerdictOf(differences[0]));
    }

    [Fact]
    public void Scores_that_are_no_numbers_are_not_comparable()
    {
        double[] broken = [.. Scores];
        broken[7] = double.NaN;
        var comparison = Judge(Scores, broken);

        Assert.Equal(ComparisonVerdict.NotComparable, comparison.Verdict);
        Assert.Null(comparison.Primary);
    }

    [Fact]
    public void Two_classes_compared_as_many_give_the_binary_difference()
    {
        static double[] BothClasses(double[] positive) => [.. positive.SelectMany(p => (double[])[1 - p, p])];
        var binary = PairedComparison.Binary(Scores, Rounded, Labels);
        var many = PairedComparison.Multiclass(BothClasses(Scores), BothClasses(Rounded), Labels, 2);

        Assert.Equal(binary[0].Difference, many[0].Difference, 1e-12);
        // DeLong divides by m − 1 and n − 1, the delta method by n − 1: equal up to 1/n.
        Assert.Equal(binary[0].Upper - binary[0].Lower, many[0].Upper - many[0].Lower, 1e-4);
        Assert.Equal(binary[1].Lower, many[1].Lower, 1e-9);
    }

    [Fact]
    public void The_rmse_interval_covers_the_true_difference_nineteen_times_in_twenty()
    {
        var random = new Random(11);
        var covered = 0;
        for (var trial = 0; trial < 400; trial++)
        {
            double[] actual = new double[300], champion = new double[300], challenger = new double[300];
            for (var i = 0; i < actual.Length; i++)
                (champion[i], challenger[i]) = (2 * Normal(random), 1.5 * Normal(random));
            var difference = PairedComparison.Regression(champion, challenger, actual)[0];
            covered += difference.Lower <= -0.5 && difference.Upper >= -0.5 ? 1 : 0;
        }

        Assert.InRange(covered, 365, 394);
    }

    [Fact]
    public void Lengths_that_differ_are_refused() =>
        Assert.Throws<ArgumentException>(() => PairedComparison.Binary([0.1, 0.2], [0.1], [0, 1]));

    private static ChallengerComparison Judge(double[] champion, double[] challenger) => ChallengerComparison.Judge(
        3, BinaryEvaluation.Evaluate(champion, Labels, 0.5), BinaryEvaluation.Evaluate(challenger, Labels, 0.5), PairedComparison.Binary(champion, challenger, Labels));

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
