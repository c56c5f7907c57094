using Dashboard.Storage.Data;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;
using Dashboard.Web.Hosting.Jobs;

namespace Dashboard.Web.Hosting.Demo;

/// <summary>Takes away everything that the demonstration made, and what was made from it: jobs, runs, the model with its predictions, the datasets.</summary>
public sealed class DemoRemoval(JobStore jobs, JobRunner runner, TrainingRemoval trainings, ModelRegistry registry, TelemetryStore telemetry, DatasetStore datasets)
{
    private const string Actor = "demonstration";

    /// <exception cref="InvalidOperationException">Something could not be removed; the message says what.</exception>
    internal async Task RemoveAsync(CancellationToken ct)
    {
        foreach (var job in (await jobs.ActiveAsync(ct)).Where(job => job.ModelName == DemoService.Model))
            (await runner.CancelAsync(job.Id, Actor, ct)).ThrowIfFailed();
        (await trainings.RemoveAsync(DemoService.Model, Actor, ct)).ThrowIfFailed();
        if (await registry.FindAsync(DemoService.Model, ct) is { } model)
        {
            (await registry.DeleteAsync(DemoService.Model, Actor, ct)).ThrowIfFailed();
            await telemetry.ForgetAsync(model.Id, DemoService.Model, ct);
        }

        foreach (var dataset in (await datasets.ListAsync(ct)).Where(dataset => dataset.IsDemo))
            (await datasets.DeleteAsync(dataset.Name, Actor, withDemo: true, ct)).ThrowIfFailed();
    }
}
