using System.Collections.Frozen;
using System.Globalization;

namespace Dashboard.Core.Training.Evaluation;

/// <summary>How a metric is shown and read.</summary>
/// <param name="Key">The name in reports: roc_auc, rmse, …</param>
/// <param name="Name">What people call it.</param>
/// <param name="Unit">"%" where the value is a share that is shown in percent; "target" where it has the target's unit; otherwise null.</param>
/// <param name="Digits">Decimals to show (significant digits where the unit is the target's).</param>
/// <param name="HigherIsBetter">Null where neither direction is better by itself, as for the positive rate.</param>
public sealed record MetricInfo(string Key, string Name, string? Unit, int Digits, bool? HigherIsBetter)
{
    private const string Percent = "%";
    private const string Target = "target";

    private static readonly FrozenDictionary<string, MetricInfo> Known = new MetricInfo[]
    {
        new("roc_auc", "ROC-AUC", null, 3, true),
        new("pr_auc", "PR-AUC", null, 3, true),
        new("gini", "Gini", null, 3, true),
        new("ks", "KS", null, 3, true),
        new("log_loss", "Log loss", null, 4, false),
        new("brier", "Brier score", null, 4, false),
        new("ece", "Calibration error", null, 4, false),
        new("accuracy", "Accuracy", Percent, 1, true),
        new("balanced_accuracy", "Balanced accuracy", Percent, 1, true),
        new("precision", "Precision", Percent, 1, true),
        new("recall", "Recall", Percent, 1, true),
        new("specificity", "Specificity", Percent, 1, true),
        new("f1", "F1", null, 3, true),
        new("mcc", "MCC", null, 3, true),
        new("cohen_kappa", "Cohen's kappa", null, 3, true),
        new("positive_rate", "Positive rate", Percent, 1, null),
        new("prevalence", "Actual positives", Percent, 1, null),
        new("macro_roc_auc", "ROC-AUC (macro)", null, 3, true),
        new("macro_precision", "Precision (macro)", Percent, 1, true),
        new("macro_recall", "Recall (macro)", Percent, 1, true),
        new("macro_f1", "F1 (macro)", null, 3, true),
        new("weighted_f1", "F1 (weighted)", null, 3, true),
        new("rmse", "RMSE", Target, 4, false),
        new("mse", "MSE", null, 4, false),
        new("mae", "MAE", Target, 4, false),
        new("median_ae", "Median absolute error", Target, 4, false),
        new("max_error", "Largest error", Target, 4, false),
        new("mean_error", "Mean error", Target, 4, null),
        new("mape", "MAPE", Percent, 1, false),
        new("r2", "R²", null, 3, true),
        new("explained_variance", "Explained variance", null, 3, true),
        new("pinball_0_9", "Pinball loss (0.9)", Target, 4, false),
        new("msle", "MSLE", null, 4, false),
        // XGBoost's own names, as they come round by round.
        new("auc", "ROC-AUC", null, 3, true),
        new("aucpr", "PR-AUC", null, 3, true),
        new("logloss", "Log loss", null, 4, false),
        new("mlogloss", "Log loss", null, 4, false),
        new("error", "Error rate", Percent, 1, false),
        new("merror", "Error rate", Percent, 1, false),
    }.ToFrozenDictionary(info => info.Key);

    /// <summary>The metric by key. <c>train_</c> and <c>validation_</c> before a known key name the part of the data; an unknown key is shown as it is, with no direction.</summary>
    public static MetricInfo For(string key)
    {
        if (Known.TryGetValue(key, out var info))
            return info;
        foreach (var (prefix, part) in (ReadOnlySpan<(string, string)>)[("train_", "training"), ("validation_", "validation")])
            if (key.StartsWith(prefix, StringComparison.Ordinal) && key.Length > prefix.Length)
                return For(key[prefix.Length..]) is var inner ? inner with { Key = key, Name = $"{inner.Name}, {part}" } : inner;
        return new(key, key, null, 4, null);
    }

    /// <summary>Whether a key names a metric that this product computes.</summary>
    public static bool IsKnown(string key) => Known.ContainsKey(key);

    /// <summary>The figure that stands for a model of this task.</summary>
    public static string Primary(ModelTask task) => task switch
    {
        ModelTask.BinaryClassification => "roc_auc",
        ModelTask.MulticlassClassification => "macro_roc_auc",
        _ => "rmse",
    };

    /// <summary>The value with sensible digits and its unit: 0.734, 81.2 %, 23.71.</summary>
    public string Format(double value) => Unit switch
    {
        _ when !double.IsFinite(value) => "–",
        Percent => (value * 100).ToString("F" + Digits, CultureInfo.InvariantCulture) + " %",
        Target => Significant(value, Digits),
        _ when Math.Abs(value) >= 1000 => Significant(value, 6),
        _ => value.ToString("F" + Digits, CultureInfo.InvariantCulture),
    };

    /// <summary>A difference with its sign: +0.021, −1.3 points. It takes as many more decimals, up to three, as it needs not to read as zero.</summary>
    public string FormatDifference(double difference)
    {
        var sign = difference < 0 ? "−" : "+";
        var size = Math.Abs(difference) * (Unit == Percent ? 100 : 1);
        var digits = Digits;
        while (digits < Digits + 3 && size > 0 && size < 0.5 * Math.Pow(10, -digits))
            digits++;
        return sign + (Unit == Percent ? $"{size.ToString("F" + digits, CultureInfo.InvariantCulture)} points" : (this with { Digits = digits }).Format(size));
    }

    private static string Significant(double value, int digits)
    {
        var size = Math.Abs(value);
        var decimals = size < 1e-12 ? 2 : Math.Clamp(digits - 1 - (int)Math.Floor(Math.Log10(size)), 0, 10);
        return value.ToString("#,0." + new string('#', decimals), CultureInfo.InvariantCulture);
    }
}
