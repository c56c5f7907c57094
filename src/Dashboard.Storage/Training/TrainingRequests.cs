using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Storage.Data;

namespace Dashboard.Storage.Training;

/// <summary>Takes requests to train: whatever can be found wrong before the data is read is found here, not after a wait in the queue.</summary>
public sealed class TrainingRequests(DatasetStore datasets, JobStore jobs)
{
    /// <summary>Checks a request and queues it.</summary>
    public async Task<Result<Job>> SubmitAsync(JobRequest request, CancellationToken ct) =>
        await CheckAsync(request.Spec, ct) is { } fault ? fault : await jobs.EnqueueAsync(request, ct);

    /// <summary>What is wrong with a specification, for a form that says so before it is sent; null when nothing is.</summary>
    public async Task<Error?> CheckAsync(TrainingSpec spec, CancellationToken ct)
    {
        if (ModelNames.CheckModel(spec.ModelName) is { } name)
            return name with { Field = "modelName" };
        if (string.IsNullOrEmpty(spec.DatasetVersion))
            return InvalidValue.Of("datasetVersion", spec.DatasetVersion, "the SHA-256 of a dataset version");
        if (await datasets.FindVersionAsync(spec.DatasetVersion, ct) is not { } version)
            return new NotFound("dataset version", spec.DatasetVersion) { Field = "datasetVersion", Value = Error.Shorten(spec.DatasetVersion), Expected = "the SHA-256 of a dataset version" };
        return TrainingSpecCheck.Check(spec, CanonicalJson.Deserialize<DatasetProfile>(version.ProfileJson).Schema);
    }
}
