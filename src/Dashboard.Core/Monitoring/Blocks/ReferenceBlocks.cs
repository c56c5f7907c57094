using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>A block of the reference.</summary>
/// <param name="Start">Null where rows had no time and a block is a run of rows.</param>
public sealed record ReferenceBlock(DateTimeOffset? Start, BlockCounts Counts);

/// <summary>
/// The reference's own blocks in their finest form: hours where rows have a time, days where that would be too many, and runs of rows where there is no time at all.
/// </summary>
/// <param name="Unit">The length of a block; null for runs of rows.</param>
/// <param name="Blocks">In order of time, empty ones left out.</param>
public sealed record ReferenceBlocks(BlockLayout Layout, BlockPeriod? Unit, IReadOnlyList<ReferenceBlock> Blocks)
{
    /// <summary>At most so many blocks are kept.</summary>
    public const int MostBlocks = 2400;

    /// <summary>A reference without times is cut into this many runs of rows.</summary>
    public const int RunsOfRows = 50;

    /// <summary>A day where there are enough days, else an hour where there are enough hours, else a day.</summary>
    public BlockPeriod Usual => Of(BlockPeriod.Day).Count >= RatioCalibration.FewBlocks || Of(BlockPeriod.Hour).Count < RatioCalibration.FewBlocks ? BlockPeriod.Day : BlockPeriod.Hour;

    /// <summary>The blocks of a period: merged from finer ones; empty where the reference keeps only coarser ones. Runs of rows stand for every period.</summary>
    public IReadOnlyList<ReferenceBlock> Of(BlockPeriod period)
    {
        if (Unit is not { } unit || unit == period)
            return Blocks;
        return period.Seconds < unit.Seconds || period.Seconds % unit.Seconds != 0
            ? []
            : [.. Blocks.GroupBy(block => period.Floor(block.Start!.Value)).Select(group => new ReferenceBlock(group.Key, BlockCounts.Merge(group.Select(block => block.Counts))!))];
    }

    internal void Write(ProfileWriter writer)
    {
        writer.Varint((ulong)(Unit?.Seconds ?? 0));
        writer.Varint((ulong)Blocks.Count);
        foreach (var block in Blocks)
        {
            if (block.Start is { } start)
                writer.Varint((ulong)(start.Ticks / TimeSpan.TicksPerSecond));
            block.Counts.Write(writer);
        }
    }

    internal static ReferenceBlocks Read(ref ProfileReader reader, BlockLayout layout)
    {
        var seconds = reader.Count();
        BlockPeriod? unit = null;
        if (seconds != 0)
            unit = BlockPeriod.Of(seconds) is { IsSuccess: true } known ? known.Value : throw new ProfileFormatException($"a block of {seconds} seconds is not known");
        var blocks = new ReferenceBlock[reader.Length(11, MostBlocks)];
        for (var i = 0; i < blocks.Length; i++)
        {
            DateTimeOffset? start = null;
            if (unit is not null)
                start = reader.Count() is var at && at < DateTimeOffset.MaxValue.Ticks / TimeSpan.TicksPerSecond ? new DateTimeOffset(at * TimeSpan.TicksPerSecond, TimeSpan.Zero) : throw new ProfileFormatException($"block {i} starts at second {at}");
            blocks[i] = new(start, BlockCounts.Read(ref reader, layout));
        }

        return new(layout, unit, blocks);
    }
}
