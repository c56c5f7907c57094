using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Serving.Nodes;

namespace Dashboard.Web.Nodes;

/// <summary>
/// Tells the control room what happened here, several times a second and in the order in which it happened. A report that is not taken waits on disk, and what happens meanwhile is kept behind it, until the control room is
/// back: a restart or a kill of the node then loses what the last second brought, and what the disk has no room for is counted.
/// </summary>
internal sealed partial class NodeReporter(ControlRoomClient room, NodeRoutes routes, ReportSpool spool, PredictionQueue queue, ServiceCounters counters, QualityCounters quality, AccessDirectory access, TimeProvider time, ILogger<NodeReporter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    /// <summary>Even when nothing happened: silence means that the node is gone.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>For what is left when the node stops.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private long sequence;
    private long sentAt;
    private long keptAt;

    /// <summary>On its way, and not on disk.</summary>
    private NodeReport? direct;

    /// <summary>It has been said that the disk takes no more.</summary>
    private bool isFull;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Farewell);
        try
        {
            while (Next(isDue: false) is { } report && await SendAsync(report, limited.Token))
            {
                // What still waits goes with the next one.
            }
        }
        catch (OperationCanceledException)
        {
            // There is no time left: the rest is kept.
        }

        KeepAll();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // Not with every turn: while what waits is sent off, more must not come than goes.
                if (!spool.IsEmpty && (queue.Count >= NodeReport.MostPredictions || time.GetElapsedTime(keptAt) >= Retry))
                    KeepAll();
                var wait = Next(isDue: time.GetElapsedTime(sentAt) >= Heartbeat) is not { } report || await SendAsync(report, stoppingToken) ? Every : Retry;
                // Where more waits already, it follows at once.
                if (wait != Every || (spool.IsEmpty && queue.Count < NodeReport.MostPredictions))
                    await Task.Delay(wait, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is sent, or kept, by StopAsync.
        }
    }

    /// <summary>The oldest report that was not taken yet, or what happened since; null: nothing, and none is due.</summary>
    private NodeReport? Next(bool isDue)
    {
        while (direct is null && !spool.IsEmpty)
        {
            var oldest = spool.Oldest();
            if (oldest.Error is not { } unreadable)
                return oldest.Value;
            LogUnreadable(logger, unreadable.Message);
            queue.CountAsNotLogged((unreadable as SpoolFault)?.Predictions ?? 0);
        }

        return direct ??= Gather(isDue);
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
    private async Task<bool> SendAsync(NodeReport report, CancellationToken ct)
    {
        var behind = queue.Count + spool.Predictions - (direct is null ? report.Predictions.Count : 0);
        var sending = room.ReportAsync(report with { Backlog = new(behind, queue.NotLogged) }, ct);
        // An answer that takes its time holds nothing up: what happens meanwhile does not wait in memory.
        while (await Task.WhenAny(sending, Task.Delay(Retry, time, CancellationToken.None)) != sending)
            KeepNew();
        var sent = await sending;
        if (sent.Error is ControlRoomFault { IsFinal: true } refused)
        {
            LogRefused(logger, report.Predictions.Count, refused.Message);
            queue.CountAsNotLogged(report.Predictions.Count);
        }
        else if (!sent.IsSuccess)
        {
            KeepAll();
            return false;
        }

        sentAt = time.GetTimestamp();
        if (direct is not null)
            direct = null;
        else if (spool.RemoveOldest() is { } stays)
            LogStays(logger, stays.Message);
        return true;
    }

    /// <summary>Puts on disk what was not taken and what happened since.</summary>
    private void KeepAll()
    {
        if (direct is { IsEmpty: false } report)
            Keep(report);
        direct = null;
        KeepNew();
    }

    private void KeepNew()
    {
        keptAt = time.GetTimestamp();
        while (Gather(isDue: false) is { } report)
            Keep(report);
    }

    private void Keep(NodeReport report)
    {
        if (spool.Keep(report, routes.StartedAt) is not { } full)
        {
            isFull = false;
            return;
        }

        queue.CountAsNotLogged(report.Predictions.Count);
        if (!isFull)
            LogFull(logger, full.Message);
        isFull = true;
    }

    [LoggerMessage(LogLevel.Error, "A report with {Predictions} predictions was refused and is dropped: {Reason}")]
    private static partial void LogRefused(ILogger logger, int predictions, string reason);

    [LoggerMessage(LogLevel.Error, "A report that waited on disk is lost: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "A report that was taken stays on disk, and will be sent again when the node starts: {Reason}")]
    private static partial void LogStays(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "The control room does not take reports, and they cannot be kept here either; they are counted as not logged: {Reason}")]
    private static partial void LogFull(ILogger logger, string reason);
}
