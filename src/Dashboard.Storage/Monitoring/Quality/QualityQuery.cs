using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Quality;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Quality;

/// <summary>Holds the inputs of a range against the reference. What it costs depends on the windows of the range, at most some thousand of them.</summary>
internal sealed class QualityQuery(WindowReader windows, VersionCatalog versions, SegmentReferences segments)
{
    private const int MostSteps = 60;

    /// <param name="version">Stands in where nothing happened; null without any.</param>
    /// <param name="segment">Null: all predictions.</param>
    public QualityReport Ask(string model, int modelId, int? versionId, int? number, MonitoredVersion? version, DefinedSegment? segment, DateTimeOffset from, DateTimeOffset to, QualityFaults faults)
    {
        var plan = WindowPlan.For((to - from).TotalSeconds, versions.WindowSeconds(modelId), MostSteps);
        var read = VersionSteps.Read(windows, modelId, versionId, segment?.Id, plan, from, to, ProfileParts.Features | ProfileParts.Sketches | ProfileParts.Unknown);
        var (main, steps) = read.Main ?? (version!, []);
        var step = TimeSpan.FromSeconds(plan.Seconds);
        if (main is null)
            return new(model, number, null, segment?.Name, from, to, step, QualityWords.Summary([], false, 0, faults.Refused, faults.Requests), "The model has no version yet.", 0, null, 0, [], [], [], faults);

        var now = VersionSteps.Sum(main, steps.Values);
        var (reference, whyNot) = ReferenceOf(main, segment);
        var features = main.Layout.Features.Select((_, i) => Feature(main, reference, now, steps, i)).ToList();
        var checks = main.Layout.Features.Select((_, i) => FeatureCheck.Of(main.Manifest.Preprocessing, i, reference?.Feature(i), now.Feature(i))).ToList();
        var refused = faults.Fields.Where(fault => IsRefusal(fault.Kind)).ToLookup(fault => fault.Field, fault => fault.Count, StringComparer.Ordinal);
        var encoded = main.Manifest.Preprocessing.Features;
        var inputs = main.Manifest.Preprocessing.Inputs.Select((input, i) =>
            InputCheck.Of(input, [.. checks.Where((_, at) => encoded[at].Input == i)], now.Rows > 0 && reference is not null, segment is null ? refused[input.Name].Sum() : 0, faults.Requests));
        var worst = InputCheck.WorstFirst(inputs);
        return new(model, number, main.Number, segment?.Name, from, to, step, QualityWords.Summary(worst, reference is not null, now.Rows, segment is null ? faults.Refused : 0, segment is null ? faults.Requests : 0),
            whyNot, reference is null ? 0 : Rows(reference), segment is null ? Usual(main.Reference, plan.Seconds) : null, now.Rows,
            [.. worst.Select(check => new InputQuality(check, [.. check.Features.Select(one => features.Find(feature => feature.Name == one.Name)!)]))],
            [.. steps.Keys.Select(UtcMicroseconds.ToTime)], [.. steps.Values.Select(Rows)], faults);
    }

    /// <summary>What was counted, summed up.</summary>
    public static QualityFaults Faults(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<QualityCount> counted, long requests, TelemetryCounts counts) => new(from, to, requests,
        counted.Where(count => IsRefusal(count.Kind)).Sum(count => count.Count),
        [.. counted.Where(count => count.Kind != QualityKind.Duplicate).GroupBy(count => (count.Subject, count.Kind)).Select(same => new FieldFaults(same.Key.Subject, same.Key.Kind, same.Sum(count => count.Count))).OrderByDescending(fault => fault.Count)],
        counted.Where(count => count.Kind == QualityKind.Duplicate).Sum(count => count.Count), counts.UnknownLabels, counts.WaitingLabels, counts.NotLogged,
        [.. counted.GroupBy(count => count.Start).OrderBy(hour => hour.Key).Select(hour => new HourFaults(hour.Key, hour.Where(count => count.Kind != QualityKind.Duplicate).Sum(count => count.Count), hour.Where(count => count.Kind == QualityKind.Duplicate).Sum(count => count.Count)))]);

    private static bool IsRefusal(QualityKind kind) => kind is QualityKind.WrongType or QualityKind.MissingField or QualityKind.OutOfRange or QualityKind.UnknownField or QualityKind.Malformed;

    private (WindowProfile? Reference, string? WhyNot) ReferenceOf(MonitoredVersion version, DefinedSegment? segment)
    {
        if (segment is not null && segments.Of(version, segment.Id) is var found)
            return (found.Profile, found.WhyNot);
        return version.Reference is { } reference ? (reference.Profile, null)
            : (null, $"Version {version.Number} came without a reference, so it is not known what is usual. Versions trained here bring one; for an imported model give a sample of its training rows with the import.");
    }

    private static FeatureQuality Feature(MonitoredVersion version, WindowProfile? reference, WindowProfile now, SortedDictionary<long, WindowProfile> steps, int index)
    {
        var bins = version.Layout.Features[index];
        var trend = steps.Values.Select(step => step.Feature(index)).ToList();
        IReadOnlyList<double> Shares(Func<FeatureSummary, long> part) => trend.ConvertAll(one => one.Rows == 0 ? 0 : (double)part(one) / one.Rows);
        var hasRange = now.Feature(index).BelowRange is not null && version.Reference is not null;
        return new(bins.Name, bins.IsCategorical, reference is null ? null : FeatureFigures.Of(reference.Feature(index)), FeatureFigures.Of(now.Feature(index)), Shares(one => one.Missing),
            hasRange ? Shares(one => (one.BelowRange ?? 0) + (one.AboveRange ?? 0)) : [], bins.IsCategorical ? Shares(one => one.Unknown) : []);
    }

    private static long Rows(WindowProfile profile) => profile.Layout.Features.Count == 0 ? profile.Rows : profile.Feature(0).Rows;

    private static UsualRows? Usual(ReferenceProfile? reference, long seconds)
    {
        if (reference?.Blocks.Unit is null || BlockPeriod.Of(seconds) is not { IsSuccess: true } period || reference.Blocks.Of(period.Value) is not { Count: > 4 } blocks)
            return null;
        double[] rows = [.. blocks.Select(block => (double)block.Counts.Rows).Order()];
        return new(rows[rows.Length / 2], rows[rows.Length / 20], rows[^((rows.Length / 20) + 1)]);
    }
}
