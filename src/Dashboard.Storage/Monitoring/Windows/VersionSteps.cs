using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Storage.Monitoring.Windows;

/// <summary>
/// The windows of a range added up in steps, each version on its own bins. What compares features is about one version: the one that was asked for, else the one with most predictions in the range,
/// one with a reference before others.
/// </summary>
internal sealed class VersionSteps
{
    private readonly Dictionary<int, (MonitoredVersion Version, SortedDictionary<long, WindowProfile> Steps)> versions = [];

    private VersionSteps(long seconds) => Seconds = seconds;

    /// <summary>The length of a step.</summary>
    public long Seconds { get; }

    /// <param name="parts">What is needed of each window, beside what was answered.</param>
    public static VersionSteps Read(WindowReader windows, int modelId, int? versionId, int? segment, WindowPlan plan, DateTimeOffset from, DateTimeOffset to, ProfileParts parts)
    {
        var read = new VersionSteps(plan.Seconds);
        foreach (var window in windows.Read(modelId, versionId, plan.Resolution, UtcMicroseconds.Floor(UtcMicroseconds.Of(from), plan.Seconds), UtcMicroseconds.Of(to), segment, parts | ProfileParts.Output))
        {
            if (!read.versions.TryGetValue(window.Version.VersionId, out var known))
                read.versions[window.Version.VersionId] = known = (window.Version, []);
            var start = UtcMicroseconds.Floor(window.Start, plan.Seconds);
            if (known.Steps.TryGetValue(start, out var step))
                step.Add(window.Profile);
            else
                known.Steps[start] = window.Profile;
        }

        return read;
    }

    /// <summary>The version that the answer is about, with its steps by start; null without predictions.</summary>
    public (MonitoredVersion Version, SortedDictionary<long, WindowProfile> Steps)? Main =>
        versions.Count == 0 ? null : versions.Values.OrderByDescending(one => one.Version.Reference is not null).ThenByDescending(one => one.Steps.Values.Sum(step => step.Rows)).First();

    /// <summary>Some profiles of one version as one.</summary>
    public static WindowProfile Sum(MonitoredVersion version, IEnumerable<WindowProfile> steps)
    {
        var sum = new WindowProfile(version.Layout);
        foreach (var step in steps)
            sum.Add(step);
        return sum;
    }
}
