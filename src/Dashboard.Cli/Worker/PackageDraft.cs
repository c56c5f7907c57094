using System.Reflection;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Registry;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Cli.Worker;

/// <summary>Puts the package together: manifest, model file, evaluation and reference profile.</summary>
internal sealed class PackageDraft(WorkerSpec work, TrainedModel model, EvaluationReport report, IReadOnlyList<FeatureImportance> importance)
{
    private const string ModelFile = "model.xgb.json";

    public Result<ModelPackage> Build(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var spec = work.Training;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [ModelFile] = model.File,
            [WorkerOutputFiles.Evaluation] = CanonicalJson.SerializeToUtf8(report),
        };
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
            ReferenceFile: null,
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
            Files: []);
        return ModelPackage.Create(manifest, files);
    }
}
