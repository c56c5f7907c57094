using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Monitoring.Segments;

/// <summary>
/// Days of a segment held against the segment's rows in a sample of the reference. Days differ from each other, as real ones do, by more than the sample's small blocks could show.
/// </summary>
public sealed class SegmentDriftTests
{
    private const int Days = 60, PerDay = 500, Month = 30;

    private static readonly Preprocessing Inputs = new([new("distance", InputType.Number, []), new("carrier", InputType.Category, ["AA", "UA"])]);

    private static readonly Segment Carrier = SegmentExpression.Compile("carrier = 'AA'", Inputs.Inputs).Value;

    [Theory]
    // Twenty rows a day: blocks are days. Seven rows a day: blocks are runs of rows.
    [InlineData(0.25, true, 60)]
    [InlineData(0.08, false, 60)]
    [InlineData(0.05, false, 60)]
    // As of held-out rows: a few days with many rows each, so that groups of rows are made of all of them.
    [InlineData(0.25, false, 8)]
    [InlineData(0.08, false, 8)]
    public void Months_in_which_nothing_moves_stay_calm_and_a_shift_is_found(double share, bool byDay, int days)
    {
        var (calm, found) = (0, 0);
        const int runs = 50;
        for (var seed = 0; seed < runs; seed++)
        {
            var random = new Random(seed);
            var (whole, segment) = Reference(random, share, days);
            Assert.Equal(byDay, segment.BlocksFor(BlockPeriod.Day)!.Unit is not null);
            var calibrations = segment.CalibrationsFor(BlockPeriod.Day, new Dictionary<string, double>(), new(whole.Blocks, BlockPeriod.Day, new Dictionary<string, double>()))!;
            calm += Moves(calibrations, whole.Blocks.Layout, whole.Layout, random, 0) ? 0 : 1;
            found += Moves(calibrations, whole.Blocks.Layout, whole.Layout, random, 200) ? 1 : 0;
        }

        Assert.InRange(calm, runs * 0.88, runs);
        Assert.InRange(found, runs * 0.9, runs);
    }

    [Fact]
    public void Blocks_of_a_part_are_taken_to_differ_at_least_as_much_as_those_of_all_rows()
    {
        var (whole, segment) = Reference(new Random(7), 0.25);
        var importance = new Dictionary<string, double>();
        BlockCalibrations of = new(whole.Blocks, BlockPeriod.Day, importance), alone = new(segment.BlocksFor(BlockPeriod.Day)!, BlockPeriod.Day, importance), held = segment.CalibrationsFor(BlockPeriod.Day, importance, of)!;
        var day = DateTimeOffset.UnixEpoch;

        foreach (var rows in new[] { 20, 500, 100_000 })
        {
            Assert.True(held.For(day).Columns[0].LimitAt(0.05, rows) >= alone.For(day).Columns[0].LimitAt(0.05, rows) * 0.999);
            Assert.True(held.For(day).Columns[0].LimitAt(0.05, rows) <= 2 * Math.Max(of.For(day).Columns[0].LimitAt(0.05, rows)!.Value, alone.For(day).Columns[0].LimitAt(0.05, rows)!.Value));
        }
    }

    [Fact]
    public void Blocks_hold_every_row_of_the_segment_once()
    {
        var (_, segment) = Reference(new Random(1), 0.25);
        var (days, runs) = (segment.BlocksFor(BlockPeriod.Day)!, segment.BlocksFor(BlockPeriod.Of(28 * 86_400).Value)!);

        Assert.Equal((segment.Rows, segment.Rows), (days.Blocks.Sum(block => block.Counts.Rows), runs.Blocks.Sum(block => block.Counts.Rows)));
        Assert.Equal(segment.Profile!.Output.Labelled, days.Blocks.Sum(block => block.Counts.Labelled));
        Assert.Equal(Days, days.Of(BlockPeriod.Day).Count);
        Assert.Equal((null, ReferenceBlocks.RunsOfRows), (runs.Unit, runs.Blocks.Count));
    }

    /// <summary>Whether any block of a month of days is called moved.</summary>
    private static bool Moves(BlockCalibrations calibrations, BlockLayout layout, ProfileLayout profile, Random random, double farther)
    {
        var stream = new DriftStream(BlockPeriod.Day);
        var any = false;
        for (var day = 0; day < Month; day++)
        {
            var window = new WindowProfile(profile);
            var shift = DayShift(random) + farther;
            for (var row = 0; row < 400; row++)
                window.Apply([ProfileChange.Prediction([Distance(random, shift), 0], [random.NextSingle()])]);
            var calibration = calibrations.For(DateTimeOffset.UnixEpoch.AddDays(day));
            var decision = stream.Next(calibration, calibration.Judge(layout.Count(window)));
            any |= Enumerable.Range(0, decision.Adjusted.Count).Any(decision.Moved) || decision.ModelMoved;
        }

        return any;
    }

    private static double DayShift(Random random) => (random.NextDouble() - 0.5) * 150;

    private static float Distance(Random random, double shift) => (float)((random.NextDouble() * 1000) + shift);

    /// <param name="kept">Of how many of the newest days rows are in the sample.</param>
    private static (ReferenceProfile Whole, SegmentReference Segment) Reference(Random random, double share, int kept = Days)
    {
        const int rows = Days * PerDay;
        var (features, scores, labels, times) = (new float[2 * rows], new float[rows], new double[rows], new long[rows]);
        var shift = 0.0;
        for (var row = 0; row < rows; row++)
        {
            if (row % PerDay == 0)
                shift = DayShift(random);
            features[2 * row] = Distance(random, shift);
            features[(2 * row) + 1] = random.NextDouble() < share ? 0 : 1;
            (scores[row], labels[row], times[row]) = (random.NextSingle(), random.Next(2), new DateTime(2001, 1, 1).AddMinutes(row * 1440.0 / PerDay).Ticks);
        }

        var whole = ReferenceBuilder.Build(Inputs, ModelTask.BinaryClassification, ["no", "yes"], 0.5, features, ReferencePredictions.OfAllRows(scores, rows, labels), times);
        var first = rows - (kept * PerDay);
        var sample = ReferenceRowsBuilder.Build(Inputs, features[(2 * first)..], scores[first..], labels[first..], times.AsSpan(first), (row, values) =>
            (values[0], values[1]) = (InputValue.OfNumber(features[2 * (first + row)]), InputValue.OfCode((int)features[(2 * (first + row)) + 1])));
        return (whole, SegmentReference.Of(Carrier, Inputs, sample, whole.Layout, whole.Blocks.Layout));
    }
}
