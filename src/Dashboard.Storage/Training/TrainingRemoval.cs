using Dashboard.Core;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Training;

/// <summary>Removes what the trainings of one model left: jobs, runs, an experiment that is empty then, and their folders.</summary>
public sealed class TrainingRemoval(IDbContextFactory<DashboardDb> factory, DataDirectory directory, Notifications notifications, TimeProvider time)
{
    /// <summary>Deletes all of a model's jobs and runs; the rows go before the folders, so that a crash leaves no row without its files.</summary>
    /// <returns>How many jobs were deleted, or the job that is still running.</returns>
    public async Task<Result<int>> RemoveAsync(string model, string by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var jobs = await db.Jobs.Where(job => job.ModelName == model).ToListAsync(ct);
        if (jobs.Find(job => job.Status is JobStatus.Queued or JobStatus.Running) is { } active)
            return new Conflict($"The job '{active.Title}' is {active.Status.ToString().ToLowerInvariant()}; cancel it first.");
        var runs = await db.Runs.Where(run => run.ModelName == model).ToListAsync(ct);
        var experiments = runs.ConvertAll(run => run.ExperimentId).Distinct().ToList();
        db.Jobs.RemoveRange(jobs);
        db.Runs.RemoveRange(runs);
        db.Activity.Add(new ActivityEntry
        {
            At = time.GetUtcNow(), Actor = by, Action = "trainings.removed", ModelName = model,
            Summary = $"Removed {jobs.Count} jobs and {runs.Count} runs of {model}.",
        });
        await db.SaveChangesAsync(ct);
        await db.Experiments.Where(experiment => experiments.Contains(experiment.Id) && !db.Runs.Any(run => run.ExperimentId == experiment.Id)).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);

        foreach (var folder in jobs.Select(job => Path.Combine(directory.Jobs, job.Id)).Concat(runs.Select(run => Path.Combine(directory.RunArtifacts, run.Id))).Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        notifications.Publish(new(Topics.Jobs, model));
        notifications.Publish(new(Topics.Runs, model));
        return jobs.Count;
    }
}
