using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Blocks;

public sealed class CalibrationTests
{
    private static readonly DateTime Start = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    [Fact]
    public void Within_what_the_reference_has_seen_p_is_the_rank_among_its_blocks()
    {
        var calibration = new RatioCalibration([.. Enumerable.Range(1, 30).Select(i => i / 10.0)]);

        Assert.Equal(1, calibration.P(0.05));
        Assert.Equal(11 / 31.0, calibration.P(2.1), 12);
        Assert.Equal(2 / 31.0, calibration.P(3.0), 12);
        Assert.Equal(1 / 31.0, calibration.RankP(3.01), 12);
    }

    [Fact]
    public void Beyond_it_p_falls_on_and_is_never_larger_than_the_rank()
    {
        var calibration = new RatioCalibration([.. Enumerable.Range(1, 30).Select(i => 1 + (i / 100.0))]);
        var last = 1 / 31.0;
        for (var ratio = 1.31; ratio < 5; ratio += 0.1)
        {
            var p = calibration.P(ratio);
            Assert.InRange(p, 0, last);
            last = p;
        }

        Assert.True(last < 1e-9, $"{last}");
    }

    /// <summary>scipy: t.sf((log(2) − mean)/(sd·√(1 + 1/n)), n − 1) of log(1.01), …, log(1.30).</summary>
    [Fact]
    public void The_tail_is_the_predictive_distribution_of_the_logarithms() =>
        Assert.Equal(4.164836843e-08, new RatioCalibration([.. Enumerable.Range(1, 30).Select(i => 1 + (i / 100.0))]).P(2), 1e-15);

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.05)]
    [InlineData(0.01)]
    [InlineData(0.0001)]
    public void A_ratio_at_the_limit_is_as_unusual_as_the_level_and_one_below_is_not(double level)
    {
        var random = new Random(3);
        var calibration = new RatioCalibration([.. Enumerable.Range(0, 40).Select(_ => Math.Exp(random.NextDouble()))]);
        var limit = calibration.Limit(level);
        Assert.True(calibration.P(limit * (1 + 1e-9)) <= level * (1 + 1e-6));
        Assert.True(calibration.P(limit * 0.99) > level);
    }

    [Fact]
    public void Fewer_than_20_blocks_are_shown_and_decide_nothing()
    {
        var reference = Sample(19 * 40);
        var calibration = Calibrations(reference, BlockPeriod.Day).For(Monday);
        Assert.False(calibration.IsCalibrated);

        var judged = calibration.Judge(Shifted(reference, 400));
        var decision = new DriftStream(BlockPeriod.Day).Next(calibration, judged);

        Assert.True(judged.Columns[0]!.Distance > 0.3);
        Assert.Null(decision.ColumnLevel);
        Assert.All(decision.Adjusted, Assert.Null);
        Assert.False(decision.ModelMoved);
    }

    [Fact]
    public void A_shift_is_called_moved_and_only_where_it_is()
    {
        var reference = Sample(60 * 40);
        var calibration = Calibrations(reference, BlockPeriod.Day).For(Monday);
        var decision = new DriftStream(BlockPeriod.Day).Next(calibration, calibration.Judge(Shifted(reference, 400)));

        Assert.True(decision.Moved(0));
        Assert.False(decision.Moved(1));
        Assert.False(decision.Moved(2));
    }

    [Fact]
    public void A_day_that_has_only_begun_is_not_taken_for_drift()
    {
        var reference = Sample(60 * 400);
        var calibration = Calibrations(reference, BlockPeriod.Day).For(Monday);
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, 3000, seed: 77);
        var alarms = 0;
        for (var window = 0; window < 100; window++)
        {
            var judged = calibration.Judge(reference.Blocks.Layout.Count(samples.Count(reference.Layout, Enumerable.Range(window * 30, 30))));
            alarms += judged.Columns.Count(column => column is { P: < 0.01 });
        }

        Assert.InRange(alarms, 0, 8);
    }

    [Fact]
    public void Values_that_were_never_missing_before_are_seen_in_few_rows()
    {
        var reference = Constructed(i => [i % 97, i % 24, i % 3]);
        var calibration = Calibrations(reference, BlockPeriod.Day).For(Monday);
        var window = reference.Blocks.Layout.Count(Window(reference.Layout, 1000, i => [i < 10 ? float.NaN : i % 97, i % 24, i % 3]));

        var column = calibration.Judge(window).Columns[0]!;

        Assert.Equal(0.01, column.MissingShare, 9);
        Assert.True(column.MissingP < 1e-9 && column.P < 1e-8, $"{column}");
    }

    [Fact]
    public void Values_that_never_occurred_before_are_seen_in_few_rows()
    {
        var reference = Constructed(i => [i % 97, i % 24, i % 3]);
        var calibration = Calibrations(reference, BlockPeriod.Day).For(Monday);
        var window = reference.Blocks.Layout.Count(Window(reference.Layout, 1000, i => [i % 97, i % 24, i < 10 ? FeatureEncoder.UnknownCategory : i % 3]));

        var column = calibration.Judge(window).Columns[2]!;

        Assert.Equal(0.01, column.NewShare!.Value, 9);
        Assert.True(column.NewP < 1e-9 && column.P < 1e-8, $"{column}");
    }

    [Fact]
    public void A_constant_column_is_steady_until_it_is_no_longer_constant()
    {
        var reference = Constructed(i => [5, i % 24, i % 3]);
        var calibration = Calibrations(reference, BlockPeriod.Day).For(Monday);
        ColumnJudgement Judge(Func<int, float[]> row) => calibration.Judge(reference.Blocks.Layout.Count(Window(reference.Layout, 1000, row))).Columns[0]!;

        Assert.Equal(1, Judge(i => [5, i % 24, i % 3]).P);
        Assert.True(Judge(i => [i < 20 ? 6 : 5, i % 24, i % 3]).P < 1e-9);
    }

    [Fact]
    public void Noise_in_a_column_without_importance_does_not_move_the_model()
    {
        var reference = Sample(60 * 40);
        var window = Shifted(reference, 400);
        var useless = Calibrations(reference, BlockPeriod.Day, new() { ["hour"] = 0.7, ["carrier"] = 0.3 }).For(Monday);
        var useful = Calibrations(reference, BlockPeriod.Day, new() { ["distance"] = 0.7, ["carrier"] = 0.3 }).For(Monday);

        Assert.False(new DriftStream(BlockPeriod.Day).Next(useless, useless.Judge(window)).ModelMoved);
        Assert.True(new DriftStream(BlockPeriod.Day).Next(useful, useful.Judge(window)).ModelMoved);
    }

    [Fact]
    public void Hours_are_held_against_the_same_hour_where_there_are_enough_of_them()
    {
        // Twelve rows an hour for forty days; the second feature is the hour of day.
        const int rows = 40 * 24 * 12;
        float[] features = [.. Enumerable.Range(0, rows).SelectMany(i => new float[] { i * 7919 % 997, i / 12 % 24, i % 3 })];
        var reference = ReferenceBuilder.Build(ProfileSamples.Inputs, ModelTask.Regression, [], 0.5, features, new([], [], null), [.. Enumerable.Range(0, rows).Select(i => Start.AddHours(i / 12).Ticks)]);
        var calibrations = Calibrations(reference, BlockPeriod.Hour);

        var six = calibrations.For(Monday.AddHours(6));

        Assert.Equal("the same time of day, 06:00", six.Matching);
        Assert.Equal(40, six.Blocks);
        Assert.Same(six, calibrations.For(Monday.AddDays(3).AddHours(6)));
        // The hour of day itself is the same in all of them, and no drift.
        Assert.Equal(1, six.Judge(reference.Blocks.Blocks[6].Counts).Columns[1]!.P);
    }

    [Fact]
    public void A_stream_goes_on_where_its_state_was_taken()
    {
        var reference = Sample(60 * 40);
        var calibration = Calibrations(reference, BlockPeriod.Day).For(Monday);
        var judged = calibration.Judge(Shifted(reference, 400));
        var through = new DriftStream(BlockPeriod.Day);
        DriftStream interrupted = new(BlockPeriod.Day);
        for (var i = 0; i < 10; i++)
        {
            var expected = through.Next(calibration, judged);
            interrupted = new(BlockPeriod.Day, CanonicalJson.Deserialize<DriftStreamState>(CanonicalJson.Serialize(interrupted.State)));
            var actual = interrupted.Next(calibration, judged);
            Assert.Equal((expected.ColumnLevel, expected.ModelLevel, expected.ModelMoved), (actual.ColumnLevel, actual.ModelLevel, actual.ModelMoved));
        }
    }

    private static DateTimeOffset Monday => new(2001, 3, 5, 0, 0, 0, TimeSpan.Zero);

    private static BlockCalibrations Calibrations(ReferenceProfile reference, BlockPeriod period, Dictionary<string, double>? importance = null) => new(reference.Blocks, period, importance ?? []);

    /// <summary>Rows spread evenly, so many a day.</summary>
    private static ReferenceProfile Sample(int rows)
    {
        var perDay = rows / (rows >= 60 * 40 ? 60 : 19);
        return ProfileSamples.Of(ModelTask.BinaryClassification, rows).Reference([.. Enumerable.Range(0, rows).Select(i => Start.AddDays(i / perDay).AddHours(i % perDay * 24 / perDay).Ticks)]);
    }

    /// <summary>Distances from 2,000 on, where the reference has mostly small ones; the rest as ever.</summary>
    private static BlockCounts Shifted(ReferenceProfile reference, int rows)
    {
        var samples = ProfileSamples.Of(ModelTask.BinaryClassification, rows, seed: 9);
        var window = new WindowProfile(reference.Layout);
        for (var i = 0; i < rows; i++)
        {
            samples.Features[i][0] = 2000 + (i % 500);
            window.AddPrediction(samples.Features[i], samples.Outputs[i]);
        }

        return reference.Blocks.Layout.Count(window);
    }

    private static ReferenceProfile Constructed(Func<int, float[]> row)
    {
        const int rows = 30_000;
        float[] features = [.. Enumerable.Range(0, rows).SelectMany(row)];
        return ReferenceBuilder.Build(ProfileSamples.Inputs, ModelTask.Regression, [], 0.5, features, new([], [], null), [.. Enumerable.Range(0, rows).Select(i => Start.AddDays(i / 1000).Ticks)]);
    }

    private static WindowProfile Window(ProfileLayout layout, int rows, Func<int, float[]> row) => Flights.Window(layout, Enumerable.Range(0, rows).Select(row));
}
