using System.Collections.Concurrent;
using Dashboard.Core;
using Dashboard.Web.Live;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Web.Tests.Live;

public sealed class LiveUpdatesTests
{
    private readonly Notifications notifications = new();
    private readonly LiveUpdates updates;

    public LiveUpdatesTests() => updates = new(notifications, TimeProvider.System, NullLogger<LiveUpdates>.Instance);

    [Fact]
    public async Task A_burst_is_coalesced_and_nothing_of_it_is_lost()
    {
        // However long a busy machine takes to publish them: no time passes meanwhile.
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        var batches = new ConcurrentQueue<IReadOnlyCollection<Notification>>();
        using var subscription = new LiveUpdates(notifications, time, NullLogger<LiveUpdates>.Instance).Subscribe(_ => true, batch => { batches.Enqueue(batch); return Task.CompletedTask; });

        for (var i = 0; i < 1_000; i++)
            notifications.Publish(new(Topics.Runs, Subject: (i % 10).ToString()));

        await Eventually(() =>
        {
            time.Advance(LiveUpdates.Interval);
            return batches.SelectMany(batch => batch).Select(n => n.Subject).Distinct().Count() == 10;
        });
        Assert.InRange(batches.Count, 1, 2);
    }

    [Fact]
    public async Task What_waits_for_a_slow_subscriber_is_one_notification_a_subject_up_to_the_newest_event()
    {
        var release = new TaskCompletionSource();
        var batches = new ConcurrentQueue<IReadOnlyCollection<Notification>>();
        using var subscription = updates.Subscribe(_ => true, async batch => { batches.Enqueue(batch); await release.Task; });
        notifications.Publish(new(Topics.Runs));
        await Eventually(() => batches.Count == 1);

        foreach (var second in Enumerable.Range(1, 1_000).Append(7))
            notifications.Publish(new(Topics.Monitoring, "a", UpTo: DateTimeOffset.UnixEpoch.AddSeconds(second)));
        release.SetResult();

        await Eventually(() => batches.Count == 2);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1_000), Assert.Single(batches.Last()).UpTo);
    }

    [Fact]
    public async Task What_does_not_concern_a_subscriber_does_not_reach_it()
    {
        var received = new ConcurrentQueue<Notification>();
        using var subscription = updates.Subscribe(n => n.Model == "a", batch => { foreach (var n in batch) received.Enqueue(n); return Task.CompletedTask; });

        notifications.Publish(new(Topics.Monitoring, "b"));
        notifications.Publish(new(Topics.Monitoring, "a"));

        await Eventually(() => !received.IsEmpty);
        Assert.Equal("a", Assert.Single(received).Model);
    }

    [Fact]
    public async Task A_delivery_that_throws_does_not_end_the_subscription()
    {
        var received = new ConcurrentQueue<Notification>();
        using var subscription = updates.Subscribe(_ => true, batch =>
        {
            foreach (var n in batch)
                received.Enqueue(n);
            return received.Count == 1 ? throw new InvalidOperationException("once") : Task.CompletedTask;
        });

        notifications.Publish(new(Topics.Jobs, Subject: "1"));
        await Eventually(() => received.Count == 1);
        notifications.Publish(new(Topics.Jobs, Subject: "2"));

        await Eventually(() => received.Count == 2);
    }

    [Fact]
    public async Task After_its_end_a_subscription_delivers_nothing()
    {
        var received = new ConcurrentQueue<Notification>();
        var subscription = updates.Subscribe(_ => true, batch => { foreach (var n in batch) received.Enqueue(n); return Task.CompletedTask; });
        subscription.Dispose();
        using var witness = updates.Subscribe(_ => true, _ => { received.Enqueue(new("witness")); return Task.CompletedTask; });

        notifications.Publish(new(Topics.Jobs));

        await Eventually(() => !received.IsEmpty);
        Assert.Equal("witness", Assert.Single(received).Topic);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow.AddMinutes(2);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "It did not happen within two minutes.");
            await Task.Delay(20);
        }
    }
}
