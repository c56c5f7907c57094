using Dashboard.Core;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Slices;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Slices;

/// <summary>Reads the groups of features from the windows of a range.</summary>
internal sealed class SliceQuery(WindowReader windows, VersionCatalog versions)
{
    private const int MostBlocks = 100;

    public WorstSegmentsView Worst(string model, int modelId, int? versionId, int? number, DateTimeOffset from, DateTimeOffset to)
    {
        var plan = Blocks((to - from).TotalSeconds, versions.WindowSeconds(modelId));
        var read = VersionSteps.Read(windows, modelId, versionId, null, plan, from, to, ProfileParts.Slices);
        if (read.Main is not var (version, steps))
            return new(model, number, null, from, to, 0, TimeSpan.FromSeconds(plan.Seconds), "No prediction in this time range.", null, []);
        var ranking = WorstSegments.Rank(version.Manifest.Preprocessing, version.Layout, [.. steps.Values.Select(step => step.Slices)], version.Reference?.Profile.Slices);
        var rows = steps.Values.Sum(step => step.Rows);
        var coverage = rows == 0 ? 1 : (double)ranking.Labelled / rows;
        return new(model, number, version.Number, from, to, rows, TimeSpan.FromSeconds(plan.Seconds), ranking.Summary, ranking, [.. ranking.Segments.Select(found => new FoundSegment(found, ranking.Sentence(found, coverage)))]);
    }

    /// <param name="stand">Whose features are known where nothing happened.</param>
    /// <param name="feature">An encoded feature's name, or that of a raw input which is one feature.</param>
    /// <param name="selected">A class; null for the positive one, or the first of several.</param>
    public Result<FairnessView> Fairness(string model, int modelId, int? versionId, int? number, MonitoredVersion? stand, string feature, string? selected, DateTimeOffset from, DateTimeOffset to)
    {
        var plan = WindowPlan.For((to - from).TotalSeconds, versions.WindowSeconds(modelId), MostBlocks);
        var read = VersionSteps.Read(windows, modelId, versionId, null, plan, from, to, ProfileParts.Slices);
        var (version, steps) = read.Main ?? (stand!, []);
        if (version is null)
            return new Conflict($"'{model}' has no version yet whose features could be named.") { Field = "model", Value = model, Expected = "a model with a version" };
        if (IndexOf(version, feature) is not { } index)
            return InvalidValue.Of("feature", feature, $"a feature of version {version.Number}: {string.Join(", ", version.Layout.Features.Select(one => one.Name))}");
        var classes = version.Layout.Output.Classes;
        var position = classes.Count == 0 ? 0 : selected is null ? (version.Manifest.Task == ModelTask.BinaryClassification ? 1 : 0) : classes.ToList().IndexOf(selected);
        if (position < 0 || (classes.Count == 0 && selected is not null))
            return InvalidValue.Of("class", selected, classes.Count == 0 ? "nothing: a regression has no classes" : $"one of {Error.Shorten(string.Join(", ", classes))}");
        return new FairnessView(model, number, version.Number, from, to, classes,
            FairnessReport.Of(version.Manifest.Preprocessing, version.Layout, VersionSteps.Sum(version, steps.Values).Slices, index, position));
    }

    private static int? IndexOf(MonitoredVersion version, string feature)
    {
        var features = version.Manifest.Preprocessing.Features;
        for (var i = 0; i < features.Count; i++)
            if (features[i].Name == feature)
                return i;
        var parts = Enumerable.Range(0, features.Count).Where(i => version.Manifest.Preprocessing.Inputs[features[i].Input].Name == feature).ToList();
        return parts.Count == 1 ? parts[0] : null;
    }

    /// <summary>Whole days where there are ten of them, since what happens in one morning goes together; hours where there are ten of those; else the finest there are.</summary>
    private static WindowPlan Blocks(double seconds, int finest)
    {
        var unit = seconds >= 10 * Resolutions.DaySeconds ? Resolutions.DaySeconds : seconds >= 10 * Resolutions.HourSeconds ? Resolutions.HourSeconds : finest;
        return WindowPlan.For(seconds, finest, (int)Math.Clamp(Math.Ceiling(seconds / unit), 1, MostBlocks));
    }
}
