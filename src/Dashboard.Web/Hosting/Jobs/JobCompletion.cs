using Dashboard.Cli.Worker;
using Dashboard.Core;
using Dashboard.Storage;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Signing;
using Dashboard.Storage.Training;

namespace Dashboard.Web.Hosting.Jobs;

/// <summary>Takes over what a worker made: the package becomes a version with the alias challenger, the files become the run's artifacts.</summary>
public sealed class JobCompletion(ModelRegistry registry, OwnKey own, JobLogs logs, DataDirectory directory)
{
    /// <summary>Registers the package, signed by the installation. Which version answers is a decision of its own: nothing is promoted here.</summary>
    public async Task<Result<ModelVersion>> RegisterAsync(Job job, PreparedJob prepared, CancellationToken ct)
    {
        var package = await PackageFolder.ReadAsync(Path.Combine(prepared.OutputFolder, WorkerOutputFiles.Package), digest: null, ct);
        if (package.Error is { } damaged)
            return damaged;
        var signed = package.Value.WithSignatures([own.Sign(package.Value.Digest)]).Value;
        var comparison = Path.Combine(prepared.OutputFolder, WorkerOutputFiles.Comparison);
        var comparisonJson = File.Exists(comparison) ? await File.ReadAllTextAsync(comparison, ct) : null;
        return await registry.RegisterAsync(new(job.ModelName, signed, "trained", job.RequestedBy, prepared.RunId, comparisonJson, ModelAlias.Challenger, job.IsDemo), ct);
    }

    /// <summary>Copies the log, the reports and the package's files to the run's artifacts; whatever there is, however the job ended.</summary>
    public void KeepArtifacts(string jobId, string runId)
    {
        var artifacts = Directory.CreateDirectory(Path.Combine(directory.RunArtifacts, runId)).FullName;
        var folder = logs.Folder(jobId);
        var output = Path.Combine(folder, "out");
        string[] sources = [folder, output, Path.Combine(output, WorkerOutputFiles.Package)];
        foreach (var source in sources.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles).Where(file => Path.GetFileName(file) != WorkerSpec.FileName))
            File.Copy(source, Path.Combine(artifacts, Path.GetFileName(source)), overwrite: true);
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
    }
}
