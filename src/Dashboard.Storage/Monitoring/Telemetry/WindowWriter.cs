using System.Numerics;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>Folds effects into windows, for the one writer: sorted by time, so that each window is touched once a batch and then merged into its hour and day; the same for each segment.</summary>
internal sealed class WindowWriter : IDisposable
{
    /// <summary>The windows of all predictions.</summary>
    public const int Everything = 0;

    /// <summary>More segments than bits are not kept; a model may have fifty.</summary>
    public const int MostSegments = 64;

    private const long MostCachedBytes = 64L << 20;
    private const int NoBit = -1;

    private readonly Dictionary<Key, WindowProfile> cache = [];
    private readonly Dictionary<ulong, WindowProfile> scratch = [];
    private readonly HashSet<Key> changed = [];
    private readonly Dictionary<int, (MonitoredVersion Version, int Seconds)> versions = [];
    private readonly SqliteCommand read;
    private readonly SqliteCommand write;
    private ProfileChange[] changes = [];
    private long cachedBytes;

    public WindowWriter(SqliteConnection connection)
    {
        read = PredictionLog.Prepare(connection, "SELECT profile FROM windows WHERE model = $1 AND segment = $2 AND resolution = $3 AND start = $4 AND version = $5", 5);
        write = PredictionLog.Prepare(connection, """
            INSERT INTO windows (model, segment, resolution, start, version, seconds, profile) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (model, segment, resolution, start, version) DO UPDATE SET seconds = excluded.seconds, profile = excluded.profile
            """, 7);
    }

    private readonly record struct Key(int Version, int Segment, Resolution Resolution, long Start);

    /// <summary>Applies a batch inside the caller's transaction.</summary>
    /// <param name="windowSeconds">The length of a model's finest window.</param>
    public void Fold(List<WindowEffect> effects, Func<int, int> windowSeconds, SegmentSnapshot segments)
    {
        effects.Sort(static (a, b) => (a.Version.VersionId, a.EventTime).CompareTo((b.Version.VersionId, b.EventTime)));
        if (changes.Length < effects.Count)
            changes = new ProfileChange[effects.Count];
        for (var first = 0; first < effects.Count;)
        {
            var version = effects[first].Version;
            var seconds = windowSeconds(version.ModelId);
            var start = UtcMicroseconds.Floor(effects[first].EventTime, seconds);
            var end = start + (seconds * 1_000_000L);
            var last = first;
            ulong members = 0;
            for (; last < effects.Count && effects[last].Version.VersionId == version.VersionId && effects[last].EventTime < end; last++)
                members |= effects[last].Segments;
            versions[version.VersionId] = (version, seconds);
            Fold(effects, first, last, start, Everything, NoBit);
            for (; members != 0; members &= members - 1)
            {
                var bit = BitOperations.TrailingZeroCount(members);
                Fold(effects, first, last, start, segments.Of(version)[bit].Id, bit);
            }

            first = last;
        }

        Array.Clear(changes, 0, effects.Count);
        WriteChanged();
        if (cachedBytes > MostCachedBytes)
            Drop();
    }

    /// <summary>Forgets what was read, after a batch failed or rows were deleted behind its back.</summary>
    public void Reset()
    {
        Drop();
        changed.Clear();
        versions.Clear();
    }

    public void Dispose()
    {
        read.Dispose();
        write.Dispose();
    }

    /// <summary>Folds one run of effects into the window of all predictions, or of those in a segment.</summary>
    private void Fold(List<WindowEffect> effects, int first, int last, long start, int segment, int bit)
    {
        var count = 0;
        for (var i = first; i < last; i++)
        {
            var effect = effects[i];
            if (bit == NoBit ? !effect.Everything : (effect.Segments >> bit & 1) == 0)
                continue;
            // The windows of a segment count every prediction in their slices, those of all only since slices are kept.
            changes[count++] = bit != NoBit || effect.IsSliced ? effect.Change : effect.Change with { Features = null };
        }

        if (count == 0)
            return;
        var version = effects[first].Version;
        var delta = Scratch(version.Layout);
        delta.Apply(changes.AsSpan(0, count));
        if (version.Estimator is { } estimator)
            delta.Estimate(estimator, changes.AsSpan(0, count));
        if (versions[version.VersionId].Seconds < Resolutions.HourSeconds)
            Merge(version, segment, Resolution.Finest, start, delta);
        Merge(version, segment, Resolution.Hour, UtcMicroseconds.Floor(start, Resolutions.HourSeconds), delta);
        Merge(version, segment, Resolution.Day, UtcMicroseconds.Floor(start, Resolutions.DaySeconds), delta);
    }

    private void Merge(MonitoredVersion version, int segment, Resolution resolution, long start, WindowProfile delta)
    {
        var key = new Key(version.VersionId, segment, resolution, start);
        if (!cache.TryGetValue(key, out var profile))
        {
            // A batch that reaches over more windows than fit must not hold them all in memory.
            if (cachedBytes > MostCachedBytes)
            {
                WriteChanged();
                Drop();
            }

            cache[key] = profile = Read(version, key);
            cachedBytes += Size(version.Layout);
        }

        profile.Add(delta);
        changed.Add(key);
    }

    /// <summary>About what a window takes in memory.</summary>
    private static long Size(ProfileLayout layout) =>
        layout.Features.Sum(static feature => 10_000L + (16 * feature.Count)) + (layout.Output.Bins * 8L * (1 + (6 * layout.Output.Outputs)));

    private void WriteChanged()
    {
        foreach (var key in changed)
            Write(key, cache[key]);
        changed.Clear();
    }

    private void Drop()
    {
        cache.Clear();
        cachedBytes = 0;
    }

    private WindowProfile Scratch(ProfileLayout layout)
    {
        if (!scratch.TryGetValue(layout.Fingerprint, out var profile))
            scratch[layout.Fingerprint] = profile = new(layout);
        profile.Clear();
        return profile;
    }

    private WindowProfile Read(MonitoredVersion version, in Key key)
    {
        Bind(read, version, key);
        if (read.ExecuteScalar() is not byte[] bytes)
            return new(version.Layout);
        var profile = WindowProfile.Deserialize(version.Layout, bytes);
        return profile.IsSuccess ? profile.Value : throw new InvalidDataException($"Window {UtcMicroseconds.ToTime(key.Start):u} of version {key.Version}: {profile.Error!.Message}");
    }

    private void Write(in Key key, WindowProfile profile)
    {
        var (version, seconds) = versions[key.Version];
        Bind(write, version, key);
        write.Parameters[5].Value = (long)(key.Resolution switch { Resolution.Finest => seconds, Resolution.Hour => Resolutions.HourSeconds, _ => Resolutions.DaySeconds });
        write.Parameters[6].Value = profile.Serialize();
        write.ExecuteNonQuery();
    }

    private static void Bind(SqliteCommand command, MonitoredVersion version, in Key key)
    {
        command.Parameters[0].Value = (long)version.ModelId;
        command.Parameters[1].Value = (long)key.Segment;
        command.Parameters[2].Value = (long)key.Resolution;
        command.Parameters[3].Value = key.Start;
        command.Parameters[4].Value = (long)key.Version;
    }
}
