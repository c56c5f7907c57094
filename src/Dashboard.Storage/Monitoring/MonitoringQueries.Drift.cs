using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring;

/// <content>Drift against the reference, distributions, and the card of a model.</content>
public sealed partial class MonitoringQueries
{
    /// <summary>Drift of every encoded feature, of the prediction and of the model as a whole, block by block; null where there is no such model or version.</summary>
    public Task<DriftHistory?> DriftAsync(string model, int? version, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => DriftAsync(model, version, null, from, to, ct);

    /// <summary>The same for a defined segment, whose blocks are held against its own rows in the reference; null also where there is no such segment.</summary>
    /// <param name="segment">The segment's id; null: all predictions.</param>
    public async Task<DriftHistory?> DriftAsync(string model, int? version, int? segment, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var defined = Defined(segment);
        if (await TargetAsync(model, version, ct) is not { } target || (segment is not null && defined?.ModelId != target.ModelId))
            return null;
        return await cache.GetAsync(model, ("drift", version, segment, defined?.Expression, from, to), () => drift.Ask(
            new(model, target.ModelId, target.VersionId, version, defined, target.DriftPeriodSeconds, target.HarmfulMargin, windows.Span(target.ModelId)?.Newest, from, to),
            target.ChampionId is { } champion ? versions.Find(champion) : null), ct);
    }

    /// <summary>One feature's distribution in the reference and in a range, or the prediction's where <paramref name="feature"/> is "prediction"; null where there is no such model, version or feature.</summary>
    public Task<DistributionView?> DistributionAsync(string model, int? version, string feature, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        DistributionAsync(model, version, null, feature, from, to, ct);

    /// <summary>What the card of a model shows; null where there is no such model.</summary>
    public async Task<ModelOverview?> OverviewAsync(string model, CancellationToken ct)
    {
        if (await TargetAsync(model, null, ct) is not { } target)
            return null;
        var counts = await CountsAsync(model, ct);
        var span = await SpanAsync(model, ct);
        var now = time.GetUtcNow();
        var lastMinute = (await ServiceAsync(model, Floor(now, 5).AddSeconds(-60), Floor(now, 5), 1, ct)).Total;
        var lastMinutes = (await ServiceAsync(model, Floor(now, 5).AddMinutes(-5), Floor(now, 5).AddSeconds(5), 1, ct)).Total;
        var key = MetricInfo.Primary(target.Manifest?.Task ?? ModelTask.BinaryClassification);
        double? baseline = target.Baseline.TryGetValue(key, out var figure) ? figure : null;
        if (span is not var (_, newest))
            return new(model, null, key, null, baseline, [], lastMinute.RequestsPerSecond, lastMinutes.ErrorRate, lastMinutes.P95, 0, null, counts);

        var end = Floor(newest, Resolutions.DaySeconds).AddDays(1);
        var days = (await SeriesAsync(model, null, end.AddDays(-30), end, 30, ct))!.Windows;
        var sparkline = days.Where(day => day.Metric(key) is not null).Select(day => (day.Start, day.Metric(key)!.Value)).ToList();
        var week = days.Where(day => day.Start >= end.AddDays(-7)).ToList();
        var rows = week.Sum(day => day.Rows);
        return new(model, newest, key, sparkline.Count > 0 ? sparkline[^1].Value : null, baseline, sparkline,
            lastMinute.RequestsPerSecond, lastMinutes.ErrorRate, lastMinutes.P95, days.Where(day => day.Start >= end.AddDays(-1)).Sum(day => day.Rows),
            rows == 0 ? null : (double)week.Sum(day => day.Labelled) / rows, counts);
    }

    private static DateTimeOffset Floor(DateTimeOffset time, long seconds) => UtcMicroseconds.ToTime(UtcMicroseconds.Floor(UtcMicroseconds.Of(time), seconds));

    private DistributionView? Distribution(Target target, int? segment, string feature, DateTimeOffset from, DateTimeOffset to)
    {
        var plan = WindowPlan.For((to - from).TotalSeconds, versions.WindowSeconds(target.ModelId), DefaultPoints);
        var all = new ProfileMerge();
        foreach (var window in windows.Read(target.ModelId, target.VersionId, plan.Resolution, UtcMicroseconds.Floor(UtcMicroseconds.Of(from), plan.Seconds), UtcMicroseconds.Of(to), segment, ProfileParts.All & ~ProfileParts.Slices))
            all.Add(window);
        if ((all.Largest(withReference: true) ?? all.Largest(withReference: false)) is not var (version, profile))
        {
            // Nothing happened in the range: the reference alone is still worth seeing.
            if ((target.VersionId ?? target.ChampionId) is not { } id || versions.Find(id) is not { } empty)
                return null;
            (version, profile) = (empty, new(empty.Layout));
        }

        var ofSegment = segment is { } part ? segments.Of(version, part) : null;
        var reference = ofSegment is null ? version.Reference?.Profile : ofSegment.Profile;
        var index = IndexOf(version.Layout, feature);
        if (index >= 0)
        {
            FeatureSummary now = profile.Feature(index);
            var was = reference?.Feature(index);
            return new(feature, now.Bins.IsCategorical, version.Number, reference is not null, was?.Rows ?? 0, now.Rows, Distributions.Bars(was, now),
                reference is null ? Distributions.WithoutReference(now.Rows) : Distributions.Feature(reference, profile, index), was?.Mean, now.Mean, was?.StandardDeviation, now.StandardDeviation)
            {
                ReferenceFigures = was is null ? null : FeatureFigures.Of(was),
                CurrentFigures = FeatureFigures.Of(now),
                WhyNoReference = ofSegment?.WhyNot,
            };
        }

        if (feature != Distributions.Prediction)
            return null;
        return new(feature, version.Manifest.Task == ModelTask.MulticlassClassification, version.Number, reference is not null, reference?.Output.Rows ?? 0, profile.Rows,
            Distributions.Bars(reference?.Output, profile.Output), reference is null ? Distributions.WithoutReference(profile.Rows) : Distributions.Output(reference.Output, profile.Output),
            reference?.Output.MeanOutput, profile.Output.MeanOutput, null, null) { WhyNoReference = ofSegment?.WhyNot };
    }

    private static int IndexOf(ProfileLayout layout, string feature)
    {
        for (var i = 0; i < layout.Features.Count; i++)
            if (layout.Features[i].Name == feature)
                return i;
        return -1;
    }

    /// <summary>Adds up windows of several versions, each on its own bins.</summary>
    private sealed class ProfileMerge
    {
        private readonly Dictionary<int, (MonitoredVersion Version, WindowProfile Profile)> profiles = [];

        /// <summary>The version that made most predictions.</summary>
        public (MonitoredVersion Version, WindowProfile Profile)? Largest(bool withReference)
        {
            (MonitoredVersion, WindowProfile Profile)? largest = null;
            foreach (var candidate in profiles.Values)
                if ((!withReference || candidate.Version.Reference is not null) && candidate.Profile.Rows > (largest?.Profile.Rows ?? 0))
                    largest = candidate;
            return largest;
        }

        public void Add(in StoredWindow window)
        {
            if (!profiles.TryGetValue(window.Version.VersionId, out var merge))
                profiles[window.Version.VersionId] = merge = (window.Version, new(window.Version.Layout));
            merge.Profile.Add(window.Profile);
        }
    }
}
