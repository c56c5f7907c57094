using System.Globalization;
using Dashboard.Core.Training;

namespace Dashboard.XGBoost;

/// <summary>Our parameters in XGBoost's words.</summary>
internal static class BoosterSettings
{
    /// <summary>The share of rows and, at each split, of features that a tree of a forest sees where the caller asked for all: XGBoost's own default for forests (XGBRFClassifier). Without it all trees of a forest were the same.</summary>
    private const double ForestSample = 0.8;

    /// <summary>The metric that decides which round was the best.</summary>
    public static string DecidingMetric(ModelTask task) => task switch
    {
        ModelTask.BinaryClassification => "logloss",
        ModelTask.MulticlassClassification => "mlogloss",
        _ => "rmse",
    };

    public static IEnumerable<(string Name, string Value)> Of(BoosterParameters p, ModelTask task, int classes, double baseScore, int rows)
    {
        yield return ("verbosity", "1");
        yield return ("nthread", Text(p.Threads));
        yield return ("seed", Text(p.Seed));
        yield return ("base_score", Text((float)baseScore));
        foreach (var setting in Objective(task, classes))
            yield return setting;
        foreach (var setting in p.Booster == BoosterKind.Linear ? Linear(p, rows) : Trees(p))
            yield return setting;
    }

    private static IEnumerable<(string Name, string Value)> Objective(ModelTask task, int classes)
    {
        switch (task)
        {
            case ModelTask.BinaryClassification:
                return [("objective", "binary:logistic"), ("eval_metric", "auc"), ("eval_metric", "logloss")];
            case ModelTask.MulticlassClassification:
                return [("objective", "multi:softprob"), ("num_class", Text(classes)), ("eval_metric", "merror"), ("eval_metric", "mlogloss")];
            default:
                return [("objective", "reg:squarederror"), ("eval_metric", "mae"), ("eval_metric", "rmse")];
        }
    }

    private static IEnumerable<(string Name, string Value)> Trees(BoosterParameters p)
    {
        var forest = p.Booster == BoosterKind.RandomForest;
        yield return ("booster", "gbtree");
        yield return ("tree_method", "hist");
        yield return ("max_depth", Text(p.MaxDepth));
        yield return ("min_child_weight", Text(p.MinChildWeight));
        yield return ("lambda", Text(p.Lambda));
        yield return ("alpha", Text(p.Alpha));
        yield return ("gamma", Text(p.Gamma));
        yield return ("max_bin", Text(p.MaxBins));
        yield return ("max_cat_threshold", Text(p.MaxCategoryThreshold));
        yield return ("eta", Text(forest ? 1 : p.LearningRate));
        yield return ("subsample", Text(forest && p.Subsample == 1 ? ForestSample : p.Subsample));
        if (!forest)
        {
            yield return ("colsample_bytree", Text(p.ColumnSample));
            yield break;
        }

        yield return ("colsample_bynode", Text(p.ColumnSample == 1 ? ForestSample : p.ColumnSample));
        yield return ("num_parallel_tree", Text(p.ParallelTrees));
    }

    /// <summary>Coordinate descent, because XGBoost's other linear updater races between threads and gives another model each time. It multiplies its penalties by the number of rows, which
    /// is undone here: a penalty then means the same for the linear booster as for trees.</summary>
    private static IEnumerable<(string Name, string Value)> Linear(BoosterParameters p, int rows) =>
    [
        ("booster", "gblinear"),
        ("updater", "coord_descent"),
        ("feature_selector", "cyclic"),
        ("eta", Text(p.LearningRate)),
        ("lambda", Text(p.Lambda / rows)),
        ("alpha", Text(p.Alpha / rows)),
    ];

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
