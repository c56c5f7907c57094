namespace Dashboard.Storage.Monitoring;

/// <summary>Times in telemetry.db: microseconds since 1970 UTC.</summary>
internal static class UtcMicroseconds
{
    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long microseconds) => new(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>The start of the window that holds a time; windows are aligned to 1970 UTC, also before it.</summary>
    public static long Floor(long microseconds, long seconds)
    {
        var length = seconds * 1_000_000;
        var rest = microseconds % length;
        return microseconds - (rest < 0 ? rest + length : rest);
    }
}
