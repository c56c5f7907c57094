using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Monitoring.Alerts;

public sealed class AlertLedgerTests
{
    [Fact]
    public async Task What_holds_for_its_time_fires_opens_an_incident_and_puts_a_message_in_line()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var channel = await alerts.AddChannelAsync();
        await alerts.HoldAsync(30, 2);
        Assert.Equal(AlertState.Pending, await alerts.StateAsync());
        Assert.Empty(await alerts.IncidentsAsync());

        await alerts.HoldAsync(30, 1);

        Assert.Equal(AlertState.Firing, await alerts.StateAsync());
        var incident = Assert.Single(await alerts.IncidentsAsync(open: true));
        Assert.Equal(("Slow", AlertSeverity.Warning, "P95 latency is 30\u202fms; the limit is 20\u202fms, 100 requests."), (incident.Title, incident.Severity, incident.Situation));
        var delivery = Assert.Single(await alerts.DeliveriesAsync());
        Assert.Equal((channel, incident.Id, DeliveryKind.Opened, DeliveryStatus.Waiting, 0), (delivery.ChannelId, delivery.IncidentId, delivery.Kind, delivery.Status, delivery.Attempts));
        Assert.Equal(incident.OpenedAt + alerts.Policy.Wait, delivery.NextAt);
        var line = Assert.Single(await alerts.Get<AlertQueries>().HistoryAsync("flights", 10, null, default));
        Assert.Equal((AlertState.Pending, AlertState.Firing, incident.Id), (line.From, line.To, line.IncidentId));
    }

    [Fact]
    public async Task A_restart_in_the_middle_of_pending_and_of_clearing_changes_nothing()
    {
        await using var alerts = await AlertFixture.StartAsync();
        foreach (var (minute, value, expected) in new[] { (0, 30.0, AlertState.Pending), (1, 30, AlertState.Pending), (2, 30, AlertState.Firing), (3, 10, AlertState.Firing), (5, 10, AlertState.Firing), (6, 10, AlertState.Ok) })
        {
            alerts.Time.Now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddMinutes(minute);
            using var ledger = alerts.NewLedger();
            await alerts.TakeAsync(value, ledger: ledger);
            await alerts.TakeAsync(value, ledger: ledger);
            Assert.Equal(expected, await alerts.StateAsync());
        }

        Assert.Equal(2, (await alerts.Get<AlertQueries>().HistoryAsync("flights", 10, null, default)).Count);
    }

    [Fact]
    public async Task Flapping_is_one_incident_with_one_message_at_its_beginning_and_one_at_its_end()
    {
        await using var alerts = await AlertFixture.StartAsync(AlertFixture.Rule with { HoldFor = TimeSpan.Zero, ClearFor = TimeSpan.Zero });
        await alerts.AddChannelAsync();
        var sent = new List<DueDelivery>();
        for (var i = 0; i < 60; i++)
        {
            await alerts.HoldAsync(i % 2 == 0 ? 30 : 0, 1);
            sent.AddRange(await alerts.SendAsync());
        }

        Assert.Single(await alerts.IncidentsAsync());
        Assert.Equal([DeliveryKind.Opened], sent.Select(delivery => delivery.Kind));
        await alerts.HoldAsync(0, 6);
        sent.AddRange(await alerts.SendAsync());

        Assert.Empty(await alerts.IncidentsAsync(open: true));
        Assert.Equal([DeliveryKind.Opened, DeliveryKind.Resolved], sent.Select(delivery => delivery.Kind));
        Assert.Equal(30, (await alerts.Get<AlertQueries>().FiringsAsync("flights", 100, default)).Count(firing => firing.ResolvedAt is not null));
    }

    [Fact]
    public async Task What_fires_together_is_one_incident_and_a_worse_one_is_told_once_more()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var critical = await alerts.AddRuleAsync(AlertFixture.Rule with { Name = "Failing", Signal = new(SignalKind.RequestRate), Severity = AlertSeverity.Critical, HoldFor = TimeSpan.FromMinutes(4) });
        await alerts.AddChannelAsync("all");
        await alerts.AddChannelAsync("grave", AlertSeverity.Critical);
        var sent = new List<DueDelivery>();
        for (var i = 0; i < 6; i++)
        {
            await alerts.TakeAsync([(alerts.RuleId, 30), (critical, 30)]);
            alerts.Time.Now = alerts.Time.Now.AddMinutes(1);
            sent.AddRange(await alerts.SendAsync());
        }

        var incident = Assert.Single(await alerts.IncidentsAsync());
        Assert.Equal((2, AlertSeverity.Critical), (incident.Alerts, incident.Severity));
        Assert.Equal([("all", DeliveryKind.Opened, AlertSeverity.Warning), ("all", DeliveryKind.Escalated, AlertSeverity.Critical), ("grave", DeliveryKind.Opened, AlertSeverity.Critical)],
            (await alerts.DeliveriesAsync()).Join(await alerts.Get<AlertChannels>().ListAsync(default), d => d.ChannelId, c => c.Id, (d, c) => (c.Name, d.Kind, d.Severity)).Order());
        Assert.Equal(3, sent.Count);
    }

    [Fact]
    public async Task What_fires_much_later_is_another_incident()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var other = await alerts.AddRuleAsync(AlertFixture.Rule with { Name = "Other" });
        await alerts.HoldAsync(30, 10);
        await alerts.HoldAsync(30, 3, other);
        Assert.Equal(["Other", "Slow"], (await alerts.IncidentsAsync(open: true)).Select(incident => incident.Title));
    }

    [Fact]
    public async Task A_silence_mutes_closes_what_was_told_and_tells_nobody_more()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.AddChannelAsync();
        await alerts.HoldAsync(30, 4);
        Assert.Equal([DeliveryKind.Opened], (await alerts.SendAsync()).Select(delivery => delivery.Kind));

        var silence = (await alerts.Get<Silences>().CreateAsync(new(alerts.RuleId, "flights", null, null, alerts.Time.Now.AddMinutes(30), "maintenance", "ada"), default)).Value;
        await alerts.HoldAsync(30, 10);

        Assert.Equal(AlertState.Muted, await alerts.StateAsync());
        Assert.Equal(TransitionReason.Silenced, Assert.Single(await alerts.IncidentsAsync()).Resolution);
        Assert.Equal([DeliveryKind.Resolved], (await alerts.SendAsync()).Select(delivery => delivery.Kind));
        await alerts.Get<Silences>().EndAsync(silence.Id, "ada", default);
        await alerts.HoldAsync(30, 1);
        Assert.Equal(AlertState.Firing, await alerts.StateAsync());
        Assert.Equal(2, (await alerts.IncidentsAsync()).Count);
    }

    [Fact]
    public async Task What_would_fire_while_it_is_silenced_is_muted_and_tells_nobody()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.AddChannelAsync();
        await alerts.Get<Silences>().CreateAsync(new(null, null, AlertSeverity.Warning, null, alerts.Time.Now.AddHours(1), "known", "ada"), default);
        await alerts.HoldAsync(30, 10);
        Assert.Equal(AlertState.Muted, await alerts.StateAsync());
        Assert.Empty(await alerts.IncidentsAsync());
        Assert.Empty(await alerts.DeliveriesAsync());
        Assert.Equal(AlertState.Muted, Assert.Single(await alerts.Get<AlertQueries>().HistoryAsync("flights", 10, null, default)).To);
    }

    [Fact]
    public async Task An_incident_that_ends_before_its_message_was_sent_tells_nobody()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.AddChannelAsync();
        await alerts.HoldAsync(30, 2);
        await alerts.TakeAsync(30);
        await alerts.Get<Silences>().CreateAsync(new(alerts.RuleId, null, null, null, alerts.Time.Now.AddMinutes(30), "known", "ada"), default);
        await alerts.TakeAsync(30);
        alerts.Time.Now = alerts.Time.Now.AddMinutes(1);
        Assert.Empty(await alerts.SendAsync());
        Assert.Equal(DeliveryStatus.Cancelled, Assert.Single(await alerts.DeliveriesAsync()).Status);
    }

    [Fact]
    public async Task A_rule_that_is_changed_switched_off_or_removed_takes_back_what_it_said()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var rules = alerts.Get<AlertRules>();
        await alerts.HoldAsync(30, 3);
        Assert.True((await rules.UpdateAsync(alerts.RuleId, "flights", AlertFixture.Rule with { Name = "Sluggish" }, enabled: true, "ada", default)).IsSuccess);
        Assert.Single(await alerts.IncidentsAsync(open: true));

        Assert.True((await rules.UpdateAsync(alerts.RuleId, "flights", AlertFixture.Rule with { Threshold = 25 }, enabled: true, "ada", default)).IsSuccess);
        Assert.Equal(TransitionReason.Withdrawn, Assert.Single(await alerts.IncidentsAsync(open: false)).Resolution);
        await alerts.HoldAsync(30, 3);
        Assert.True((await rules.UpdateAsync(alerts.RuleId, "flights", AlertFixture.Rule, enabled: false, "ada", default)).IsSuccess);
        await alerts.HoldAsync(30, 3);
        Assert.Empty(await alerts.IncidentsAsync(open: true));
        Assert.True((await rules.UpdateAsync(alerts.RuleId, "flights", AlertFixture.Rule, enabled: true, "ada", default)).IsSuccess);
        await alerts.HoldAsync(30, 3);
        Assert.True((await rules.DeleteAsync(alerts.RuleId, "ada", default)).IsSuccess);

        Assert.Equal(3, (await alerts.IncidentsAsync(open: false)).Count);
        Assert.All(await alerts.Get<AlertQueries>().FiringsAsync("flights", 10, default), firing => Assert.Equal(TransitionReason.Withdrawn, firing.Resolution));
        Assert.Empty(await alerts.Get<AlertQueries>().NowAsync("flights", AlertState.Firing, default));
        Assert.Null(await rules.FindAsync(alerts.RuleId, default));
    }

    [Fact]
    public async Task A_reading_of_a_rule_that_changed_meanwhile_is_left_out()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await using var db = await alerts.DbAsync();
        var stale = await db.AlertRules.AsNoTracking().SingleAsync(rule => rule.Id == alerts.RuleId);
        alerts.Time.Now = alerts.Time.Now.AddSeconds(1);
        await alerts.Get<AlertRules>().UpdateAsync(alerts.RuleId, "flights", AlertFixture.Rule with { Threshold = 40, ClearThreshold = null }, enabled: true, "ada", default);
        await alerts.Get<AlertLedger>().TakeAsync(alerts.Model.Id, "flights", null, [new(stale, new(alerts.Time.Now, 30, 100), null)], default);
        Assert.Empty(await alerts.Get<AlertQueries>().NowAsync(null, null, default));
    }

    [Fact]
    public async Task A_rule_of_every_model_stands_apart_for_each()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var everywhere = await alerts.AddRuleAsync(AlertFixture.Rule with { Name = "Everywhere", HoldFor = TimeSpan.Zero }, model: null);
        var other = (await alerts.Get<ModelRegistry>().CreateAsync("trains", new(), "test", isDemo: false, default)).Value;
        await alerts.TakeAsync(30, everywhere);
        await using var db = await alerts.DbAsync();
        var rule = await db.AlertRules.AsNoTracking().SingleAsync(r => r.Id == everywhere);
        await alerts.Get<AlertLedger>().TakeAsync(other.Id, "trains", null, [new(rule, new(alerts.Time.Now, 1, 100), null)], default);
        Assert.Equal([("flights", AlertState.Firing), ("trains", AlertState.Ok)], (await alerts.Get<AlertQueries>().NowAsync(null, null, default)).Select(alert => (alert.Model, alert.State)));
        Assert.Equal(new AlertCounts(1, 0), await alerts.Get<AlertQueries>().CountAsync(default));
    }

    [Fact]
    public async Task A_model_that_is_deleted_takes_everything_of_its_alerts_with_it()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.AddChannelAsync();
        await alerts.Get<Silences>().CreateAsync(new(null, "flights", AlertSeverity.Info, null, alerts.Time.Now.AddHours(1), "x", "ada"), default);
        await alerts.HoldAsync(30, 3);
        await alerts.Get<Incidents>().CommentAsync((await alerts.IncidentsAsync())[0].Id, "looking", "ada", default);

        Assert.True((await alerts.Get<ModelRegistry>().DeleteAsync("flights", "ada", default)).IsSuccess);

        await using var db = await alerts.DbAsync();
        Assert.Equal(0, await db.AlertRules.CountAsync() + await db.Alerts.CountAsync() + await db.AlertFirings.CountAsync() + await db.AlertEvents.CountAsync() + await db.Incidents.CountAsync()
            + await db.IncidentNotes.CountAsync() + await db.Silences.CountAsync() + await db.AlertDeliveries.CountAsync());
        Assert.Equal(1, await db.AlertChannels.CountAsync());
        await alerts.Get<AlertLedger>().TakeAsync(alerts.Model.Id, "flights", null, [], default);
    }

    [Fact]
    public async Task What_stays_as_it_is_is_written_four_times_a_minute_at_most()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var written = 0;
        using var subscription = alerts.Get<Core.Notifications>().Subscribe(_ => written++);
        for (var i = 0; i < 120; i++)
        {
            await alerts.TakeAsync(i % 10);
            alerts.Time.Now = alerts.Time.Now.AddSeconds(1);
        }

        Assert.InRange(written, 2, 9);
    }
}
