namespace Dashboard.Core.Training.Evaluation;

/// <summary>How good a model was on rows it had not seen. A metric that is not defined on these rows is absent, never NaN.</summary>
/// <param name="Metrics">Figures by the field's own snake_case names; see <see cref="MetricInfo"/> for how to show them.</param>
/// <param name="ConfusionMatrix">For classification: rows are the actual class, columns the predicted one; a binary matrix is [[tn, fp], [fn, tp]].</param>
/// <param name="Curves">At most <see cref="CurveSampling.MaximumPoints"/> points each.</param>
/// <param name="Classes">For many classes: one report a class, in the order of the class list.</param>
public sealed record EvaluationReport(
    ModelTask Task,
    long Rows,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyList<IReadOnlyList<long>>? ConfusionMatrix,
    IReadOnlyList<Curve> Curves,
    IReadOnlyList<ClassReport>? Classes);

/// <summary>A curve of a report, to be drawn as it is.</summary>
/// <param name="Name">roc, pr, calibration, residual-quantiles; for many classes roc:CLASS.</param>
/// <param name="Weight">For a calibration curve: the rows behind each point. Otherwise absent.</param>
public sealed record Curve(string Name, string XLabel, string YLabel, double[] X, double[] Y, double[]? Weight);

/// <summary>One class against the rest. A figure that is not defined (a class that is never predicted has no precision) is null.</summary>
/// <param name="Support">Rows that are of the class.</param>
/// <param name="Predicted">Rows that were predicted to be.</param>
public sealed record ClassReport(string Class, long Support, long Predicted, double? Precision, double? Recall, double? F1, double? RocAuc);
