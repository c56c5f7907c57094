using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Evaluation;

public sealed class CurveSamplingTests
{
    [Fact]
    public void The_ends_and_the_corners_stay()
    {
        double[] x = [.. Enumerable.Range(0, 1001).Select(i => i / 1000.0)];
        double[] y = [.. x.Select(value => value < 0.25 ? value : value < 0.5 ? 0.5 - value : 0)];

        Assert.Equal([0, 250, 500, 1000], CurveSampling.Keep(x, y).Where(i => i is 0 or 250 or 500 or 1000));
    }

    [Fact]
    public void A_straight_line_needs_two_points()
    {
        double[] x = [.. Enumerable.Range(0, 500).Select(i => (double)i)];
        Assert.Equal([0, 499], CurveSampling.Keep(x, x));
    }

    [Fact]
    public void No_more_than_the_maximum_is_kept()
    {
        var random = new Random(1);
        double[] x = [.. Enumerable.Range(0, 5000).Select(i => (double)i)];
        double[] y = [.. x.Select(_ => random.NextDouble())];
        Assert.Equal(50, CurveSampling.Keep(x, y, 50).Length);
    }
}
