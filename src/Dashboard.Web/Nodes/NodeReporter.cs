using Dashboard.Core.Monitoring;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Serving.Nodes;

namespace Dashboard.Web.Nodes;

/// <summary>
/// Tells the control room what happened here, several times a second. A report that gets no answer is sent again, the same, until it does; meanwhile what happens waits in the queue, and what finds it
/// full is counted. What was not sent when the process is killed is lost.
/// </summary>
internal sealed partial class NodeReporter(ControlRoomClient room, NodeRoutes routes, PredictionQueue queue, ServiceCounters counters, QualityCounters quality, AccessDirectory access, TimeProvider time, ILogger<NodeReporter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    /// <summary>Even when nothing happened: silence means that the node is gone.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>For what is left when the node stops.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private long sequence;
    private NodeReport? unsent;
    private long sentAt;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Farewell);
        try
        {
            while ((unsent ??= Gather(isDue: false)) is not null && await SendAsync(limited.Token))
            {
                // What still waits goes with the next one.
            }
        }
        catch (OperationCanceledException)
        {
            LogLost(logger, queue.Count + (unsent?.Predictions.Count ?? 0));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                unsent ??= Gather(isDue: time.GetElapsedTime(sentAt) >= Heartbeat);
                var wait = unsent is null || await SendAsync(stoppingToken) ? Every : Retry;
                // A full report is followed by the next at once.
                if (wait != Every || queue.Count < NodeReport.MostPredictions)
                    await Task.Delay(wait, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is sent by StopAsync.
        }
    }

    /// <summary>What happened since the last report; null: nothing, and none is due.</summary>
    private NodeReport? Gather(bool isDue)
    {
        List<NodePrediction> predictions = [];
        while (predictions.Count < NodeReport.MostPredictions && queue.TryRead(out var record))
            predictions.Add(PredictionWire.Of(record));
        var now = time.GetUtcNow();
        var report = new NodeReport(routes.Instance, sequence + 1, predictions, [.. counters.Take(now).Select(count => new NodeService(count.Model, count.Start, count.Window.Serialize()))], quality.Take(now), routes.TakeTallies(), access.TakeSeen());
        if (report.IsEmpty && !isDue)
            return null;
        sequence++;
        return report;
    }

    /// <returns>False: it is to be sent again.</returns>
    private async Task<bool> SendAsync(CancellationToken ct)
    {
        var sent = await room.ReportAsync(unsent!, ct);
        if (sent.Error is ControlRoomFault { IsFinal: true } refused)
        {
            LogRefused(logger, unsent!.Predictions.Count, refused.Message);
            queue.CountAsNotLogged(unsent.Predictions.Count);
        }
        else if (!sent.IsSuccess)
        {
            return false;
        }

        sentAt = time.GetTimestamp();
        unsent = null;
        return true;
    }

    [LoggerMessage(LogLevel.Error, "A report with {Predictions} predictions was refused and is dropped: {Reason}")]
    private static partial void LogRefused(ILogger logger, int predictions, string reason);

    [LoggerMessage(LogLevel.Warning, "The control room did not take what was left when the node stopped: {Predictions} predictions are not logged")]
    private static partial void LogLost(ILogger logger, int predictions);
}
