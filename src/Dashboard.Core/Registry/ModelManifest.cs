using System.Numerics.Tensors;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;

namespace Dashboard.Core.Registry;

/// <summary>A file of a package, by name inside it.</summary>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record PackageFile(string Name, string Sha256, long Size);

/// <summary>How much one encoded feature carries: mean absolute TreeSHAP contribution on the held-out rows, and XGBoost's gain beside it.</summary>
public sealed record FeatureImportance(string Feature, double MeanAbsoluteShap, double? Gain);

/// <summary>
/// model.json: everything about an immutable model package. It lists the hash of every other file, so its own SHA-256 stands for the whole package:
/// that digest is what people approve and what is checked before a version is loaded.
/// </summary>
/// <param name="FormatVersion">1.</param>
/// <param name="Framework">xgboost.</param>
/// <param name="ModelFile">The file among <paramref name="Files"/> that holds the model (.json or .ubj).</param>
/// <param name="Classes">For classification: what each output stands for; a binary model has two, the second is the positive one. Empty for regression.</param>
/// <param name="Target">The target column or expression, when it was trained here.</param>
/// <param name="TargetColumn">The dataset column under the target.</param>
/// <param name="TimeColumn">The input or column that carries the event's time, if any.</param>
/// <param name="ReferenceFile">The reference profile among the files, if there is one.</param>
/// <param name="EvaluationFile">The evaluation report among the files, if there is one.</param>
/// <param name="EstimatorFile">What performance is estimated with before labels arrive, among the files, if it can be.</param>
/// <param name="ReferenceRowsFile">A sample of held-out rows among the files, if there is one.</param>
/// <param name="AbsoluteLossFile">For regression: a model of |y − ŷ| among the files, fed with the features and the prediction.</param>
/// <param name="SquaredLossFile">For regression: a model of (y − ŷ)² among the files, fed likewise.</param>
public sealed record ModelManifest(
    int FormatVersion,
    string Name,
    ModelTask Task,
    Preprocessing Preprocessing,
    IReadOnlyList<string> Classes,
    double DecisionThreshold,
    string Framework,
    string? FrameworkVersion,
    string ModelFile,
    string? ReferenceFile,
    string? EvaluationFile,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyList<FeatureImportance> Importance,
    string? Target,
    string? TargetColumn,
    string? TimeColumn,
    string? RunId,
    string? DatasetVersion,
    TrainingSpec? Training,
    string CodeVersion,
    DateTimeOffset CreatedAt,
    IReadOnlyList<PackageFile> Files,
    string? EstimatorFile = null,
    string? ReferenceRowsFile = null,
    string? AbsoluteLossFile = null,
    string? SquaredLossFile = null)
{
    public const string FileName = "model.json";

    /// <summary>How many numbers a prediction has: 1 for binary classification (the positive class's probability) and regression, one a class for multi-class.</summary>
    public int OutputCount => Task == ModelTask.MulticlassClassification ? Classes.Count : 1;

    /// <summary>The position of the class that outputs stand for: by the decision threshold for a binary model, the largest (the first of equals) for many classes. Null for a regression.</summary>
    public int? Decide(ReadOnlySpan<float> outputs) => Task switch
    {
        ModelTask.BinaryClassification => outputs[0] >= DecisionThreshold ? 1 : 0,
        ModelTask.MulticlassClassification => TensorPrimitives.IndexOfMax(outputs),
        _ => null,
    };
}
