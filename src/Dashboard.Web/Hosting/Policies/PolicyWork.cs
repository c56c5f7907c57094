using Dashboard.Core;
using Dashboard.Storage.Deployments.Policies;

namespace Dashboard.Web.Hosting.Policies;

/// <summary>Lets policies act: when something changed that may concern them, and every minute in any case.</summary>
internal sealed partial class PolicyWork(AutomaticPolicies policies, Notifications notifications, TimeProvider time, ILogger<PolicyWork> logger) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>Between two rounds, however much happens.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim wake = new(0);
    private readonly HashSet<(string Model, string Message)> told = [];

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notifications.Subscribe(notification =>
        {
            if (notification.Topic is Topics.Alerts or Topics.Registry or Topics.Requests && wake.CurrentCount == 0)
                wake.Release();
        });
        try
        {
            while (true)
            {
                await RoundAsync(stoppingToken);
                await Task.Delay(Breath, time, stoppingToken);
                await wake.WaitAsync(Rest, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What policies want is looked at again at the next start.
        }
    }

    private async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            var refused = await policies.RoundAsync(ct);
            foreach (var (model, wanted, error) in refused)
                if (told.Add((model, error.Message)))
                    LogRefused(logger, model, wanted, error.Message);
            told.IntersectWith(refused.Select(one => (one.Model, one.Error.Message)));
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogFailure(logger, fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The policy of {Model} could not {Wanted}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string model, string wanted, string reason);

    [LoggerMessage(LogLevel.Error, "Policies could not be looked at; they are again within a minute")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
