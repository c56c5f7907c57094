using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Blocks;

public sealed class ReferenceBlocksTests
{
    private static readonly DateTime Start = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    [Fact]
    public void A_reference_survives_its_package_with_the_counts_of_each_hour()
    {
        var reference = Hourly(240);

        var read = ReferenceProfile.Deserialize(reference.Serialize());

        Assert.True(read.IsSuccess, read.Error?.Message);
        Assert.Equal(reference.Layout.Fingerprint, read.Value.Layout.Fingerprint);
        Assert.Equal(BlockPeriod.Hour, read.Value.Blocks.Unit);
        Assert.Equal(240, read.Value.Blocks.Blocks.Count);
        Assert.Equal(new DateTimeOffset(Start, TimeSpan.Zero), read.Value.Blocks.Blocks[0].Start);
        var whole = read.Value.Blocks.Layout.Count(read.Value.Profile);
        var merged = BlockCounts.Merge(read.Value.Blocks.Blocks.Select(block => block.Counts))!;
        Assert.Equal(whole.Counts, merged.Counts);
        Assert.Equal((whole.Rows, whole.Labelled), (merged.Rows, merged.Labelled));
        Assert.Equal(whole.Loss, merged.Loss, 1e-9);
    }

    [Theory]
    [InlineData(3600, 240)]
    [InlineData(21_600, 40)]
    [InlineData(86_400, 10)]
    [InlineData(604_800, 2)]
    public void Hours_merge_into_longer_periods(long seconds, int blocks)
    {
        var reference = Hourly(240).Blocks;
        var period = BlockPeriod.Of(seconds).Value;

        var merged = reference.Of(period);

        Assert.Equal(blocks, merged.Count);
        Assert.All(merged, block => Assert.Equal(block.Start, period.Floor(block.Start!.Value)));
        Assert.Equal(240, merged.Sum(block => block.Counts.Rows));
    }

    [Fact]
    public void A_reference_over_years_keeps_days_and_no_hours()
    {
        var samples = ProfileSamples.Of(ModelTask.Regression, 3000);
        var blocks = samples.Reference([.. Enumerable.Range(0, 3000).Select(i => Start.AddHours(7 * i).Ticks)]).Blocks;

        Assert.Equal(BlockPeriod.Day, blocks.Unit);
        Assert.Equal(875, blocks.Blocks.Count);
        Assert.Empty(blocks.Of(BlockPeriod.Hour));
        Assert.Equal(BlockPeriod.Day, blocks.Usual);
    }

    [Fact]
    public void Rows_without_times_are_cut_into_runs_that_stand_for_every_period()
    {
        var blocks = ProfileSamples.Of(ModelTask.BinaryClassification, 2000).Reference().Blocks;

        Assert.Null(blocks.Unit);
        Assert.Equal(ReferenceBlocks.RunsOfRows, blocks.Blocks.Count);
        Assert.All(blocks.Blocks, block => Assert.Equal(40, block.Counts.Rows));
        Assert.Same(blocks.Blocks, blocks.Of(BlockPeriod.Day));
    }

    [Fact]
    public void The_reference_of_an_installation_from_before_blocks_is_read_with_its_days()
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Reference", "reference-v1.profile"));

        var read = ReferenceProfile.Deserialize(bytes);

        Assert.True(read.IsSuccess, read.Error?.Message);
        Assert.Equal(BlockPeriod.Day, read.Value.Blocks.Unit);
        Assert.Equal(10, read.Value.Blocks.Blocks.Count);
        Assert.Equal(240, read.Value.Profile.FeatureRows);
        Assert.Equal(read.Value.Blocks.Layout.Count(read.Value.Profile).Counts, BlockCounts.Merge(read.Value.Blocks.Blocks.Select(block => block.Counts))!.Counts);
    }

    [Fact]
    public void Broken_bytes_are_refused_and_never_thrown_out()
    {
        var bytes = Hourly(60).Serialize();
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var broken = bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length).ToArray();
            for (var flips = random.Next(1, 4); flips > 0 && broken.Length > 0; flips--)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            var read = ReferenceProfile.Deserialize(broken);
            Assert.True(read.IsSuccess || read.Error!.Kind == ErrorKind.Invalid);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3600)]
    [InlineData(1800)]
    [InlineData(18_000)]
    [InlineData(90_000)]
    [InlineData(2_505_600)]
    public void A_period_that_neither_divides_a_day_nor_is_some_days_is_refused(long seconds)
    {
        var period = BlockPeriod.Of(seconds);
        Assert.Equal("driftPeriodSeconds", period.Error!.Field);
    }

    private static ReferenceProfile Hourly(int hours) =>
        ProfileSamples.Of(ModelTask.BinaryClassification, hours).Reference([.. Enumerable.Range(0, hours).Select(hour => Start.AddHours(hour).Ticks)]);
}
