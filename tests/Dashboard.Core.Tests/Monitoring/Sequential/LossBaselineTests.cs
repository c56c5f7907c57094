using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Core.Tests.Monitoring.Sequential;

public sealed class LossBaselineTests
{
    /// <summary>Days of mean loss 0.2, each for itself within ± 0.1.</summary>
    private static double Day(Random random) => 0.1 + (0.2 * random.NextDouble());

    [Fact]
    public void The_floor_is_the_lower_quartile_and_the_tolerance_covers_the_baselines_own_error()
    {
        var baseline = LossBaseline.Of([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], tolerance: 0).Value;

        Assert.Equal(0.3, baseline.Floor);
        Assert.Equal((0.3 + 0.3 + 0.3 + 0.4 + 0.5 + 0.6 + 0.7 + 0.8) / 8, baseline.Mean, 1e-12);
        Assert.InRange(baseline.Tolerated - baseline.Mean, 0.1, 0.2);
        Assert.Equal(baseline.Mean + 0.25, LossBaseline.Of([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], 0.25).Value.Tolerated, 1e-12);
    }

    [Fact]
    public void A_year_of_unchanged_days_raises_an_alarm_no_more_often_than_promised_and_a_rise_is_found_in_days()
    {
        var random = new Random(31);
        const int years = 300;
        var alarmed = 0;
        var delays = new List<int>();
        for (var year = 0; year < years; year++)
        {
            var baseline = LossBaseline.Of([.. Enumerable.Range(0, 60).Select(_ => Day(random))], 0.01).Value;
            var detector = baseline.Detector(365, 0.05);
            alarmed += Enumerable.Range(0, 365).Any(_ => detector.Update(baseline.ToUnit(Day(random)))) ? 1 : 0;
            detector.Restart();
            delays.Add(1 + Enumerable.Range(0, 365).TakeWhile(_ => !detector.Update(baseline.ToUnit(Day(random) + 0.1))).Count());
        }

        delays.Sort();
        Assert.InRange(alarmed / (double)years, 0, 0.05);
        Assert.InRange(delays[years / 2], 2, 20);
    }

    [Fact]
    public void Too_few_blocks_impossible_losses_and_no_room_are_said()
    {
        Assert.Contains("4 blocks", LossBaseline.Of([0.1, 0.1, 0.1, 0.1], 0.1).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("1.5", LossBaseline.Of([0.1, 0.1, 1.5, 0.1, 0.1], 0.1).Error!.Message, StringComparison.Ordinal);
        Assert.NotNull(LossBaseline.Of([0.1, 0.1, 0.1, 0.1, 0.1], -1).Error);
        Assert.NotNull(LossBaseline.Of([0.1, 0.1, 0.1, 0.1, 0.1], 0.95).Error);
        // Blocks that are all alike leave no room without a tolerance.
        Assert.NotNull(LossBaseline.Of([0.1, 0.1, 0.1, 0.1, 0.1], 0).Error);
    }
}
