namespace Dashboard.Core.Data;

/// <summary>Wall times as numbers: seconds since 1970-01-01T00:00:00 on the same wall, no time zone involved.</summary>
public static class UnixSeconds
{
    public static double Of(DateTime wallTime) => (wallTime.Ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond;

    public static DateTime ToDateTime(double seconds) => new(DateTime.UnixEpoch.Ticks + (long)Math.Round(seconds * TimeSpan.TicksPerSecond), DateTimeKind.Unspecified);
}
