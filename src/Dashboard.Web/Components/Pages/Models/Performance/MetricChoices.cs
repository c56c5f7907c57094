using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Web.Components.Pages.Models.Performance;

/// <summary>The figures that a chart offers for a task, the usual first one first.</summary>
internal static class MetricChoices
{
    private static readonly Dictionary<ModelTask, string[]> Keys = new()
    {
        [ModelTask.BinaryClassification] = ["roc_auc", "pr_auc", "log_loss", "brier", "accuracy", "precision", "recall", "f1", "mcc"],
        [ModelTask.MulticlassClassification] = ["macro_roc_auc", "accuracy", "macro_f1", "macro_precision", "macro_recall", "log_loss"],
        [ModelTask.Regression] = ["rmse", "mae", "r2", "mape", "mean_error"],
    };

    /// <summary>Every figure of any task, once.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Keys.Values.SelectMany(keys => keys).Distinct()];

    public static bool Has(ModelTask task, string metric) => Keys[task].Contains(metric, StringComparer.Ordinal);

    public static IReadOnlyList<(string Key, string Text)> Of(ModelTask task) => [.. Keys[task].Select(key => (key, MetricInfo.For(key).Name))];
}
