using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Monitoring.Alerts;

/// <summary>What holds whatever is read, whoever silences what, and however often the host restarts between: on the real database, messages included.</summary>
public sealed class AlertLedgerPropertyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Every_firing_ends_once_a_muted_alert_rings_nobody_and_nobody_is_told_twice(int seed)
    {
        var random = new Random(seed);
        await using var alerts = await AlertFixture.StartAsync(AlertFixture.Rule with { HoldFor = TimeSpan.FromMinutes(1), ClearFor = TimeSpan.FromMinutes(1) });
        var other = await alerts.AddRuleAsync(AlertFixture.Rule with { Name = "Other", Severity = AlertSeverity.Critical, HoldFor = TimeSpan.Zero, ClearFor = TimeSpan.Zero });
        await alerts.AddChannelAsync("all");
        await alerts.AddChannelAsync("grave", AlertSeverity.Critical);
        var sent = new List<(DateTimeOffset At, DueDelivery Message)>();
        var ledger = alerts.NewLedger();
        (double First, double Second) values = (10, 10);
        for (var step = 0; step < 150; step++)
        {
            alerts.Time.Now = alerts.Time.Now.AddSeconds(random.Next(5, 90));
            values = (random.Next(4) == 0 ? random.Next(0, 40) : values.First, random.Next(4) == 0 ? random.Next(0, 40) : values.Second);
            if (random.Next(15) == 0)
                await alerts.Get<Silences>().CreateAsync(new(random.Next(2) == 0 ? alerts.RuleId : null, "flights", random.Next(2) == 0 ? AlertSeverity.Critical : null, null, alerts.Time.Now.AddMinutes(random.Next(1, 8)), "because", "ada"), default);
            if (random.Next(6) == 0)
            {
                ledger.Dispose();
                ledger = alerts.NewLedger();
            }

            await alerts.TakeAsync([(alerts.RuleId, random.Next(12) == 0 ? null : values.First), (other, random.Next(12) == 0 ? null : values.Second)], ledger);
            await ledger.SettleAsync(default);
            if (random.Next(3) > 0)
                sent.AddRange((await alerts.SendAsync()).Select(message => (alerts.Time.Now, message)));
            await CheckStatesAsync(alerts);
        }

        // Everything comes to rest.
        for (var i = 0; i < 12; i++)
        {
            alerts.Time.Now = alerts.Time.Now.AddMinutes(1);
            await alerts.TakeAsync([(alerts.RuleId, 0), (other, 0)], ledger);
            await ledger.SettleAsync(default);
            sent.AddRange((await alerts.SendAsync()).Select(message => (alerts.Time.Now, message)));
        }

        ledger.Dispose();
        await CheckHistoryAsync(alerts);
        await CheckMessagesAsync(alerts, sent);
    }

    /// <summary>An alert fires exactly while a firing of it is open, and an incident is open while one of its firings is.</summary>
    private static async Task CheckStatesAsync(AlertFixture alerts)
    {
        await using var db = await alerts.DbAsync();
        var firing = await db.Alerts.Where(alert => alert.State == AlertState.Firing).Select(alert => alert.RuleId).Order().ToListAsync();
        Assert.Equal(firing, await db.AlertFirings.Where(one => one.ResolvedAt == null).Select(one => one.RuleId!.Value).Order().ToListAsync());
        Assert.False(await db.AlertFirings.AnyAsync(one => one.ResolvedAt == null && one.Incident.ResolvedAt != null));
        var silences = await db.Silences.Where(silence => silence.EndsAt > alerts.Time.Now).ToListAsync();
        foreach (var alert in await db.Alerts.Include(alert => alert.Rule).Where(alert => alert.State == AlertState.Firing).ToListAsync())
            Assert.DoesNotContain(silences, silence => silence.Covers(alert.RuleId, alert.ModelId, alert.Rule.Definition.Severity));
    }

    private static async Task CheckHistoryAsync(AlertFixture alerts)
    {
        var history = (await alerts.Get<AlertQueries>().HistoryAsync("flights", 10_000, null, default)).Reverse().ToList();
        Assert.Contains(history, line => line.To == AlertState.Muted);
        foreach (var rule in history.GroupBy(line => line.RuleId))
        {
            Assert.Equal(rule.Count(line => line.To == AlertState.Firing), rule.Count(line => line.From == AlertState.Firing));
            Assert.All(rule.Zip(rule.Skip(1)).Where(pair => pair.First.To is AlertState.Firing or AlertState.Muted), pair => Assert.Equal(pair.First.To, pair.Second.From));
        }

        Assert.All(await alerts.Get<AlertQueries>().FiringsAsync("flights", 10_000, default), firing => Assert.True(firing.ResolvedAt >= firing.FiredAt));
        Assert.Empty(await alerts.IncidentsAsync(open: true));
    }

    private static async Task CheckMessagesAsync(AlertFixture alerts, List<(DateTimeOffset At, DueDelivery Message)> sent)
    {
        Assert.Equal(sent.Count, sent.Select(one => one.Message.Id).Distinct().Count());
        Assert.NotEmpty(sent);
        var deliveries = await alerts.DeliveriesAsync();
        Assert.DoesNotContain(deliveries, delivery => delivery.Status == DeliveryStatus.Waiting);
        var history = await alerts.Get<AlertQueries>().HistoryAsync("flights", 10_000, null, default);
        foreach (var told in deliveries.GroupBy(delivery => (delivery.IncidentId, delivery.ChannelId)))
        {
            var kinds = told.Where(delivery => delivery.Status == DeliveryStatus.Delivered).Select(delivery => delivery.Kind).ToList();
            Assert.True(kinds.Count(kind => kind == DeliveryKind.Opened) <= 1);
            // Who heard of the beginning hears of the end, once; who did not, does not.
            Assert.Equal(kinds.Count == 0 ? 0 : 1, kinds.Count(kind => kind == DeliveryKind.Resolved));
            foreach (var begun in told.Where(delivery => delivery.Kind != DeliveryKind.Resolved))
                Assert.Contains(history, line => line.At == begun.CreatedAt && line.To == AlertState.Firing);
        }
    }
}
