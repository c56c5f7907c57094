using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Evaluation;

public sealed class AucIntervalTests
{
    [Fact]
    public void The_variance_is_DeLongs()
    {
        // By hand: positives 0.9, 0.6, 0.4 and negatives 0.5, 0.3. Placements 1, 1, 1/2 and 2/3, 1.
        var interval = AucInterval.Of([0.9, 0.6, 0.4, 0.5, 0.3], [true, true, true, false, false])!;
        var auc = 5 / 6.0;
        var positives = (Math.Pow(1 - auc, 2) + Math.Pow(1 - auc, 2) + Math.Pow(0.5 - auc, 2)) / 2 / 3;
        var negatives = (Math.Pow((2 / 3.0) - auc, 2) + Math.Pow(1 - auc, 2)) / 1 / 2;

        Assert.Equal(auc, interval.Auc, 1e-12);
        Assert.Equal(auc - (1.959963984540054 * Math.Sqrt(positives + negatives)), interval.Lower, 1e-12);
        Assert.Equal(1, interval.Upper);
    }

    [Fact]
    public void It_holds_chance_as_often_as_it_says_when_scores_tell_nothing()
    {
        var random = new Random(13);
        var held = Enumerable.Range(0, 400).Count(_ =>
        {
            var interval = AucInterval.Of([.. Enumerable.Range(0, 300).Select(_ => random.NextDouble())], [.. Enumerable.Range(0, 300).Select(row => row % 3 == 0)])!;
            return interval.Lower <= 0.5 && interval.Upper >= 0.5;
        });
        Assert.InRange(held / 400.0, 0.92, 0.98);
    }

    [Fact]
    public void One_class_has_none() => Assert.Null(AucInterval.Of([0.1, 0.2, 0.3], [true, false, false]));
}
