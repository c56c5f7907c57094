using System.Globalization;
using Dashboard.Cli.Worker;
using Dashboard.Core;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Training;

namespace Dashboard.Web.Hosting.Jobs;

/// <summary>Makes sessions: it holds what each of them needs.</summary>
public sealed class JobSessions(JobStore jobs, RunStore runs, JobLogs logs, JobPreparation preparation, JobCompletion completion, TimeProvider time)
{
    internal JobSession Create(Job job) => new(job, jobs, runs, logs, preparation, completion, time);
}

/// <summary>One running job, from its preparation to its end: it watches the worker, stores what it says, and settles what became of it.</summary>
internal sealed class JobSession(Job job, JobStore jobs, RunStore runs, JobLogs logs, JobPreparation preparation, JobCompletion completion, TimeProvider time) : IDisposable
{
    /// <summary>How long a worker may take to stop by itself.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>What a worker says is stored and shown at most this often.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>About so many rounds leave a line in the log; the curves have all of them.</summary>
    private const int LoggedRounds = 20;

    private readonly CancellationTokenSource cancelling = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? cancelledBy;

    public Job Job { get; } = job;

    /// <summary>Asks for the end; the task completes when the process is gone and the job's row says so.</summary>
    public Task CancelAsync(string by)
    {
        Interlocked.CompareExchange(ref cancelledBy, by, null);
        cancelling.Cancel();
        return ended.Task;
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            using var log = logs.Open(Job.Id);
            var prepared = await preparation.PrepareAsync(Job, logs.Folder(Job.Id), CancellationToken.None);
            if (prepared.Error is { } error)
                await jobs.EndAsync(Job, JobStatus.Failed, error.Message, null, Job.RequestedBy, CancellationToken.None);
            else
                await TrainAsync(prepared.Value, log, stopping);
        }
        finally
        {
            ended.TrySetResult();
        }
    }

    public void Dispose() => cancelling.Dispose();

    private async Task TrainAsync(PreparedJob prepared, JobLogWriter log, CancellationToken stopping)
    {
        Outcome outcome;
        using (var worker = WorkerProcess.Start(logs.Folder(Job.Id)))
        {
            await jobs.AttachAsync(Job, prepared.RunId, worker.Id, CancellationToken.None);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancelling.Token);
            await using var registration = either.Token.Register(() => _ = worker.StopAsync(Grace));
            var said = await FollowAsync(worker, prepared.RunId, log);
            outcome = OutcomeOf(said, await worker.WaitAsync(), stopping);
        }

        if (outcome.Done is { } done)
            outcome = await RegisterAsync(prepared, done);
        if (outcome.Error is { } error)
        {
            log.Line(error);
            await runs.TagAsync(prepared.RunId, "error", Error.Shorten(error), CancellationToken.None);
        }

        await runs.FinishAsync(prepared.RunId, outcome.Run, outcome.Done?.Metrics ?? new Dictionary<string, double>(), CancellationToken.None);
        completion.KeepArtifacts(Job.Id, prepared.RunId);
        await jobs.EndAsync(Job, outcome.Status, outcome.Error, outcome.VersionNumber, cancelledBy is { } by && outcome.Status == JobStatus.Cancelled ? by : Job.RequestedBy, CancellationToken.None);
    }

    /// <summary>Stores steps, log lines and metrics until the worker's output ends.</summary>
    /// <returns>The message by which the worker said what became of it, if it did.</returns>
    private async Task<WorkerMessage?> FollowAsync(WorkerProcess worker, string runId, JobLogWriter log)
    {
        WorkerMessage? last = null;
        StepMessage? lastStep = null;
        var points = new List<MetricPoint>();
        while (await worker.Messages.WaitToReadAsync())
        {
            StepMessage? step = null;
            while (worker.Messages.TryRead(out var message))
            {
                switch (message)
                {
                    case StepMessage said:
                        if (lastStep is null || !SameWork(lastStep.Text, said.Text))
                            log.Line(said.Text);
                        lastStep = step = said;
                        break;
                    case LogMessage said:
                        log.Line(said.Line);
                        break;
                    case MetricMessage said:
                        if (said.Round == 1 || said.Round == said.Of || said.Round % Math.Max(1, said.Of / LoggedRounds) == 0)
                            log.Line($"Round {said.Round} of {said.Of}: {string.Join(", ", said.Values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Key} {value.Value:F5}")))}");
                        points.AddRange(said.Values.Where(value => double.IsFinite(value.Value)).Select(value => new MetricPoint(value.Key, said.Round, value.Value, time.GetUtcNow())));
                        break;
                    default:
                        last = message;
                        break;
                }
            }

            await runs.AppendAsync(runId, Job.ModelName, points, CancellationToken.None);
            points.Clear();
            if (step is not null)
                await jobs.ReportAsync(Job, step.Text, step.Progress, CancellationToken.None);
            await Task.Delay(Interval, time);
        }

        return last;
    }

    /// <summary>Steps that differ in their numbers alone are one line of the log.</summary>
    private static bool SameWork(string before, string now) => before.Where(c => !char.IsAsciiDigit(c) && c != ',').SequenceEqual(now.Where(c => !char.IsAsciiDigit(c) && c != ','));

    private Outcome OutcomeOf(WorkerMessage? said, WorkerExit exit, CancellationToken stopping) => said switch
    {
        DoneMessage done => new(JobStatus.Succeeded, RunStatus.Finished, null, done),
        _ when cancelledBy is not null => new(JobStatus.Cancelled, RunStatus.Killed, $"Cancelled by {cancelledBy}."),
        _ when stopping.IsCancellationRequested => new(JobStatus.Interrupted, RunStatus.Killed, "The control room was stopped while this job ran. Retry it."),
        FailedMessage failed => new(JobStatus.Failed, RunStatus.Failed, failed.Error),
        _ => new(JobStatus.Failed, RunStatus.Failed, exit.Describe()),
    };

    private async Task<Outcome> RegisterAsync(PreparedJob prepared, DoneMessage done)
    {
        var version = await completion.RegisterAsync(Job, prepared, CancellationToken.None);
        return version.Error is { } error
            ? new(JobStatus.Failed, RunStatus.Failed, error.Message, done)
            : new(JobStatus.Succeeded, RunStatus.Finished, null, done, version.Value.Number);
    }

    private sealed record Outcome(JobStatus Status, RunStatus Run, string? Error, DoneMessage? Done = null, int? VersionNumber = null);
}
