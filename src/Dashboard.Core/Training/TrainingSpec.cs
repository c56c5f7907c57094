namespace Dashboard.Core.Training;

public enum BoosterKind { BoostedTrees, RandomForest, Linear }

public enum SplitKind { Time, Random }

/// <summary>How to divide the rows. Shares are of all rows; the rest trains.</summary>
/// <param name="TimeColumn">For a split by time: the timestamp column that orders the rows. The newest part is held out, the part before it validates.</param>
public sealed record SplitSpec(SplitKind Kind, double ValidationShare = 0.15, double TestShare = 0.2, string? TimeColumn = null);

/// <summary>XGBoost's own parameters under our names. Defaults are what a careful person starts with.</summary>
public sealed record BoosterParameters(
    BoosterKind Booster = BoosterKind.BoostedTrees,
    int Rounds = 200,
    int EarlyStoppingRounds = 20,
    double LearningRate = 0.1,
    int MaxDepth = 6,
    double MinChildWeight = 1,
    double Subsample = 1,
    double ColumnSample = 1,
    double Lambda = 1,
    double Alpha = 0,
    double Gamma = 0,
    int MaxCategoryThreshold = 64,
    int MaxBins = 256,
    int ParallelTrees = 100,
    int Seed = 42,
    int Threads = 0);

/// <summary>Everything that decides a training: the same specification on the same dataset version gives the same model.</summary>
/// <param name="ModelName">The registered model that the result becomes a version of.</param>
/// <param name="DatasetVersion">SHA-256 of the dataset version.</param>
/// <param name="Task">Null: inferred from the target (an expression or two values: binary; text or few whole numbers: multi-class; otherwise regression).</param>
/// <param name="Target">A column, or an expression over one: <c>delay &gt; 15</c>.</param>
/// <param name="Features">Columns to use; the target's own column is refused.</param>
/// <param name="Rows">Only rows in [From, To) of the split's time column, when given.</param>
public sealed record TrainingSpec(string ModelName, string Experiment, string DatasetVersion, string Target, IReadOnlyList<string> Features,
    SplitSpec Split, BoosterParameters Parameters, ModelTask? Task = null, RowRange? Rows = null, double DecisionThreshold = 0.5);

/// <summary>A half-open range of the split's time column: From ≤ t &lt; To.</summary>
public sealed record RowRange(DateTime? From, DateTime? To);
