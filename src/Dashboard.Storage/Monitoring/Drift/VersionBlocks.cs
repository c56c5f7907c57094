using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>Adds up windows to the blocks in which drift is judged.</summary>
internal static class VersionBlocks
{
    /// <summary>The counts of a version's blocks that start in [from, to), in order of time; blocks without rows are no blocks. The version must have a reference.</summary>
    /// <param name="segment">A defined segment's id; null: all predictions.</param>
    public static IEnumerable<(DateTimeOffset Start, BlockCounts Counts)> Read(WindowReader windows, MonitoredVersion version, int? segment, BlockPeriod period, DateTimeOffset from, DateTimeOffset to)
    {
        var layout = version.Reference!.Blocks.Layout;
        var resolution = period.Seconds < Resolutions.DaySeconds ? Resolution.Hour : Resolution.Day;
        (DateTimeOffset Start, BlockCounts Counts)? open = null;
        foreach (var window in windows.Read(version.ModelId, version.VersionId, resolution, from < DateTimeOffset.UnixEpoch.AddYears(-1000) ? long.MinValue : UtcMicroseconds.Of(from), UtcMicroseconds.Of(to), segment, ProfileParts.Features | ProfileParts.Output))
        {
            if (window.Profile.FeatureRows == 0)
                continue;
            var (start, counts) = (period.Floor(UtcMicroseconds.ToTime(window.Start)), layout.Count(window.Profile));
            if (open is { } block && block.Start == start)
            {
                open = (start, block.Counts.Plus(counts));
                continue;
            }

            if (open is { } done)
                yield return done;
            open = (start, counts);
        }

        if (open is { } last)
            yield return last;
    }
}
