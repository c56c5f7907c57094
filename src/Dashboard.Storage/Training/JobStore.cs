using Dashboard.Core;
using Dashboard.Core.Training;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Training;

/// <summary>A job that someone asks for; the specification has been checked.</summary>
/// <param name="Reason">Why it was started: "by hand", "demonstration".</param>
/// <param name="RetryOf">The job that this one repeats.</param>
public sealed record JobRequest(TrainingSpec Spec, string RequestedBy, string Reason, bool IsDemo = false, string? Title = null, string? RetryOf = null);

/// <summary>Training jobs: a row first, then a process. Every change of status goes through here, from one legal status to the next.</summary>
public sealed class JobStore(IDbContextFactory<DashboardDb> factory, Notifications notifications, TimeProvider time)
{
    private static readonly JobStatus[] Repeatable = [JobStatus.Failed, JobStatus.Cancelled, JobStatus.Interrupted];

    /// <summary>Puts a job at the end of the queue.</summary>
    public async Task<Job> EnqueueAsync(JobRequest request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var job = new Job
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Title = request.Title ?? $"Train {request.Spec.ModelName}",
            ModelName = request.Spec.ModelName,
            SpecJson = CanonicalJson.Serialize(request.Spec),
            Status = JobStatus.Queued,
            Step = "Waiting for its turn",
            RequestedBy = request.RequestedBy,
            Reason = request.Reason,
            RetryOf = request.RetryOf,
            CreatedAt = now,
            IsDemo = request.IsDemo,
        };
        await using var db = await factory.CreateDbContextAsync(ct);
        db.Jobs.Add(job);
        db.Activity.Add(Entry(job, request.RequestedBy, "job.queued", $"{job.Title}: queued {job.Reason}"));
        await db.SaveChangesAsync(ct);
        Publish(job);
        return job;
    }

    public async Task<Job?> FindAsync(string id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Jobs.AsNoTracking().FirstOrDefaultAsync(job => job.Id == id, ct);
    }

    /// <summary>The newest jobs first.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(string? model, JobStatus? status, int limit, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var jobs = db.Jobs.AsNoTracking();
        if (model is not null)
            jobs = jobs.Where(job => job.ModelName == model);
        if (status is not null)
            jobs = jobs.Where(job => job.Status == status);
        return await jobs.OrderByDescending(job => job.Id).Take(limit).ToListAsync(ct);
    }

    /// <summary>The models that jobs were for, by name.</summary>
    public async Task<IReadOnlyList<string>> ModelsAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Jobs.Select(job => job.ModelName).Distinct().OrderBy(name => name).ToListAsync(ct);
    }

    /// <summary>Queued and running jobs, the oldest first.</summary>
    public async Task<IReadOnlyList<Job>> ActiveAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Jobs.AsNoTracking().Where(job => job.Status == JobStatus.Running || job.Status == JobStatus.Queued).OrderBy(job => job.Id).ToListAsync(ct);
    }

    /// <summary>The job whose turn is next, or null.</summary>
    public async Task<Job?> NextQueuedAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Jobs.AsNoTracking().Where(job => job.Status == JobStatus.Queued).OrderBy(job => job.Id).FirstOrDefaultAsync(ct);
    }

    /// <summary>Takes a queued job; false when someone cancelled it in the meantime.</summary>
    public async Task<bool> TryStartAsync(Job job, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        var taken = await db.Jobs.Where(row => row.Id == job.Id && row.Status == JobStatus.Queued)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, JobStatus.Running).SetProperty(row => row.StartedAt, now).SetProperty(row => row.Step, "Starting"), ct);
        if (taken == 0)
            return false;
        Publish(job);
        return true;
    }

    /// <summary>Notes the run and the process that belong to a running job.</summary>
    public async Task AttachAsync(Job job, string runId, int processId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Jobs.Where(row => row.Id == job.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RunId, runId).SetProperty(row => row.ProcessId, processId), ct);
        Publish(job);
    }

    /// <summary>What a running job does now.</summary>
    public async Task ReportAsync(Job job, string step, double progress, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Jobs.Where(row => row.Id == job.Id && row.Status == JobStatus.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Step, step).SetProperty(row => row.Progress, Math.Clamp(progress, 0, 1)), ct);
        Publish(job);
    }

    /// <summary>Ends a running job.</summary>
    /// <param name="status">Succeeded, Failed, Cancelled or Interrupted.</param>
    /// <param name="error">Why it did not succeed.</param>
    /// <param name="by">Who ended it, where a person did.</param>
    public async Task EndAsync(Job job, JobStatus status, string? error, int? versionNumber, string by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var row = await db.Jobs.FirstAsync(found => found.Id == job.Id, ct);
        if (row.Status != JobStatus.Running || status is JobStatus.Queued or JobStatus.Running)
            throw new InvalidOperationException($"Job {job.Id} is {row.Status}; it cannot become {status}.");
        (row.Status, row.Error, row.VersionNumber, row.EndedAt, row.ProcessId) = (status, error, versionNumber, time.GetUtcNow(), null);
        (row.Step, row.Progress) = status == JobStatus.Succeeded ? ("Done", 1) : (row.Step, row.Progress);
        db.Activity.Add(Entry(row, by, $"job.{status.ToString().ToLowerInvariant()}", Sentence(row)));
        await db.SaveChangesAsync(ct);
        Publish(job);
    }

    /// <summary>Cancels a job that still waits; false when it does not wait any more.</summary>
    public async Task<bool> TryCancelQueuedAsync(Job job, string by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = time.GetUtcNow();
        var cancelled = await db.Jobs.Where(row => row.Id == job.Id && row.Status == JobStatus.Queued)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, JobStatus.Cancelled).SetProperty(row => row.EndedAt, now).SetProperty(row => row.Step, "Cancelled before it started"), ct);
        if (cancelled == 0)
            return false;
        db.Activity.Add(Entry(job, by, "job.cancelled", $"{job.Title}: cancelled before it started"));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        Publish(job);
        return true;
    }

    /// <summary>Queues the same training again, as a new job.</summary>
    public async Task<Result<Job>> RetryAsync(string id, string by, CancellationToken ct)
    {
        if (await FindAsync(id, ct) is not { } job)
            return new NotFound("job", id);
        if (!Repeatable.Contains(job.Status))
            return new Conflict($"Job '{id}' is {job.Status}; only a failed, cancelled or interrupted job can be retried.");
        return await EnqueueAsync(new(CanonicalJson.Deserialize<TrainingSpec>(job.SpecJson), by, job.Reason, job.IsDemo, job.Title, job.Id), ct);
    }

    /// <summary>At the start of the host: jobs that were running when the last one ended did not survive it.</summary>
    /// <returns>The jobs that were marked interrupted.</returns>
    public async Task<IReadOnlyList<Job>> InterruptRunningAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var running = await db.Jobs.Where(job => job.Status == JobStatus.Running).ToListAsync(ct);
        foreach (var job in running)
        {
            (job.Status, job.EndedAt, job.ProcessId) = (JobStatus.Interrupted, time.GetUtcNow(), null);
            job.Error = "The control room ended while this job ran. Retry it.";
            db.Activity.Add(Entry(job, "system", "job.interrupted", Sentence(job)));
        }

        await db.SaveChangesAsync(ct);
        running.ForEach(Publish);
        return running;
    }

    private static string Sentence(Job job) => job.Status switch
    {
        JobStatus.Succeeded => $"{job.Title}: done, version {job.VersionNumber}",
        JobStatus.Cancelled => $"{job.Title}: cancelled",
        JobStatus.Interrupted => $"{job.Title}: interrupted, the control room ended",
        _ => $"{job.Title}: failed. {Error.Shorten(job.Error ?? "")}",
    };

    private ActivityEntry Entry(Job job, string actor, string action, string summary) =>
        new() { At = time.GetUtcNow(), Actor = actor, Action = action, ModelName = job.ModelName, Subject = job.Id, Summary = summary };

    private void Publish(Job job) => notifications.Publish(new(Topics.Jobs, job.ModelName, job.Id));
}
