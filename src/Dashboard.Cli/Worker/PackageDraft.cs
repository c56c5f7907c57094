using System.Reflection;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Cli.Worker;

/// <summary>Puts the package together: manifest, model file, evaluation, reference profile and rows, and what performance is estimated with.</summary>
internal sealed class PackageDraft(WorkerSpec work, TrainedModel model, EvaluationReport report, IReadOnlyList<FeatureImportance> importance, EstimatorFiles? estimator)
{
    private const string ModelFile = "model.xgb.json";

    public Result<ModelPackage> Build(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var spec = work.Training;
        var reference = Reference();
        if (reference.Error is { } tooLarge)
            return tooLarge;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [ModelFile] = model.File,
            [WorkerOutputFiles.Evaluation] = CanonicalJson.SerializeToUtf8(report),
            [ReferenceProfile.FileName] = reference.Value,
            [ReferenceRows.FileName] = SampledRows().Serialize(),
        };
        if (estimator is not null)
            files[EstimatorDefinition.FileName] = estimator.Definition.Serialize();
        if (estimator?.AbsoluteLoss is { } absolute)
            files[EstimatorDefinition.AbsoluteLossFile] = absolute;
        if (estimator?.SquaredLoss is { } squared)
            files[EstimatorDefinition.SquaredLossFile] = squared;
        var manifest = new ModelManifest(
            FormatVersion: 1,
            Name: spec.ModelName,
            Task: model.Table.Target.Task,
            Preprocessing: model.Preprocessing,
            Classes: model.Table.Target.Classes,
            DecisionThreshold: spec.DecisionThreshold,
            Framework: "xgboost",
            FrameworkVersion: model.Library.ToString(),
            ModelFile: ModelFile,
            ReferenceFile: ReferenceProfile.FileName,
            EvaluationFile: WorkerOutputFiles.Evaluation,
            Metrics: report.Metrics,
            Importance: importance,
            Target: spec.Target,
            TargetColumn: TargetExpression.Parse(spec.Target, work.Schema).Value.Column,
            TimeColumn: spec.Split.TimeColumn,
            RunId: work.RunId,
            DatasetVersion: spec.DatasetVersion,
            Training: spec,
            CodeVersion: typeof(PackageDraft).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            CreatedAt: TimeProvider.System.GetUtcNow(),
            Files: [],
            EstimatorFile: Listed(EstimatorDefinition.FileName),
            ReferenceRowsFile: ReferenceRows.FileName,
            AbsoluteLossFile: Listed(EstimatorDefinition.AbsoluteLossFile),
            SquaredLossFile: Listed(EstimatorDefinition.SquaredLossFile));
        return ModelPackage.Create(manifest, files);

        string? Listed(string name) => files.ContainsKey(name) ? name : null;
    }

    /// <summary>The features of every row that was used, and the predictions of those that the model has not seen.</summary>
    private Result<byte[]> Reference()
    {
        var table = model.Table;
        var encoded = model.Encoder.Encode([.. Enumerable.Range(0, table.Rows)]);
        if (encoded.Error is { } tooLarge)
            return tooLarge;
        return ReferenceBuilder.Build(model.Preprocessing, table.Target.Task, table.Target.Classes, work.Training.DecisionThreshold, encoded.Value, model.Unseen, table.Times).Serialize();
    }

    /// <summary>Held-out rows as they are.</summary>
    private ReferenceRows SampledRows()
    {
        var (table, held) = (model.Table, model.Split.Test);
        return ReferenceRowsBuilder.Build(model.Preprocessing, model.Test.Values, [.. model.Outputs.Select(output => (float)output)], [.. held.Select(row => table.Target.Values[row])],
            table.Times is { } times ? held.Select(row => times[row]).ToArray() : [], (row, inputs) => model.Encoder.Inputs(held[row], inputs));
    }
}
