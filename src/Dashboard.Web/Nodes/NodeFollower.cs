using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Storage;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Web.Hosting;

namespace Dashboard.Web.Nodes;

/// <summary>
/// Keeps the node at its orders: waits at the control room with an open request, follows what comes at once, and loads what is missing beside it, so that a rollback never waits for a download.
/// A control room that is gone changes nothing: the node answers by its last orders until it is back.
/// </summary>
internal sealed partial class NodeFollower(NodeSettings node, ControlRoomClient room, NodeRoutes routes, PredictionQueue queue, ReportSpool spool, DataDirectory directory, TimeProvider time, ILogger<NodeFollower> logger) : BackgroundService
{
    private static readonly TimeSpan RetryLoading = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryAsking = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryRefused = TimeSpan.FromSeconds(5);

    /// <summary>How long a node that starts waits for the control room before it answers by its last orders.</summary>
    private static readonly TimeSpan FirstOrders = TimeSpan.FromSeconds(5);

    private readonly OrdersFile file = new(directory);
    private string? trouble;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before it listens: much may have been decided while it was down. Where nobody answers, the last orders hold.
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        soon.CancelAfter(FirstOrders);
        var asked = await Settled(room.FollowAsync(routes.Standing(node, 0), soon.Token), soon.Token);
        cancellationToken.ThrowIfCancellationRequested();
        if (asked?.Match(orders => orders, _ => null) is { } fresh)
            await BeginAsync(fresh, isNew: true, cancellationToken);
        else if (file.Read() is { } last)
            await BeginAsync(last, isNew: false, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var loading = routes.Missing.Count == 0 ? null : LoadAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            using var asking = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var asked = room.FollowAsync(routes.Standing(node, queue.Count + spool.Predictions), asking.Token);
            if (loading is not null && await Task.WhenAny(asked, loading) == loading)
            {
                await asking.CancelAsync();
                await Drained(asked);
                await loading;
                Follow(routes.Orders!, isNew: false);
                loading = routes.Missing.Count == 0 ? null : LoadAsync(stoppingToken);
                continue;
            }

            var answer = await Settled(asked, stoppingToken);
            if (answer is null)
                break;
            if (answer.Value.Error is { } fault)
            {
                Tell(fault);
                await Pause(fault is ControlRoomFault { Status: null } ? RetryAsking : RetryRefused, stoppingToken);
                continue;
            }

            Tell(null);
            if (answer.Value.Value is not { } orders)
                continue;
            Follow(orders, isNew: true);
            loading ??= routes.Missing.Count == 0 ? null : LoadAsync(stoppingToken);
        }

        if (loading is not null)
            await loading;
    }

    private async Task BeginAsync(NodeOrders orders, bool isNew, CancellationToken ct)
    {
        routes.Follow(orders);
        foreach (var (model, version, error) in await routes.LoadMissingAsync(ct))
            LogUnloadable(logger, model, version, error.Message);
        Follow(orders, isNew);
    }

    private void Follow(NodeOrders orders, bool isNew)
    {
        routes.Follow(orders);
        if (isNew)
        {
            LogOrders(logger, orders.Routes.Count, orders.Environment);
            file.Write(orders);
        }

        routes.RemoveOldPackages(directory.Packages);
    }

    /// <summary>Loads what is missing; where something could not be loaded, it ends only when it is time to try again.</summary>
    private async Task LoadAsync(CancellationToken ct)
    {
        await Task.Yield();
        try
        {
            var faults = await routes.LoadMissingAsync(ct);
            foreach (var (model, version, error) in faults)
                LogUnloadable(logger, model, version, error.Message);
            if (faults.Count > 0)
                await Task.Delay(RetryLoading, time, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogDisk(logger, fault);
            await Pause(RetryLoading, ct);
        }
    }

    private async Task Pause(TimeSpan length, CancellationToken ct)
    {
        try
        {
            await Task.Delay(length, time, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>The answer; null: the node stops.</summary>
    private static async Task<Result<NodeOrders?>?> Settled(Task<Result<NodeOrders?>> asked, CancellationToken ct)
    {
        try
        {
            return await asked;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task Drained(Task<Result<NodeOrders?>> asked)
    {
        try
        {
            await asked;
        }
        catch (OperationCanceledException)
        {
            // It was called off, to ask with what has changed here.
        }
    }

    /// <summary>Says once that something is wrong, and once that it is over.</summary>
    private void Tell(Error? fault)
    {
        if (fault?.Message == trouble)
            return;
        trouble = fault?.Message;
        if (trouble is not null)
            LogTrouble(logger, trouble);
        else
            LogFollows(logger, node.ControlRoom.ToString());
    }

    [LoggerMessage(LogLevel.Information, "New orders: {Models} models, environment {Environment}")]
    private static partial void LogOrders(ILogger logger, int models, string environment);

    [LoggerMessage(LogLevel.Warning, "The node goes on by its last orders. {Reason}")]
    private static partial void LogTrouble(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The control room at {Address} answers again")]
    private static partial void LogFollows(ILogger logger, string address);

    [LoggerMessage(LogLevel.Error, "Version {Version} of {Model} cannot be loaded; trying again: {Reason}")]
    private static partial void LogUnloadable(ILogger logger, string model, int version, string reason);

    [LoggerMessage(LogLevel.Error, "The node's folder cannot be written; trying again")]
    private static partial void LogDisk(ILogger logger, Exception exception);
}
