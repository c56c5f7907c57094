using Dashboard.Core.Training;

namespace Dashboard.Core.Serving.Trees;

/// <summary>What a model file of XGBoost says, ready to score.</summary>
/// <param name="Scorer">Answers as XGBoost's own prediction does, to 1e-6; save that binary:logitraw and multi:softmax answer probabilities too.</param>
/// <param name="FeatureNames">One name a feature, when the file has them.</param>
/// <param name="FeatureTypes">XGBoost's letters ("c" for categories, "q" for quantities, "int", "float", "i"), one a feature, when the file has them.</param>
/// <param name="CategoryCounts">For each feature one more than the largest category code that the model names; 0 where it names none.</param>
/// <param name="Classes">2 for binary classification, the number of classes for many, 0 for regression.</param>
/// <param name="Version">The version of XGBoost that wrote the file, "1.7.4".</param>
/// <param name="Objective">XGBoost's name of what was optimised, "binary:logistic".</param>
public sealed record XGBoostModel(
    Scorer Scorer,
    IReadOnlyList<string>? FeatureNames,
    IReadOnlyList<string>? FeatureTypes,
    IReadOnlyList<int> CategoryCounts,
    ModelTask Task,
    int Classes,
    string? Version,
    string Objective);
