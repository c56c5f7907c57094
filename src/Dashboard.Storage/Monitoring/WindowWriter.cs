using Dashboard.Core.Monitoring.Profiles;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring;

/// <summary>What one prediction or label does to the profile of its window.</summary>
/// <param name="Features">Encoded features of a new prediction; null for a label on one that was logged before.</param>
/// <param name="Removed">The label that is replaced; NaN without one.</param>
/// <param name="Added">The label that now holds; NaN without one.</param>
/// <param name="LagSeconds">How long the first label took; NaN for a replacement.</param>
internal readonly record struct Effect(MonitoredVersion Version, long EventTime, float[]? Features, float[] Outputs, double Removed, double Added, double LagSeconds);

/// <summary>Folds effects into windows, for the one writer: sorted by time, so that each window is touched once a batch and then merged into its hour and day.</summary>
internal sealed class WindowWriter : IDisposable
{
    private const int MostCached = 96;

    private readonly Dictionary<(int Version, Resolution Resolution, long Start), WindowProfile> cache = [];
    private readonly Dictionary<ulong, WindowProfile> scratch = [];
    private readonly HashSet<(int Version, Resolution Resolution, long Start)> changed = [];
    private readonly Dictionary<int, (MonitoredVersion Version, int Seconds)> versions = [];
    private readonly SqliteCommand read;
    private readonly SqliteCommand write;

    public WindowWriter(SqliteConnection connection)
    {
        read = PredictionLog.Prepare(connection, "SELECT profile FROM windows WHERE model = $1 AND resolution = $2 AND start = $3 AND version = $4", 4);
        write = PredictionLog.Prepare(connection, """
            INSERT INTO windows (model, resolution, start, version, seconds, profile) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (model, resolution, start, version) DO UPDATE SET seconds = excluded.seconds, profile = excluded.profile
            """, 6);
    }

    /// <summary>Applies a batch inside the caller's transaction.</summary>
    /// <param name="windowSeconds">The length of a model's finest window.</param>
    public void Fold(List<Effect> effects, Func<int, int> windowSeconds)
    {
        effects.Sort(static (a, b) => (a.Version.VersionId, a.EventTime).CompareTo((b.Version.VersionId, b.EventTime)));
        for (var first = 0; first < effects.Count;)
        {
            var version = effects[first].Version;
            var seconds = windowSeconds(version.ModelId);
            var start = UtcMicroseconds.Floor(effects[first].EventTime, seconds);
            var end = start + (seconds * 1_000_000L);
            var delta = Scratch(version.Layout);
            var last = first;
            for (; last < effects.Count && effects[last].Version.VersionId == version.VersionId && effects[last].EventTime < end; last++)
                Apply(delta, effects[last]);
            Merge(version, start, seconds, delta);
            first = last;
        }

        foreach (var key in changed)
            if (cache.TryGetValue(key, out var profile))
                Write(key, profile);
        changed.Clear();
        if (cache.Count > MostCached)
            cache.Clear();
    }

    /// <summary>Forgets what was read, after a batch failed or rows were deleted behind its back.</summary>
    public void Reset()
    {
        cache.Clear();
        changed.Clear();
        versions.Clear();
    }

    public void Dispose()
    {
        read.Dispose();
        write.Dispose();
    }

    private static void Apply(WindowProfile delta, in Effect effect)
    {
        if (effect.Features is not null)
        {
            delta.AddPrediction(effect.Features, effect.Outputs);
            if (effect.Version.Estimator is { } estimator)
                delta.Estimate(estimator, [ProfileChange.Prediction(effect.Features, effect.Outputs)]);
        }

        if (!double.IsNaN(effect.Removed))
            delta.Output.RemoveLabel(effect.Outputs, effect.Removed);
        if (!double.IsNaN(effect.Added))
            delta.Output.AddLabel(effect.Outputs, effect.Added, effect.LagSeconds);
    }

    private void Merge(MonitoredVersion version, long start, int seconds, WindowProfile delta)
    {
        versions[version.VersionId] = (version, seconds);
        if (seconds < Resolutions.HourSeconds)
            Merge(version, Resolution.Finest, start, delta);
        Merge(version, Resolution.Hour, UtcMicroseconds.Floor(start, Resolutions.HourSeconds), delta);
        Merge(version, Resolution.Day, UtcMicroseconds.Floor(start, Resolutions.DaySeconds), delta);
    }

    private void Merge(MonitoredVersion version, Resolution resolution, long start, WindowProfile delta)
    {
        var key = (version.VersionId, resolution, start);
        if (!cache.TryGetValue(key, out var profile))
        {
            if (cache.Count >= MostCached)
                Evict();
            cache[key] = profile = Read(version, resolution, start);
        }

        profile.Add(delta);
        changed.Add(key);
    }

    /// <summary>Writes what changed and empties the cache: a batch that reaches over more windows than fit must not hold them all in memory.</summary>
    private void Evict()
    {
        foreach (var key in changed)
            Write(key, cache[key]);
        changed.Clear();
        cache.Clear();
    }

    private WindowProfile Scratch(ProfileLayout layout)
    {
        if (!scratch.TryGetValue(layout.Fingerprint, out var profile))
            scratch[layout.Fingerprint] = profile = new(layout);
        profile.Clear();
        return profile;
    }

    private WindowProfile Read(MonitoredVersion version, Resolution resolution, long start)
    {
        read.Parameters[0].Value = (long)version.ModelId;
        read.Parameters[1].Value = (long)resolution;
        read.Parameters[2].Value = start;
        read.Parameters[3].Value = (long)version.VersionId;
        if (read.ExecuteScalar() is not byte[] bytes)
            return new(version.Layout);
        var profile = WindowProfile.Deserialize(version.Layout, bytes);
        return profile.IsSuccess ? profile.Value : throw new InvalidDataException($"Window {UtcMicroseconds.ToTime(start):u} of version {version.VersionId}: {profile.Error!.Message}");
    }

    private void Write((int Version, Resolution Resolution, long Start) key, WindowProfile profile)
    {
        var (version, seconds) = versions[key.Version];
        write.Parameters[0].Value = (long)version.ModelId;
        write.Parameters[1].Value = (long)key.Resolution;
        write.Parameters[2].Value = key.Start;
        write.Parameters[3].Value = (long)key.Version;
        write.Parameters[4].Value = (long)(key.Resolution switch { Resolution.Finest => seconds, Resolution.Hour => Resolutions.HourSeconds, _ => Resolutions.DaySeconds });
        write.Parameters[5].Value = profile.Serialize();
        write.ExecuteNonQuery();
    }
}
