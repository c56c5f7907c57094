using Dashboard.Core.Monitoring.Slices;
using Dashboard.Core.Registry.Cards;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Registry.Cards;

/// <summary>What a version's reference says for its card: how it is cut, where the model does worse in it, and how it treats the values of sensitive inputs.</summary>
internal static class CardGroups
{
    public static string Caveat => FairnessReport.Caveat;

    public static CardReference? Reference(MonitoredVersion? version)
    {
        if (version?.Reference is not { } reference)
            return null;
        var blocks = reference.Blocks.Of(reference.Blocks.Usual);
        var unit = reference.Blocks.Unit is null ? null : reference.Blocks.Usual.ToString();
        return new(reference.Profile.FeatureRows, blocks.Count, unit, blocks.Count == 0 ? null : blocks[0].Start, blocks.Count == 0 ? null : blocks[^1].Start);
    }

    /// <returns>Null without a reference, and without rows whose outcome is known.</returns>
    public static CardWorst? Worst(MonitoredVersion? version)
    {
        if (version?.Reference is not { } reference)
            return null;
        var ranking = WorstSegments.Rank(version.Manifest.Preprocessing, version.Layout, [reference.Profile.Slices], null);
        return ranking.Labelled == 0 ? null : new(ranking.Metric, ranking.Labelled, ranking.Summary,
            [.. ranking.Segments.Select(found => new CardWorstGroup(found.Group.Text, found.Labelled, found.Share, found.Loss, found.Elsewhere, found.Low, found.High))]);
    }

    /// <summary>For each feature made of a sensitive input: the figures between its values.</summary>
    public static IReadOnlyList<CardFairness> Fairness(MonitoredVersion? version, IReadOnlyList<string> sensitive)
    {
        if (version?.Reference is not { } reference)
            return [];
        var (preprocessing, found) = (version.Manifest.Preprocessing, new List<CardFairness>());
        for (var feature = 0; feature < preprocessing.Features.Count; feature++)
        {
            if (!sensitive.Contains(preprocessing.Inputs[preprocessing.Features[feature].Input].Name, StringComparer.Ordinal))
                continue;
            var report = FairnessReport.Of(preprocessing, version.Layout, reference.Profile.Slices, feature, version.Manifest.Task == ModelTask.BinaryClassification ? 1 : 0);
            if (report.Groups.Count > 0)
                found.Add(Of(report));
        }

        return found;
    }

    private static CardFairness Of(FairnessReport report)
    {
        var keys = FairnessFigures.Of(report.Class is null);
        return new(report.Feature, report.Class, [.. keys.Select(FairnessFigures.Name)],
            [.. report.Groups.Select(group => new CardFairnessGroup(group.Group.Value, group.Rows, [.. keys.Select(key => group.Figures.TryGetValue(key, out var figure) ? new CardBand(figure.Value, figure.Low, figure.High, FairnessFigures.IsShare(key)) : null)]))],
            [.. report.Gaps.Select(gap => new CardFairnessGap(FairnessFigures.Name(gap.Key), new(gap.Value, gap.Low, gap.High, FairnessFigures.IsShare(gap.Key)), gap.Highest, gap.Lowest))]);
    }
}
