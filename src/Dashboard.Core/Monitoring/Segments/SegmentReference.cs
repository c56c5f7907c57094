using System.Globalization;
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
    public const int FewestRows = 300;

    /// <summary>The segment's rows by hour or day; null without times.</summary>
    private ReferenceBlocks? Timed { get; init; }

    /// <summary>The segment's rows in runs, in order of time.</summary>
    private ReferenceBlocks? Runs { get; init; }

    /// <summary>Why there is nothing to compare with, as a sentence for people; null where there is.</summary>
    public string? WhyNot => Profile is not null ? null
        : SampleRows == 0 ? "The version's package carries no rows of its reference to find the segment in, so nothing is said about drift here."
        : $"Only {Rows} of the {SampleRows} rows kept of the reference lie in this segment, {FewestRows} are needed, so nothing is said about drift here.";

    /// <summary>The segment's own blocks in the reference: those of the period where enough of them have rows enough, else runs of its rows. Null where there are too few rows, or no blocks were asked for.</summary>
    public ReferenceBlocks? BlocksFor(BlockPeriod period) =>
        Timed is { } timed && timed.Of(period).Count(block => block.Counts.Rows >= ColumnCalibration.FewRows) >= RatioCalibration.FewBlocks ? timed : Runs;

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
                values[input] = Read(encoder, input, rows.Inputs[input].Values[row]);
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
        };
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

    private static InputValue Read(FeatureEncoder encoder, int input, string? text)
    {
        if (text is null)
            return InputValue.Missing;
        return encoder.Preprocessing.Inputs[input].Type switch
        {
            InputType.Category => encoder.Category(input, text),
            InputType.Boolean => InputValue.OfBoolean(text == "true"),
            InputType.Timestamp => FeatureEncoder.TryParseTimestamp(text, out var time) ? InputValue.OfTimestamp(time) : InputValue.Missing,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? InputValue.OfNumber(number) : InputValue.Missing,
        };
    }
}
