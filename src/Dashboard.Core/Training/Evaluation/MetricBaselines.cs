namespace Dashboard.Core.Training.Evaluation;

/// <summary>What the metrics of an evaluation would be without a model: of always giving the same answer, the best one for the very rows that the model was measured on.</summary>
public static class MetricBaselines
{
    /// <summary>The figures that follow, by the metric's key. Empty where the report does not say how often each class was true.</summary>
    public static IReadOnlyDictionary<string, double> Of(EvaluationReport report) => report.Task == ModelTask.Regression ? OfMean(report.Metrics) : OfShares(report);

    /// <summary>What always says the same, for people.</summary>
    public static string Sentence(ModelTask task) => task == ModelTask.Regression
        ? "The baseline always answers with the mean of the held-out rows."
        : "The baseline always answers with each class’s share of the held-out rows, and decides for the most frequent one.";

    private static Dictionary<string, double> OfShares(EvaluationReport report)
    {
        var baselines = new Dictionary<string, double>(StringComparer.Ordinal);
        if (report.ConfusionMatrix is not { Count: > 0 } matrix || matrix.Sum(row => row.Sum()) is not (> 0 and var rows))
            return baselines;
        double[] shares = [.. matrix.Select(row => (double)row.Sum() / rows)];
        baselines["accuracy"] = shares.Max();
        baselines["log_loss"] = -shares.Where(share => share > 0).Sum(share => share * Math.Log(share));
        if (report.Task == ModelTask.BinaryClassification)
        {
            baselines["brier"] = shares[0] * shares[1];
            baselines["roc_auc"] = baselines["balanced_accuracy"] = 0.5;
            baselines["pr_auc"] = shares[1];
        }
        else
        {
            baselines["macro_roc_auc"] = 0.5;
        }

        return baselines;
    }

    /// <summary>R² = 1 − MSE / variance, so the variance, which is the mean's own squared error, follows from the two.</summary>
    private static Dictionary<string, double> OfMean(IReadOnlyDictionary<string, double> metrics)
    {
        var baselines = new Dictionary<string, double>(StringComparer.Ordinal);
        if (metrics.TryGetValue("rmse", out var rmse) && metrics.TryGetValue("r2", out var r2) && r2 < 1)
        {
            baselines["mse"] = rmse * rmse / (1 - r2);
            baselines["rmse"] = Math.Sqrt(baselines["mse"]);
            baselines["r2"] = 0;
        }

        return baselines;
    }
}
