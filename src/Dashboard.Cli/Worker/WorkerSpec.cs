using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Training;

namespace Dashboard.Cli.Worker;

/// <summary>What the host asks of a worker: spec.json in the job's folder. The worker touches nothing but the files named here.</summary>
/// <param name="CanonicalFile">The dataset version's canonical content, compressed with gzip where the name ends in .gz.</param>
/// <param name="Rows">How many rows the content has, for the progress.</param>
/// <param name="OutputFolder">Where the worker leaves package/ and its reports.</param>
/// <param name="Champion">The version to compare with on the same held-out rows, if there is one.</param>
/// <param name="LibraryPath">Path of libxgboost; null: the system's own.</param>
/// <param name="Threads">Threads where the specification leaves them open (0); 0: all processors.</param>
public sealed record WorkerSpec(string RunId, TrainingSpec Training, DataSchema Schema, string CanonicalFile, long Rows, string OutputFolder,
    WorkerChampion? Champion, string? LibraryPath, int Threads)
{
    public const string FileName = WorkerHost.SpecFile;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="System.Text.Json.JsonException">It is not of this form.</exception>
    public static WorkerSpec Read(string jobFolder) => CanonicalJson.Deserialize<WorkerSpec>(File.ReadAllBytes(Path.Combine(jobFolder, FileName)));

    public void Write(string jobFolder) => File.WriteAllBytes(Path.Combine(jobFolder, FileName), CanonicalJson.SerializeToUtf8(this));
}

/// <param name="PackageFolder">The package's folder in the store.</param>
/// <param name="Digest">What the package must hash to.</param>
public sealed record WorkerChampion(int VersionNumber, string PackageFolder, string Digest);

/// <summary>What a worker leaves in its output folder.</summary>
public static class WorkerOutputFiles
{
    /// <summary>A folder with model.json and every file that it lists.</summary>
    public const string Package = "package";

    /// <summary><see cref="Core.Training.Evaluation.EvaluationReport"/> on the held-out rows.</summary>
    public const string Evaluation = "evaluation.json";

    /// <summary><see cref="Core.Training.Evaluation.ChallengerComparison"/>, where there was a champion that could be compared.</summary>
    public const string Comparison = "comparison.json";
}
