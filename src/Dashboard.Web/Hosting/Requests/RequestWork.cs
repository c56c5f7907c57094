using Dashboard.Core;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Deployments.Requests.Gathering;

namespace Dashboard.Web.Hosting.Requests;

/// <summary>Gathers the evidence of requests that have none, one after another, and ends those whose time is over. What waits is a row, so it goes on after a restart.</summary>
internal sealed partial class RequestWork(RequestStore requests, EvidenceGatherer gatherer, Notifications notifications, ILogger<RequestWork> logger) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly HashSet<(int Id, string Message)> told = [];

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notifications.Subscribe(notification =>
        {
            if (notification.Topic == Topics.Requests)
                Wake();
        });
        try
        {
            while (true)
            {
                await RoundAsync(stoppingToken);
                await wake.WaitAsync(Rest, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What has no evidence yet gets it after the next start.
        }
    }

    private async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            await requests.ExpireAsync(ct);
            foreach (var id in await requests.AwaitingEvidenceAsync(ct))
                await GatherAsync(id, ct);
            var refused = await requests.GoOnAsync(ct);
            foreach (var (id, error) in refused)
                if (told.Add((id, error.Message)))
                    LogHeld(logger, id, error.Message);
            told.IntersectWith(refused.Select(one => (one.Id, one.Error.Message)));
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogFailure(logger, fault);
        }
    }

    private async Task GatherAsync(int id, CancellationToken ct)
    {
        try
        {
            var evidence = await Task.Run(() => gatherer.GatherAsync(id, ct), ct);
            if (evidence.Error is { } missing)
                await requests.StoreFailureAsync(id, missing.Message, ct);
            else if ((await requests.StoreEvidenceAsync(id, evidence.Value, ct)).Error is { } refused)
                await requests.StoreFailureAsync(id, refused.Message, ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            // The request says so and can have it gathered anew; the others go on.
            LogBroken(logger, fault, id);
            await requests.StoreFailureAsync(id, fault.Message, ct);
        }
    }

    private void Wake()
    {
        try
        {
            if (wake.CurrentCount == 0)
                wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another notification woke it in between.
        }
    }

    [LoggerMessage(LogLevel.Error, "Promotion requests could not be looked at; they are again within a minute")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Nothing is missing to promotion request {Id}, and it cannot go: {Reason}")]
    private static partial void LogHeld(ILogger logger, int id, string reason);

    [LoggerMessage(LogLevel.Error, "The evidence of promotion request {Id} could not be gathered")]
    private static partial void LogBroken(ILogger logger, Exception exception, int id);
}
