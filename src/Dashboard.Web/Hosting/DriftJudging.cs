using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Registry;

namespace Dashboard.Web.Hosting;

/// <summary>Has a model's blocks judged soon after they are over, and all models looked at once after a start. At most one look a second for each model, however much arrives.</summary>
internal sealed partial class DriftJudging(DriftJudge judge, ModelRegistry registry, Notifications notifications, TimeProvider time, ILogger<DriftJudging> logger) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> waiting = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim wake = new(0);

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notifications.Subscribe(notification =>
        {
            // A change of settings may ask for other blocks; the ledger's own entries carry no event time.
            if (notification is { Model: { } model, Topic: Topics.Registry } && waiting.TryAdd(model, true))
                wake.Release();
            else if (notification is { Model: { } moved, Topic: Topics.Monitoring, UpTo: not null } && waiting.TryAdd(moved, true))
                wake.Release();
        });
        foreach (var model in await registry.ListAsync(stoppingToken))
            waiting.TryAdd(model.Name, true);
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var model in waiting.Keys)
            {
                waiting.TryRemove(model, out _);
                await JudgeAsync(model, stoppingToken);
            }

            await Task.Delay(Rest, time, stoppingToken);
            if (waiting.IsEmpty)
                await wake.WaitAsync(stoppingToken);
        }
    }

    private async Task JudgeAsync(string model, CancellationToken ct)
    {
        try
        {
            await judge.JudgeAsync(model, ct);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            // The blocks stay unjudged, which the page shows; the model's next event has them looked at again.
            LogFailure(logger, model, exception);
        }
    }

    [LoggerMessage(LogLevel.Error, "The drift of {Model} could not be judged")]
    private static partial void LogFailure(ILogger logger, string model, Exception exception);
}
