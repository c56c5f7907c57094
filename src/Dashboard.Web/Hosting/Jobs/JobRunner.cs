using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Training;

namespace Dashboard.Web.Hosting.Jobs;

/// <summary>Takes queued jobs in order, so many at a time as the settings allow, each in a process of its own; and cancels them.</summary>
public sealed partial class JobRunner(JobStore jobs, RunStore runs, JobSessions sessions, Notifications notifications, Settings settings, ILogger<JobRunner> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<string, JobSession> running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim changed = new(0, 1);

    /// <summary>Cancels a job. A waiting one is cancelled at once; for a running one the process is asked to stop, and ended when it does not: the answer comes when it is gone.</summary>
    public async Task<Result<Job>> CancelAsync(string id, string by, CancellationToken ct)
    {
        if (await jobs.FindAsync(id, ct) is not { } job)
            return new NotFound("job", id);
        if (job.Status is JobStatus.Queued or JobStatus.Running)
        {
            if (!await jobs.TryCancelQueuedAsync(job, by, ct) && running.TryGetValue(id, out var session))
                await session.CancelAsync(by).WaitAsync(ct);
            job = await jobs.FindAsync(id, ct) ?? job;
            if (job.Status == JobStatus.Cancelled)
                return job;
        }

        return new Conflict($"Job '{id}' is {job.Status}; only a queued or running job can be cancelled.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notifications.Subscribe(notification =>
        {
            if (notification.Topic == Topics.Jobs)
                Wake();
        });
        using var slots = new SemaphoreSlim(settings.Training.ConcurrentJobs);
        var tasks = new ConcurrentDictionary<string, Task>(StringComparer.Ordinal);
        try
        {
            foreach (var job in await jobs.InterruptRunningAsync(stoppingToken))
            {
                if (job.RunId is { } run)
                    await runs.FinishAsync(run, RunStatus.Killed, new Dictionary<string, double>(), stoppingToken);
            }

            while (true)
            {
                await slots.WaitAsync(stoppingToken);
                var session = await TakeAsync(stoppingToken);
                tasks[session.Job.Id] = Task.Run(async () =>
                {
                    await RunAsync(session, stoppingToken);
                    tasks.TryRemove(session.Job.Id, out _);
                    slots.Release();
                }, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(tasks.Values);
        }
    }

    /// <summary>The next job, marked running. Its session can be found before the mark is set, so that a cancellation always finds one or the other.</summary>
    private async Task<JobSession> TakeAsync(CancellationToken ct)
    {
        while (true)
        {
            if (await jobs.NextQueuedAsync(ct) is not { } job)
            {
                await changed.WaitAsync(ct);
                continue;
            }

            var session = sessions.Create(job);
            running[job.Id] = session;
            if (await jobs.TryStartAsync(job, ct))
                return session;
            running.TryRemove(job.Id, out _);
        }
    }

    private async Task RunAsync(JobSession session, CancellationToken stopping)
    {
        try
        {
            await session.RunAsync(stopping);
        }
        catch (Exception exception)
        {
            LogBroken(logger, exception, session.Job.Id);
            await jobs.EndAsync(session.Job, JobStatus.Failed, exception.Message, null, "system", CancellationToken.None);
        }
        finally
        {
            running.TryRemove(session.Job.Id, out _);
            session.Dispose();
        }
    }

    private void Wake()
    {
        try
        {
            if (changed.CurrentCount == 0)
                changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another notification woke it in between.
        }
    }

    [LoggerMessage(LogLevel.Error, "Job {Id} broke in the control room itself")]
    private static partial void LogBroken(ILogger logger, Exception exception, string id);
}
