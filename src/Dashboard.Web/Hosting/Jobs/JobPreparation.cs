using Dashboard.Cli.Worker;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Training;
using Dashboard.Storage;
using Dashboard.Storage.Data;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;

namespace Dashboard.Web.Hosting.Jobs;

/// <param name="OutputFolder">Where the worker leaves its results.</param>
public sealed record PreparedJob(string RunId, string OutputFolder);

/// <summary>Gets a job ready for its worker: the run that it will fill, and the specification with every path resolved.</summary>
public sealed class JobPreparation(DatasetStore datasets, CanonicalFiles files, ModelRegistry registry, RunStore runs, DataDirectory directory, Settings settings)
{
    public async Task<Result<PreparedJob>> PrepareAsync(Job job, string folder, CancellationToken ct)
    {
        var spec = CanonicalJson.Deserialize<TrainingSpec>(job.SpecJson);
        if (await datasets.FindVersionAsync(spec.DatasetVersion, ct) is not { } version)
            return new NotFound("dataset version", spec.DatasetVersion);

        var run = await runs.CreateAsync(NewRun(job, spec, version), ct);
        var output = Path.Combine(folder, "out");
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        Directory.CreateDirectory(output);
        new WorkerSpec(run.Id, spec, CanonicalJson.Deserialize<DatasetProfile>(version.ProfileJson).Schema, files.PathOf(version.ContentHash), version.Rows, output,
            await ChampionAsync(spec.ModelName, ct), settings.XGBoostLibraryPath is { Length: > 0 } path ? path : null, settings.Training.Threads).Write(folder);
        return new PreparedJob(run.Id, output);
    }

    private static NewRun NewRun(Job job, TrainingSpec spec, DatasetVersion version) =>
        new(spec.Experiment, $"{spec.ModelName} {job.CreatedAt:yyyy-MM-dd HH:mm}", job.Id, spec.ModelName, spec.DatasetVersion, RunParameters.Of(spec),
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["dataset"] = $"{version.Dataset.Name} v{version.Number}",
                ["reason"] = job.Reason,
                ["by"] = job.RequestedBy,
            }, job.IsDemo);

    private async Task<WorkerChampion?> ChampionAsync(string model, CancellationToken ct) =>
        await registry.FindVersionAsync(model, ModelAlias.Champion, ct) is { IsSuccess: true, Value: var champion }
            ? new(champion.Number, Path.Combine(directory.Packages, champion.Digest), champion.Digest)
            : null;
}
