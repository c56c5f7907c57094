namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>How long a block is: some hours that divide a day, or whole days. Blocks begin at multiples since the first Monday of 1970 UTC on the model's clock, so that seven days are a week.</summary>
public readonly record struct BlockPeriod
{
    public static readonly BlockPeriod Hour = new(3600);
    public static readonly BlockPeriod Day = new(86_400);

    private static readonly DateTimeOffset Monday = new(1970, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private BlockPeriod(long seconds) => Seconds = seconds;

    public long Seconds { get; }

    public TimeSpan Length => TimeSpan.FromSeconds(Seconds);

    /// <summary>A period by its length.</summary>
    /// <returns>An error where it neither divides a day into whole hours nor is some whole days, at most 28.</returns>
    public static Result<BlockPeriod> Of(long seconds) =>
        seconds > 0 && seconds % Hour.Seconds == 0 && (Day.Seconds % seconds == 0 || (seconds % Day.Seconds == 0 && seconds <= 28 * Day.Seconds))
            ? new BlockPeriod(seconds)
            : InvalidValue.Of("driftPeriodSeconds", seconds.ToString(), "whole hours that divide a day (3600, 7200, 10800, 14400, 21600, 28800, 43200) or 1 to 28 days (86400 to 2419200)");

    /// <summary>The start of the block that a time lies in.</summary>
    public DateTimeOffset Floor(DateTimeOffset time)
    {
        var ticks = (time - Monday).Ticks;
        var rest = ticks % Length.Ticks;
        return Monday.AddTicks(ticks - (rest < 0 ? rest + Length.Ticks : rest));
    }

    /// <summary>"hour", "6 hours", "day", "week", "10 days".</summary>
    public override string ToString() => Seconds switch
    {
        3600 => "hour",
        86_400 => "day",
        7 * 86_400 => "week",
        < 86_400 => $"{Seconds / 3600} hours",
        _ => $"{Seconds / 86_400} days",
    };
}
