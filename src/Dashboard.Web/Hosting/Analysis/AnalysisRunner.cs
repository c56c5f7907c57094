using System.Collections.Concurrent;
using System.Threading.Channels;
using Dashboard.Cli.Analysis;
using Dashboard.Cli.Worker;
using Dashboard.Core;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Storage;
using Dashboard.Storage.Registry;
using Dashboard.Web.Hosting.Jobs;

namespace Dashboard.Web.Hosting.Analysis;

/// <summary>Explains changes of models' performance, one after another, each in a process of its own.</summary>
public sealed partial class AnalysisRunner(
    AnalysisStore store, AnalysisPreparation preparation, ModelRegistry registry, DataDirectory directory, Notifications notifications, TimeProvider time, ILogger<AnalysisRunner> logger) : BackgroundService
{
    /// <summary>More than this wait for nobody.</summary>
    private const int MostWaiting = 10;

    /// <summary>How long a worker may take to stop by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Channel<ChangeAnalysis> queue = Channel.CreateBounded<ChangeAnalysis>(MostWaiting);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> cancelling = new(StringComparer.Ordinal);

    /// <summary>Asks why a model's performance changed in a range of event time. The same question that is under way already is not asked again.</summary>
    /// <param name="loss">What to explain; null: the task's default.</param>
    public async Task<Result<ChangeAnalysis>> RequestAsync(string model, DateTimeOffset from, DateTimeOffset to, LossKind? loss, string by, CancellationToken ct)
    {
        if (to <= from)
            return InvalidValue.Of("from", from.ToString("O"), $"a time before to ({to:O})");
        if (await registry.FindAsync(model, ct) is not { } registered)
            return new NotFound("model", model);
        var analysis = new ChangeAnalysis(Guid.NewGuid().ToString("N"), registered.Id, model, from, to, loss, AnalysisStatus.Queued, "Waiting", 0, by, time.GetUtcNow());
        if (store.Of(registered.Id).FirstOrDefault(other => other.IsUnderWay && other.AsksSame(analysis)) is { } same)
            return same;
        cancelling[analysis.Id] = new();
        Put(analysis);
        if (queue.Writer.TryWrite(analysis))
            return analysis;
        End(analysis, AnalysisStatus.Failed, $"{MostWaiting} analyses are waiting already.");
        return new Conflict($"{MostWaiting} analyses are waiting already; ask again when some are done.");
    }

    /// <summary>The analyses of a model, the newest first.</summary>
    public async Task<IReadOnlyList<ChangeAnalysis>> ListAsync(string model, CancellationToken ct) => await registry.FindAsync(model, ct) is { } registered ? store.Of(registered.Id) : [];

    /// <summary>Stops an analysis that waits or runs.</summary>
    public async Task<Result<ChangeAnalysis>> CancelAsync(string model, string id, CancellationToken ct)
    {
        if (await registry.FindAsync(model, ct) is not { } registered || store.Of(registered.Id).FirstOrDefault(analysis => analysis.Id == id) is not { } found)
            return NotFound.In("model", model, "analysis", id);
        if (!found.IsUnderWay || !cancelling.TryGetValue(id, out var source))
            return new Conflict($"Analysis '{id}' is {found.Status}; only one that waits or runs can be cancelled.");
        await source.CancelAsync();
        return found.Status == AnalysisStatus.Queued ? End(found, AnalysisStatus.Cancelled, "Cancelled.") : found;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var analysis in queue.Reader.ReadAllAsync(stoppingToken))
        {
            // Cancelled while it waited.
            if (!cancelling.TryGetValue(analysis.Id, out var cancelled))
                continue;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, cancelled.Token);
            var folder = Path.Combine(directory.Temporary, "analysis-" + analysis.Id);
            try
            {
                Directory.CreateDirectory(folder);
                await RunAsync(analysis with { Status = AnalysisStatus.Running, Step = "Gathering rows" }, folder, either.Token);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                End(analysis, AnalysisStatus.Cancelled, stoppingToken.IsCancellationRequested ? "The control room was stopped while this analysis ran. Ask again." : "Cancelled.");
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogBroken(logger, exception, analysis.Id);
                End(analysis, AnalysisStatus.Failed, exception.Message);
            }
            finally
            {
                if (Directory.Exists(folder))
                    Directory.Delete(folder, recursive: true);
            }
        }
    }

    private async Task RunAsync(ChangeAnalysis analysis, string folder, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Put(analysis);
        var version = await preparation.PrepareAsync(analysis, folder, ct);
        if (version.Error is { } error)
        {
            End(analysis, AnalysisStatus.Failed, error.Message);
            return;
        }

        analysis = analysis with { Version = version.Value };
        WorkerMessage? last = null;
        WorkerExit exit;
        using (var worker = WorkerProcess.Start(folder, AnalyseCommand.Name))
        {
            await using var registration = ct.Register(() => _ = worker.StopAsync(Grace));
            await foreach (var message in worker.Messages.ReadAllAsync(CancellationToken.None))
            {
                if (message is StepMessage step)
                    Put(analysis = analysis with { Step = step.Text, Progress = step.Progress });
                else if (message is not LogMessage)
                    last = message;
            }

            exit = await worker.WaitAsync();
        }

        ct.ThrowIfCancellationRequested();
        if (last is AnalysedMessage)
            End(analysis with { Report = CanonicalJson.Deserialize<ChangeReport>(await File.ReadAllBytesAsync(Path.Combine(folder, AnalysisSpec.ResultFile), ct)) }, AnalysisStatus.Done, null);
        else
            End(analysis, AnalysisStatus.Failed, last is FailedMessage failed ? failed.Error : exit.Describe());
    }

    private ChangeAnalysis End(ChangeAnalysis analysis, AnalysisStatus status, string? error)
    {
        cancelling.TryRemove(analysis.Id, out _);
        var ended = analysis with { Status = status, Step = "", Progress = status == AnalysisStatus.Done ? 1 : analysis.Progress, Error = error, EndedAt = time.GetUtcNow() };
        Put(ended);
        notifications.Publish(new(Topics.Monitoring, analysis.Model, analysis.Id));
        return ended;
    }

    private void Put(ChangeAnalysis analysis)
    {
        store.Put(analysis);
        notifications.Publish(new(Topics.Analyses, analysis.Model, analysis.Id));
    }

    [LoggerMessage(LogLevel.Error, "Analysis {Id} broke in the control room itself")]
    private static partial void LogBroken(ILogger logger, Exception exception, string id);
}
