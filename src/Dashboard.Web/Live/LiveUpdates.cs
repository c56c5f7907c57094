using Dashboard.Core;

namespace Dashboard.Web.Live;

/// <summary>Brings notifications to pages and hub clients, coalesced: at most four deliveries a second for each subscriber, the first one at once, none lost.</summary>
public sealed partial class LiveUpdates(Notifications notifications, TimeProvider time, ILogger<LiveUpdates> logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Subscribes. Deliveries to one subscriber never overlap; what was said of one subject meanwhile is delivered once, up to the newest event time, so that
    /// one who is slow does not pile up what waits for it.
    /// </summary>
    /// <param name="concerns">Whether a notification matters to the subscriber; runs on the publisher's thread.</param>
    /// <param name="deliver">Receives what has happened since the last delivery. An exception is logged and does not end the subscription.</param>
    public IDisposable Subscribe(Func<Notification, bool> concerns, Func<IReadOnlyCollection<Notification>, Task> deliver)
    {
        var subscriber = new Subscriber(time, deliver, logger);
        subscriber.Attach(notifications.Subscribe(notification =>
        {
            if (concerns(notification))
                subscriber.Add(notification);
        }));
        return subscriber;
    }

    [LoggerMessage(LogLevel.Error, "A subscriber of live updates failed; it goes on with the next change")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    private sealed class Subscriber : IDisposable
    {
        private readonly Lock gate = new();
        private readonly CancellationTokenSource ending = new();
        private readonly CancellationToken ended;
        private readonly TimeProvider time;
        private readonly Func<IReadOnlyCollection<Notification>, Task> deliver;
        private readonly ILogger logger;
        private Dictionary<(string, string?, string?), Notification> waiting = [];
        private IDisposable? subscription;
        private bool pumping;

        public Subscriber(TimeProvider time, Func<IReadOnlyCollection<Notification>, Task> deliver, ILogger logger)
        {
            (this.time, this.deliver, this.logger) = (time, deliver, logger);
            ended = ending.Token;
        }

        public void Attach(IDisposable source) => subscription = source;

        public void Add(Notification notification)
        {
            lock (gate)
            {
                var key = (notification.Topic, notification.Model, notification.Subject);
                if (!waiting.TryGetValue(key, out var before) || !(before.UpTo > notification.UpTo))
                    waiting[key] = notification;
                if (pumping)
                    return;
                pumping = true;
            }

            _ = Task.Run(PumpAsync);
        }

        private async Task PumpAsync()
        {
            try
            {
                while (true)
                {
                    IReadOnlyCollection<Notification> batch;
                    lock (gate)
                    {
                        if (waiting.Count == 0)
                        {
                            pumping = false;
                            return;
                        }

                        (batch, waiting) = (waiting.Values, []);
                    }

                    await DeliverAsync(batch);
                    await Task.Delay(Interval, time, ended);
                }
            }
            catch (Exception) when (ended.IsCancellationRequested)
            {
                // The subscriber has gone.
            }
        }

        private async Task DeliverAsync(IReadOnlyCollection<Notification> batch)
        {
            try
            {
                await deliver(batch);
            }
            catch (Exception exception) when (!ended.IsCancellationRequested)
            {
                LogFailure(logger, exception);
            }
        }

        public void Dispose()
        {
            subscription?.Dispose();
            ending.Cancel();
            ending.Dispose();
        }
    }
}
