using Dashboard.Core;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Registry;

namespace Dashboard.Web.Components.Pages.Models;

/// <summary>A version as the table shows it.</summary>
/// <param name="Comparison">Against the present champion, where it was compared with that one.</param>
internal sealed record VersionRow(VersionView View, ChallengerComparison? Comparison)
{
    /// <summary>Figures that fit side by side; the rest is on the run's page.</summary>
    private const int MostMetrics = 5;

    public bool IsChampion => View.Aliases.Contains(ModelAlias.Champion);

    public bool IsChallenger => View.Aliases.Contains(ModelAlias.Challenger);

    /// <summary>"200 rounds of depth 6 on delay > 15", or where it came from.</summary>
    public string Recipe => View.Manifest.Training is { } training
        ? $"{Algorithm(training.Parameters)}, {Count(View.Manifest.Preprocessing.Inputs.Count, "input")}, target {training.Target}"
        : $"{View.Source}, {Count(View.Manifest.Preprocessing.Inputs.Count, "input")}";

    public static VersionRow Of(ModelVersion version, int? champion) => new(VersionView.Of(version), ComparisonOf(version, champion));

    /// <summary>The comparison that was made when the version was trained, where it still is one with the present champion.</summary>
    public static ChallengerComparison? ComparisonOf(ModelVersion? version, int? champion)
    {
        if (version?.ComparisonJson is not { } json || champion is null)
            return null;
        var comparison = CanonicalJson.Deserialize<ChallengerComparison>(json);
        return comparison.ChampionVersion == champion && version.Number != champion ? comparison : null;
    }

    /// <summary>The metrics to show: the task's own first, then those that most versions have.</summary>
    public static IReadOnlyList<MetricInfo> Metrics(IReadOnlyList<VersionRow> rows)
    {
        if (rows.Count == 0)
            return [];
        string[] order = [MetricInfo.Primary(rows[0].View.Manifest.Task), "roc_auc", "pr_auc", "log_loss", "brier", "f1", "accuracy", "macro_f1", "rmse", "mae", "r2"];
        var present = rows.SelectMany(row => row.View.Manifest.Metrics.Keys).ToHashSet(StringComparer.Ordinal);
        return [.. order.Distinct().Where(present.Contains).Take(MostMetrics).Select(MetricInfo.For)];
    }

    public double? Metric(MetricInfo info) => View.Manifest.Metrics.TryGetValue(info.Key, out var value) ? value : null;

    /// <summary>The difference from the champion on the same held-out rows. Figures of different rows are not set against each other: a harder month would look like a worse model.</summary>
    public double? Gain(MetricInfo info) => Comparison is { } comparison && comparison.ChallengerMetrics.TryGetValue(info.Key, out var own) && comparison.ChampionMetrics.TryGetValue(info.Key, out var champions)
        ? own - champions
        : null;

    private static string Algorithm(Core.Training.BoosterParameters parameters) => parameters.Booster switch
    {
        Core.Training.BoosterKind.RandomForest => $"random forest of {parameters.ParallelTrees} trees",
        Core.Training.BoosterKind.Linear => "linear model",
        _ => $"boosted trees of depth {parameters.MaxDepth}",
    };

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
