using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts.Delivery;
using Dashboard.Storage.Monitoring.Alerts;

namespace Dashboard.Web.Hosting.Alerts;

/// <summary>Sends the messages that are due: in order for each channel, several channels at once, so that one that does not answer holds up nobody else.</summary>
public sealed partial class AlertDispatcher(AlertDeliveries deliveries, ChannelSender sender, AlertMessages messages, Notifications notifications, RetryPolicy retries, TimeProvider time, ILogger<AlertDispatcher> logger) : BackgroundService
{
    private const int MostAtOnce = 200;
    private const int Channels = 4;

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim wake = new(0, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notifications.Subscribe(notification =>
        {
            if (notification is { Topic: Topics.Alerts, Subject: AlertSubjects.Deliveries or AlertSubjects.Channels })
                Wake();
        });
        try
        {
            while (true)
                await wake.WaitAsync(await RoundAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not sent stays in line for the next start.
        }
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>How long nothing will be due, as far as one can know.</returns>
    private async Task<TimeSpan> RoundAsync(CancellationToken ct)
    {
        try
        {
            var (due, next) = await deliveries.DueAsync(MostAtOnce, ct);
            await Parallel.ForEachAsync(due.GroupBy(delivery => delivery.ChannelId), new ParallelOptions { MaxDegreeOfParallelism = Channels, CancellationToken = ct }, async (channel, stop) =>
            {
                foreach (var (id, _) in channel)
                    await AttemptAsync(id, stop);
            });
            if (due.Count > 0)
                return TimeSpan.Zero;
            var rest = next - time.GetUtcNow() ?? LongestRest;
            return rest < TimeSpan.Zero ? TimeSpan.Zero : rest < LongestRest ? rest + TimeSpan.FromMilliseconds(20) : LongestRest;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogFailure(logger, fault);
            return TimeSpan.FromSeconds(1);
        }
    }

    private async Task AttemptAsync(string id, CancellationToken ct)
    {
        if (await deliveries.ClaimAsync(id, messages.Compose, ChannelSender.Lease, ct) is not { } due)
            return;
        SendResult result;
        try
        {
            result = await sender.SendAsync(due, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The next start need not wait until the attempt's time is over.
            await deliveries.ReleaseAsync(id, CancellationToken.None);
            throw;
        }

        var next = result.Delivered || result.IsFinal ? null : retries.Next(due.Attempts, time.GetUtcNow(), result.RetryAfter, Random.Shared.NextDouble());
        // What was sent is noted even when the host stops meanwhile.
        await deliveries.RecordAsync(id, new(result.Delivered, result.Answer, next), CancellationToken.None);
        if (!result.Delivered && next is null)
            LogGivenUp(logger, due.Channel.Name, due.Attempts, result.Answer);
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

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(LogLevel.Error, "The messages of alerts could not be sent; they are tried again")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "A message to the channel {Channel} was given up after {Attempts} attempts: {Answer}")]
    private static partial void LogGivenUp(ILogger logger, string channel, int attempts, string answer);
}
