using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Segments;

/// <summary>What a segment looked like among the rows that a version was measured on: counted from the sample of rows in its package, since the reference's profile knows no segments.</summary>
/// <param name="Profile">The sample's rows in the segment, on the version's bins; null where there are too few to compare with.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="SampleRows">Rows of the sample; 0 where the package has none, or none with its raw inputs.</param>
public sealed record SegmentReference(WindowProfile? Profile, int Rows, int SampleRows)
{
    /// <summary>With fewer rows nothing is compared: a difference in a share would have to be above a tenth to be more than chance.</summary>
    public const int FewestRows = 200;

    /// <summary>The segment's rows by hour or day; null without times.</summary>
    private ReferenceBlocks? Timed { get; init; }

    /// <summary>The segment's rows in runs, in their order.</summary>
    private ReferenceBlocks? Runs { get; init; }

    /// <summary>As many groups of rows, each from the whole time by chance; null without times.</summary>
    private ReferenceBlocks? Spread { get; init; }

    /// <summary>Why there is nothing to compare with, as a sentence for people; null where there is.</summary>
    public string? WhyNot => Profile is not null ? null
        : SampleRows == 0 ? "The version’s package carries no rows of its reference to find the segment in, so there is nothing to compare with."
        : $"Only {Rows} of the {SampleRows} rows kept of the reference lie in this segment, {FewestRows} are needed, so there is nothing to compare with.";

    /// <summary>The segment's own blocks in the reference: those of the period where enough of them have rows enough, else runs of its rows. Null where there are too few rows, or no blocks were asked for.</summary>
    public ReferenceBlocks? BlocksFor(BlockPeriod period)
    {
        var usable = Usable(period);
        // A run of rows that lies within one day knows no more than a few hours of it; where days have rows enough for that, each run is made of all days, and how much days differ is taken from them.
        return usable >= RatioCalibration.FewBlocks ? Timed : IsDense(period, usable) ? Spread : Runs;
    }

    /// <summary>
    /// What blocks of a period are held against. The sample's blocks are small, so they are taken to differ from each other at least as much as the blocks of all rows do, and as the segment's own
    /// periods in the sample. On simulated months in which nothing moves, that is what keeps false alarms near the nominal 5 %: without it four months in ten had one.
    /// </summary>
    /// <param name="whole">The version's calibrations for the period.</param>
    /// <returns>Null where there is nothing to compare with.</returns>
    public BlockCalibrations? CalibrationsFor(BlockPeriod period, IReadOnlyDictionary<string, double> importance, BlockCalibrations whole)
    {
        if (BlocksFor(period) is not { } blocks)
            return null;
        return new(blocks, period, importance, new(ReferenceEquals(blocks, Spread) ? [whole, new(WholePeriods(Timed!, period), period, importance)] : [whole], Timed?.Of(period).Count ?? blocks.Blocks.Count));
    }

    /// <summary>Rows are held out from some moment on: the first and the last period may be cut, and a part of a day differs from any day.</summary>
    private static ReferenceBlocks WholePeriods(ReferenceBlocks timed, BlockPeriod period)
    {
        var starts = timed.Of(period).Select(block => block.Start).ToList();
        return starts.Count < 4 ? timed : timed with { Blocks = [.. timed.Blocks.Where(block => period.Floor(block.Start!.Value) is var start && start != starts[0] && start != starts[^1])] };
    }

    private int Usable(BlockPeriod period) => Timed?.Of(period).Count(block => block.Counts.Rows >= ColumnCalibration.FewRows) ?? 0;

    private bool IsDense(BlockPeriod period, int usable) => Spread is not null && 2 * usable > Timed!.Of(period).Count;

    /// <summary>Finds the rows and counts them.</summary>
    /// <param name="segment">Bound to the version's signature.</param>
    /// <param name="rows">The package's sample; null where it has none.</param>
    /// <param name="blocks">How the version's blocks are laid out; null: the segment's blocks are not wanted.</param>
    public static SegmentReference Of(Segment segment, Preprocessing preprocessing, ReferenceRows? rows, ProfileLayout layout, BlockLayout? blocks = null)
    {
        if (rows is null || rows.Count == 0 || rows.Inputs.Count != preprocessing.Inputs.Count)
            return new(null, 0, 0);
        var encoder = new FeatureEncoder(preprocessing);
        var values = new InputValue[preprocessing.Inputs.Count];
        var found = new List<int>();
        for (var row = 0; row < rows.Count; row++)
        {
            for (var input = 0; input < values.Length; input++)
                values[input] = rows.Inputs[input].ValueAt(row, encoder, input);
            if (segment.Contains(values))
                found.Add(row);
        }

        if (found.Count < FewestRows)
            return new(null, found.Count, rows.Count);
        if (rows.Times is { } times)
            found = [.. found.OrderBy(row => times[row])];
        var profile = new WindowProfile(layout);
        foreach (var row in found)
            Add(profile, rows, row);
        return new(profile, found.Count, rows.Count)
        {
            Timed = blocks is null || rows.Times is null ? null : Cut(BlockCut.Of([.. found.Select(row => rows.Times[row])], found.Count), rows, found, layout, blocks),
            Runs = blocks is null ? null : Cut(BlockCut.Of([], found.Count), rows, found, layout, blocks),
            Spread = blocks is null || rows.Times is null ? null : Cut(BlockCut.Of([], found.Count), rows, Shuffled(found), layout, blocks),
        };
    }

    /// <summary>An order that has nothing to do with time, the same at each call. Rows taken at even distances would make runs that are more alike than chance makes them.</summary>
    private static List<int> Shuffled(List<int> rows)
    {
        int[] shuffled = [.. rows];
        new Random(rows.Count).Shuffle(shuffled);
        return [.. shuffled];
    }

    private static ReferenceBlocks Cut(BlockCut cut, ReferenceRows rows, List<int> found, ProfileLayout layout, BlockLayout blocks)
    {
        var counted = new List<ReferenceBlock>();
        var profile = new WindowProfile(layout);
        foreach (var (start, of, _) in cut.Blocks([]))
        {
            profile.Clear();
            foreach (var place in of)
                Add(profile, rows, found[place]);
            counted.Add(new(start, blocks.Count(profile)));
        }

        return new(blocks, cut.Unit, counted);
    }

    private static void Add(WindowProfile profile, ReferenceRows rows, int row)
    {
        profile.AddFeatures(rows.FeaturesOf(row));
        profile.AddOutput(rows.FeaturesOf(row), rows.OutputsOf(row).ToArray(), rows.Labels[row]);
    }
}
