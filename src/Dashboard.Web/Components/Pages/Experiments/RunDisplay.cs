using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Experiments;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Experiments;

/// <summary>How a run is named and measured on its pages.</summary>
internal static class RunDisplay
{
    /// <summary>The figures that stand for a run, the most telling first.</summary>
    private static readonly string[] KeyMetrics =
        ["roc_auc", "macro_roc_auc", "rmse", "pr_auc", "log_loss", "f1", "macro_f1", "accuracy", "mae", "r2", "brier", "mape", "validation_auc", "validation_logloss", "validation_mlogloss", "validation_rmse"];

    private static readonly string[] KeyParameters = ["booster", "rounds", "learning_rate", "max_depth", "target"];

    public static (StateKind Kind, string Text, string? Icon) State(RunStatus status) => status switch
    {
        RunStatus.Running => (StateKind.None, "Running", "play"),
        RunStatus.Finished => (StateKind.Ok, "Finished", "check"),
        RunStatus.Failed => (StateKind.Bad, "Failed", null),
        _ => (StateKind.Warn, "Cancelled", "stop"),
    };

    public static TimeSpan Duration(Run run, DateTimeOffset now) => (run.EndedAt ?? now) - run.StartedAt;

    public static double? Metric(Run run, string key) => run.Metrics.Find(metric => metric.Key == key)?.Value;

    public static string? Parameter(Run run, string key) => run.Parameters.Find(parameter => parameter.Key == key)?.Value;

    /// <summary>The key metrics that any of the runs has, at most so many.</summary>
    public static IReadOnlyList<string> MetricColumns(IReadOnlyList<Run> runs, int most) =>
        [.. KeyMetrics.Where(key => runs.Any(run => Metric(run, key) is not null)).Take(most)];

    /// <summary>The parameters in which the runs differ, the best known first; where none does, those that people ask for.</summary>
    public static IReadOnlyList<string> ParameterColumns(IReadOnlyList<Run> runs, int most)
    {
        var differing = runs.SelectMany(run => run.Parameters.Select(parameter => parameter.Key)).Distinct()
            .Where(key => runs.Select(run => Parameter(run, key)).Distinct().Skip(1).Any())
            .OrderBy(key => Array.IndexOf(KeyParameters, key) is var place and >= 0 ? place : KeyParameters.Length).ThenBy(key => key, StringComparer.Ordinal).Take(most).ToList();
        return differing.Count > 0 ? differing : [.. KeyParameters.Where(key => runs.Any(run => Parameter(run, key) is not null)).Take(most)];
    }

    /// <summary>The best value of a metric among runs, when there are two different ones and a direction.</summary>
    public static double? Best(IEnumerable<double?> values, string key)
    {
        var present = values.OfType<double>().Where(double.IsFinite).Distinct().ToList();
        return present.Count < 2 ? null : MetricInfo.For(key).HigherIsBetter switch
        {
            true => present.Max(),
            false => present.Min(),
            null => null,
        };
    }

    /// <summary>learning_rate as people read it.</summary>
    public static string Words(string key) => key.Length == 0 ? key : char.ToUpperInvariant(key[0]) + key[1..].Replace('_', ' ');

    /// <summary>The colour of the n-th run on every chart of a page, 1 to 6.</summary>
    public static int Color(int position) => (position % 6) + 1;
}
