using Dashboard.Core.Monitoring.Multivariate;
using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Core.Tests.Monitoring.Multivariate;

public sealed class ReconstructionDriftTests
{
    [Fact]
    public void Rows_of_the_same_distribution_stay_within_the_limits()
    {
        var drift = ReconstructionDrift.Of(Rows(2_000, 0.9, 1), Rows(2_000, 0.9, 2), [false, false, false])!;

        Assert.True(drift.IsCalibrated);
        Assert.Equal((20, 20), (drift.Reference.Count, drift.Current.Count));
        Assert.InRange(drift.ShareBeyond, 0, 0.1);
        Assert.InRange(drift.Current.Average(block => block.P!.Value), 0.3, 0.8);
    }

    [Fact]
    public void Columns_that_no_longer_move_together_are_seen_although_each_alone_is_as_it_was()
    {
        var drift = ReconstructionDrift.Of(Rows(2_000, 0.9, 1), Rows(2_000, 0, 2), [false, false, false])!;

        Assert.Equal(1, drift.ShareBeyond);
        Assert.All(drift.Current, block => Assert.Equal(1 / 21.0, block.P!.Value, 1e-12));
    }

    [Fact]
    public void Blocks_follow_time_and_cover_every_row()
    {
        var shuffled = Rows(210, 0.5, 3);
        new Random(4).Shuffle(shuffled.Times);
        var drift = ReconstructionDrift.Of(shuffled, shuffled, [false, false, false])!;

        Assert.Equal(4, drift.Reference.Count);
        Assert.False(drift.IsCalibrated);
        Assert.Equal(210, drift.Current.Sum(block => block.Rows));
        Assert.Equal(0, drift.Current[0].From);
        Assert.All(drift.Current.Zip(drift.Current.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
    }

    [Fact]
    public void Too_few_rows_say_nothing()
    {
        Assert.Null(ReconstructionDrift.Of(Rows(60, 0.5, 1), Rows(500, 0.5, 2), [false, false, false]));
        Assert.Null(ReconstructionDrift.Of(Rows(500, 0.5, 1), Rows(20, 0.5, 2), [false, false, false]));
    }

    /// <summary>Three standard normal columns, the first two correlated.</summary>
    private static ObservedRows Rows(int count, double correlation, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var features = new float[count * 3];
        for (var row = 0; row < count; row++)
        {
            var first = Normal();
            features[row * 3] = (float)first;
            features[(row * 3) + 1] = (float)((correlation * first) + (Math.Sqrt(1 - (correlation * correlation)) * Normal()));
            features[(row * 3) + 2] = (float)Normal();
        }

        return new(3, 1, features, new float[count], new double[count], [.. Enumerable.Range(0, count).Select(row => (long)row)]);
    }
}
