using Dashboard.Core.Monitoring.Blocks;

namespace Dashboard.Core.Tests.Monitoring.Blocks;

public sealed class LastingShiftTests
{
    /// <summary>scipy: quad(lambda k: k·p**(k − 1), 0, 1).</summary>
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(0.99999, 0.5000016666791668)]
    [InlineData(0.9, 0.5180325412154049)]
    [InlineData(0.5, 0.6386739401166445)]
    [InlineData(0.03, 2.344412546520539)]
    [InlineData(1e-6, 5239.1361842507085)]
    public void The_calibrator_is_the_mixture_of_powers(double p, double expected) => Assert.Equal(expected, LastingShift.Value(p), expected * 1e-6);

    [Fact]
    public void Without_a_shift_alarms_are_as_rare_as_promised()
    {
        const int threshold = 365;
        var random = new Random(11);
        var (steps, alarms) = (0L, 0);
        for (var run = 0; run < 200; run++)
        {
            var evidence = 0.0;
            for (var block = 0; block < 3650 && evidence < threshold; block++, steps++)
                evidence = LastingShift.After(evidence, random.Next(1, 33) / 32.0, threshold);
            alarms += evidence >= threshold ? 1 : 0;
        }

        Assert.True(alarms == 0 || steps / alarms >= threshold, $"{alarms} alarms in {steps} blocks");
    }

    /// <summary>Six columns and 31 days of reference, whose largest distance each day reaches.</summary>
    [Fact]
    public void A_shift_that_no_single_block_can_show_is_found_within_three_weeks_and_forgotten_within_a_month()
    {
        const double threshold = 365 * 7;
        double Next(double before, double p) => LastingShift.After(before, LastingShift.Cautious(p, 31), threshold);
        var (evidence, blocks) = (0.0, 0);
        for (; evidence < threshold; blocks++)
            evidence = Next(evidence, 1 / 32.0);
        Assert.InRange(blocks, 5, 21);

        for (var i = 0; i < 100; i++)
            evidence = Next(evidence, 1 / 32.0);
        for (blocks = 0; evidence >= threshold; blocks++)
            evidence = Next(evidence, 0.5);
        Assert.InRange(blocks, 1, 30);
    }

    [Theory]
    [InlineData(0, 31, 0)]
    [InlineData(1, 31, 1)]
    [InlineData(0.5, 23, 0.6)]
    [InlineData(0.99, 31, 1)]
    public void A_reference_of_few_blocks_knows_p_by_so_much_less(double p, int blocks, double expected) => Assert.Equal(expected, LastingShift.Cautious(p, blocks), 12);
}
