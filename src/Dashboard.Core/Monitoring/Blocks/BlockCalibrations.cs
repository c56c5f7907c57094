using System.Collections.Concurrent;
using System.Globalization;

namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>
/// The calibrations of one version for one period. A window is held against the blocks of its own weekday and hour where there are at least twenty of them, else of its hour, else of its
/// weekday, else against all. Calibrations are made when first asked for; safe for several threads.
/// </summary>
public sealed class BlockCalibrations
{
    private static readonly string[] Weekdays = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"];

    private readonly BlockLayout layout;
    private readonly IReadOnlyList<ReferenceBlock> blocks;
    private readonly IReadOnlyDictionary<string, double> importance;
    private readonly LeastSpread? least;
    private readonly ConcurrentDictionary<(int Weekday, int Slot), Lazy<BlockCalibration>> made = new();

    /// <param name="least">At least how much blocks are taken to differ, where the reference's are too small to show it.</param>
    public BlockCalibrations(ReferenceBlocks reference, BlockPeriod period, IReadOnlyDictionary<string, double> importance, LeastSpread? least = null)
    {
        (layout, blocks, this.importance, this.least, Period) = (reference.Layout, reference.Of(period), importance, least, period);
        HasTimes = reference.Unit is not null;
    }

    public BlockPeriod Period { get; }

    /// <summary>False where the reference's rows had no time, and its blocks are runs of rows.</summary>
    public bool HasTimes { get; }

    /// <summary>All blocks of the period.</summary>
    public int Blocks => blocks.Count;

    /// <summary>The calibration on all blocks, whatever their hour and weekday.</summary>
    internal BlockCalibration OfAll => made.GetOrAdd((-1, -1), static (key, self) => new(() => self.Make(key)), this).Value;

    /// <summary>The calibration for the block that starts at a time.</summary>
    public BlockCalibration For(DateTimeOffset start)
    {
        var key = Key(start);
        return made.GetOrAdd(key, static (key, self) => new(() => self.Make(key)), this).Value;
    }

    /// <summary>The finest likeness of which there are enough blocks; −1 stands for any.</summary>
    private (int Weekday, int Slot) Key(DateTimeOffset start)
    {
        if (!HasTimes || Period.Seconds > BlockPeriod.Day.Seconds)
            return (-1, -1);
        var (weekday, slot) = ((int)start.DayOfWeek, Slot(start));
        (int Weekday, int Slot)[] candidates = slot < 0 ? [(weekday, -1)] : [(weekday, slot), (-1, slot)];
        foreach (var candidate in candidates)
            if (blocks.Count(block => Matches(block, candidate)) >= RatioCalibration.FewBlocks)
                return candidate;
        return (-1, -1);
    }

    private int Slot(DateTimeOffset start) => Period.Seconds < BlockPeriod.Day.Seconds ? (int)(start.TimeOfDay.Ticks / Period.Length.Ticks) : -1;

    private bool Matches(ReferenceBlock block, (int Weekday, int Slot) key) =>
        (key.Weekday < 0 || (int)block.Start!.Value.DayOfWeek == key.Weekday) && (key.Slot < 0 || Slot(block.Start!.Value) == key.Slot);

    private BlockCalibration Make((int Weekday, int Slot) key)
    {
        var alike = key is (-1, -1) ? blocks : [.. blocks.Where(block => Matches(block, key))];
        return new(layout, [.. alike.Select(block => block.Counts)], Describe(key), importance, least);
    }

    private string? Describe((int Weekday, int Slot) key)
    {
        var day = key.Weekday < 0 ? null : Weekdays[key.Weekday];
        var hour = key.Slot < 0 ? null : TimeSpan.FromTicks(key.Slot * Period.Length.Ticks).ToString(@"hh\:mm", CultureInfo.InvariantCulture);
        return (day, hour) switch
        {
            (null, null) => null,
            (null, _) => $"the same time of day, {hour}",
            (_, null) => day,
            _ => $"{day}, {hour}",
        };
    }
}
