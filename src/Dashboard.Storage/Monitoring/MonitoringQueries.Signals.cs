using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring;

/// <content>The quality of what came in: values of inputs, arrivals by minute, and the service's windows themselves.</content>
public sealed partial class MonitoringQueries
{
    /// <summary>How good each input's values were over event time, for the version with most predictions; empty without predictions, null where there is no such model.</summary>
    public async Task<IReadOnlyList<InputShares>?> InputQualityAsync(string model, DateTimeOffset from, DateTimeOffset to, int maxPoints, CancellationToken ct)
    {
        if (await TargetAsync(model, null, ct) is not { } target)
            return null;
        return await cache.GetAsync(model, ("inputs", from, to, maxPoints), () => Quality(target, from, to, maxPoints), ct);
    }

    /// <summary>How many predictions arrived by minute; empty where there is no such model.</summary>
    public async Task<IReadOnlyList<ArrivalMinute>> ArrivalsAsync(string model, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        await TargetAsync(model, null, ct) is { } target
            ? await cache.GetAsync(model, ("arrivals", from, to), () => windows.Arrivals(target.ModelId, UtcMicroseconds.Floor(UtcMicroseconds.Of(from), ArrivalWriter.MinuteSeconds), UtcMicroseconds.Of(to)), ct)
            : [];

    /// <summary>Faults of one kind by hour of arrival, each beside everything that was sent in that hour; empty where there is no such model.</summary>
    /// <param name="from">The hour in which it lies is the first.</param>
    public async Task<IReadOnlyDictionary<DateTimeOffset, FaultCount>> FaultsAsync(string model, QualityKind kind, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        await TargetAsync(model, null, ct) is { } target
            ? await cache.GetAsync<IReadOnlyDictionary<DateTimeOffset, FaultCount>>(model, ("faults", kind, from, to), () => Faults(target.ModelId, kind, from, to), ct)
            : new Dictionary<DateTimeOffset, FaultCount>();

    /// <summary>When the newest prediction arrived, served or sent in; null without any.</summary>
    public async Task<DateTimeOffset?> NewestArrivalAsync(string model, CancellationToken ct) =>
        await TargetAsync(model, null, ct) is { } target ? await cache.GetAsync(model, "arrival", () => windows.NewestArrival(target.ModelId), ct) : null;

    /// <summary>
    /// The service's figures in windows that slide over arrival time: for each step the window of a given length that ends there. Windows without requests are not in the list.
    /// Minutes are kept for some weeks, so a range that goes back further is read by hours.
    /// </summary>
    public Task<IReadOnlyList<ServicePoint>> SlidingServiceAsync(string model, TimeSpan length, TimeSpan step, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        cache.GetAsync<IReadOnlyList<ServicePoint>>(model, ("sliding", length, step, from, to), () => Sliding(model, length, step, from, to), ct);

    private List<ServicePoint> Sliding(string model, TimeSpan length, TimeSpan step, DateTimeOffset from, DateTimeOffset to)
    {
        var resolution = length >= TimeSpan.FromHours(6) ? ServiceResolution.Hour : ServiceResolution.Minute;
        var stored = windows.ReadService(model, resolution, UtcMicroseconds.Floor(UtcMicroseconds.Of(from - length), resolution.Seconds()), UtcMicroseconds.Of(to)).ToList();
        var points = new List<ServicePoint>();
        var (first, next) = (0, 0);
        for (var end = from; end <= to; end += step)
        {
            var (begins, ends) = (UtcMicroseconds.Of(end - length), UtcMicroseconds.Of(end));
            while (next < stored.Count && stored[next].Start < ends)
                next++;
            while (first < next && stored[first].Start < begins)
                first++;
            if (first == next)
                continue;
            var merged = new ServiceWindow();
            for (var i = first; i < next; i++)
                merged.Add(stored[i].Window);
            points.Add(Point(end - length, length, merged));
        }

        return points;
    }

    private Dictionary<DateTimeOffset, FaultCount> Faults(int modelId, QualityKind kind, DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = (UtcMicroseconds.Floor(UtcMicroseconds.Of(from), Resolutions.HourSeconds), UtcMicroseconds.Of(to));
        var hours = new Dictionary<DateTimeOffset, FaultCount>();
        void Add(DateTimeOffset hour, long faults, long sent) => hours[hour] = new(hours.GetValueOrDefault(hour).Faults + faults, hours.GetValueOrDefault(hour).Sent + sent);
        foreach (var minute in windows.Arrivals(modelId, first, last))
            Add(Floor(minute.Start, Resolutions.HourSeconds), 0, minute.Accepted);
        foreach (var (hour, count) in windows.FaultsByHour(modelId, kind, first, last))
            Add(hour, count, count);
        return hours;
    }

    private List<InputShares> Quality(Target target, DateTimeOffset from, DateTimeOffset to, int maxPoints)
    {
        var plan = WindowPlan.For((to - from).TotalSeconds, versions.WindowSeconds(target.ModelId), maxPoints);
        var all = new ProfileMerge();
        foreach (var window in windows.Read(target.ModelId, target.VersionId, plan.Resolution, UtcMicroseconds.Floor(UtcMicroseconds.Of(from), plan.Seconds), UtcMicroseconds.Of(to), parts: ProfileParts.Features | ProfileParts.Output))
            all.Add(window);
        if ((all.Largest(withReference: true) ?? all.Largest(withReference: false)) is not var (version, profile))
            return [];
        return [.. Enumerable.Range(0, version.Layout.Features.Count).Select(i => Quality(profile.Feature(i)))];
    }

    private static InputShares Quality(FeatureSummary feature)
    {
        double Share(long rows) => feature.Rows == 0 ? 0 : (double)rows / feature.Rows;
        return new(feature.Bins.Name, feature.Rows, Share(feature.Missing), feature.BelowRange + feature.AboveRange is { } outside ? Share(outside) : null, feature.Bins.IsCategorical ? Share(feature.Unknown) : null);
    }
}
