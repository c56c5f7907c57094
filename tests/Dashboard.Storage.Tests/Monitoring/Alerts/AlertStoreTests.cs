using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Alerts.Delivery;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Tests.Monitoring.Alerts;

public sealed class AlertStoreTests
{
    private static readonly MailSettings Mail = new("mail.example.org", 587, MailSecurity.StartTls, "ada", "alerts@example.org", ["team@example.org"]);

    [Fact]
    public async Task A_new_model_begins_with_the_default_rules_and_those_that_are_removed_stay_away()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var rules = (await alerts.Get<AlertRules>().ListAsync("flights", default)).Where(rule => rule.IsDefault).ToList();
        Assert.Equal(DefaultRules.All, rules.Select(rule => rule.Rule));
        await alerts.Get<AlertRules>().DeleteAsync(rules[0].Id, "ada", default);

        await alerts.Get<AlertRules>().EnsureDefaultsAsync(default);

        Assert.Equal(DefaultRules.All.Count - 1, (await alerts.Get<AlertRules>().ListAsync("flights", default)).Count(rule => rule.IsDefault));
    }

    [Fact]
    public async Task A_model_from_before_there_were_rules_gets_them_at_the_next_start()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await using (var db = await alerts.DbAsync())
        {
            db.Models.Add(new() { Name = "old", CreatedAt = DateTimeOffset.UnixEpoch });
            await db.SaveChangesAsync();
        }

        await alerts.Get<AlertRules>().EnsureDefaultsAsync(default);
        await alerts.Get<AlertRules>().EnsureDefaultsAsync(default);
        Assert.Equal(DefaultRules.All.Count, (await alerts.Get<AlertRules>().ListAsync("old", default)).Count);
    }

    [Fact]
    public async Task Rules_and_silences_that_do_not_fit_are_refused_by_field()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (rules, silences, later) = (alerts.Get<AlertRules>(), alerts.Get<Silences>(), alerts.Time.Now.AddHours(1));
        Assert.Equal("threshold", (await rules.CreateAsync("flights", AlertFixture.Rule with { Threshold = double.NaN }, true, "ada", default)).Error!.Field);
        Assert.Equal("model", (await rules.CreateAsync("nobody", AlertFixture.Rule, true, "ada", default)).Error!.Field);
        Assert.Equal(ErrorKind.NotFound, (await rules.UpdateAsync(999, null, AlertFixture.Rule, true, "ada", default)).Error!.Kind);
        Assert.Equal("reason", (await silences.CreateAsync(new(alerts.RuleId, null, null, null, later, " ", "ada"), default)).Error!.Field);
        Assert.Equal("endsAt", (await silences.CreateAsync(new(alerts.RuleId, null, null, null, alerts.Time.Now, "x", "ada"), default)).Error!.Field);
        Assert.Equal("endsAt", (await silences.CreateAsync(new(alerts.RuleId, null, null, null, later.AddDays(100), "x", "ada"), default)).Error!.Field);
        Assert.Equal("endsAt", (await silences.CreateAsync(new(alerts.RuleId, null, null, later.AddHours(1), later, "x", "ada"), default)).Error!.Field);
        Assert.Equal("ruleId", (await silences.CreateAsync(new(null, null, null, null, later, "x", "ada"), default)).Error!.Field);
        Assert.Equal("ruleId", (await silences.CreateAsync(new(999, null, null, null, later, "x", "ada"), default)).Error!.Field);
        Assert.Equal("model", (await silences.CreateAsync(new(null, "nobody", null, null, later, "x", "ada"), default)).Error!.Field);
    }

    [Fact]
    public async Task Two_rules_of_one_model_do_not_share_a_name_even_when_both_are_made_at_once()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (rules, rule) = (alerts.Get<AlertRules>(), AlertFixture.Rule with { Name = "Too slow" });
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => rules.CreateAsync("flights", rule with { Name = "too SLOW" }, true, "ada", default))));
        Assert.Single(made, result => result.IsSuccess);
        Assert.All(made.Where(result => !result.IsSuccess), result => Assert.Equal((ErrorKind.Conflict, "name"), (result.Error!.Kind, result.Error.Field)));

        Assert.True((await rules.CreateAsync(null, rule, true, "ada", default)).IsSuccess);
        var other = (await rules.CreateAsync("flights", rule with { Name = "Slower" }, true, "ada", default)).Value.Id;
        Assert.Equal("There is a rule “Too slow” of flights already.", (await rules.UpdateAsync(other, "flights", rule, true, "ada", default)).Error!.Message);
        Assert.True((await rules.UpdateAsync(other, "flights", rule with { Name = "SLOWER" }, true, "ada", default)).IsSuccess);
    }

    [Fact]
    public async Task Silences_are_listed_while_they_stand_and_end_once()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var silences = alerts.Get<Silences>();
        var made = (await silences.CreateAsync(new(alerts.RuleId, "flights", null, null, alerts.Time.Now.AddHours(1), "maintenance", "ada"), default)).Value;
        Assert.Equal(("Slow", "flights", true), (made.Rule, made.Model, made.IsActive(alerts.Time.Now)));
        Assert.Equal(made.EndsAt, (await Now(alerts)).SilencedUntil);
        Assert.True((await silences.EndAsync(made.Id, "bob", default)).IsSuccess);
        Assert.Equal(ErrorKind.Conflict, (await silences.EndAsync(made.Id, "bob", default)).Error!.Kind);
        Assert.Equal(ErrorKind.NotFound, (await silences.EndAsync(77, "bob", default)).Error!.Kind);
        Assert.Empty(await silences.ListAsync(0, default));
        Assert.Equal("bob", Assert.Single(await silences.ListAsync(5, default)).EndedBy);

        static async Task<AlertView> Now(AlertFixture alerts)
        {
            await alerts.TakeAsync(1);
            return Assert.Single(await alerts.Get<AlertQueries>().NowAsync("flights", null, default));
        }
    }

    [Fact]
    public async Task An_incident_is_acknowledged_once_and_commented_at_any_time()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.HoldAsync(30, 3);
        var (incidents, id) = (alerts.Get<Incidents>(), (await alerts.IncidentsAsync())[0].Id);
        Assert.Equal("ada", (await incidents.AcknowledgeAsync(id, "looking into it", "ada", default)).Value.AcknowledgedBy);
        Assert.Contains("ada", (await incidents.AcknowledgeAsync(id, null, "bob", default)).Error!.Message, StringComparison.Ordinal);
        Assert.Equal("text", (await incidents.CommentAsync(id, " ", "bob", default)).Error!.Field);
        await alerts.HoldAsync(0, 12);
        Assert.True((await incidents.CommentAsync(id, "it was the disk", "bob", default)).IsSuccess);
        var detail = (await incidents.FindAsync(id, default))!;
        Assert.NotNull(detail.Incident.ResolvedAt);
        Assert.Equal([("ada", true), ("bob", false)], detail.Notes.Select(note => (note.By, note.IsAcknowledgement)));
        Assert.Equal(ErrorKind.NotFound, (await incidents.CommentAsync(999, "x", "bob", default)).Error!.Kind);
    }

    [Fact]
    public async Task A_secret_goes_in_and_never_comes_out()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var channels = alerts.Get<AlertChannels>();
        var hook = (await channels.CreateAsync(Draft("hook"), default)).Value;
        Assert.StartsWith(WebhookSignature.SecretPrefix, hook.NewSecret, StringComparison.Ordinal);
        var slack = (await channels.CreateAsync(Draft("chat") with { Kind = ChannelKind.Slack, Url = "https://hooks.example.org/services/T0/B0/tokentoken" }, default)).Value;
        var mail = (await channels.CreateAsync(Draft("mail") with { Kind = ChannelKind.Email, Url = null, Mail = Mail, Secret = "passwordpassword" }, default)).Value;

        var shown = CanonicalJson.Serialize(await channels.ListAsync(default));
        Assert.DoesNotContain(hook.NewSecret!, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("token", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("password", shown, StringComparison.Ordinal);
        Assert.Equal("https://hooks.example.org/…", slack.Channel.Settings.Address);
        Assert.All([hook, slack, mail], made => Assert.True(made.Channel.HasSecret));
        await using var db = await alerts.DbAsync();
        Assert.DoesNotContain(await db.Activity.ToListAsync(), entry => entry.Summary.Contains("token", StringComparison.Ordinal));

        // A change without a secret keeps it.
        Assert.True((await channels.UpdateAsync(slack.Channel.Id, Draft("chat room") with { Kind = ChannelKind.Slack, Url = null }, default)).IsSuccess);
        Assert.True((await channels.UpdateAsync(hook.Channel.Id, Draft("hook"), default)).IsSuccess);
        Assert.Equal(["https://hooks.example.org/services/T0/B0/tokentoken", "passwordpassword", hook.NewSecret], (await db.AlertChannels.AsNoTracking().ToListAsync()).Select(channel => channel.Secret).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_channel_that_does_not_fit_is_refused_by_field()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var channels = alerts.Get<AlertChannels>();
        var mail = Draft("mail") with { Kind = ChannelKind.Email, Url = null, Mail = Mail, Secret = "passwordpassword" };
        var first = (await channels.CreateAsync(Draft("hook"), default)).Value.Channel;
        (ChannelDraft Draft, string Field)[] wrong =
        [
            (Draft("hook"), "name"), (Draft(" "), "name"), (Draft("a") with { Url = "ftp://x" }, "url"), (Draft("a") with { Url = "http://127.0.0.1/" }, "url"), (Draft("a") with { Url = null }, "url"),
            (Draft("a") with { Secret = "short" }, "secret"), (Draft("a") with { Model = "nobody" }, "model"), (Draft("a") with { Kind = ChannelKind.Slack, Url = "https://x:secretsecret@y/" }, "url"),
            (mail with { Mail = null }, "mail"), (mail with { Mail = Mail with { Host = "not a host" } }, "mail.host"), (mail with { Mail = Mail with { Port = 0 } }, "mail.port"),
            (mail with { Mail = Mail with { From = "nobody" } }, "mail.from"), (mail with { Mail = Mail with { From = "a@b.org>\r\nRCPT TO:<c@d.org" } }, "mail.from"), (mail with { Mail = Mail with { To = [] } }, "mail.to"),
            (mail with { Mail = Mail with { To = ["a@b.org", "b"] } }, "mail.to"), (mail with { Secret = null }, "secret"), (mail with { Mail = Mail with { User = "a\nb" } }, "mail.user"),
        ];
        foreach (var (draft, field) in wrong)
        {
            var error = (await channels.CreateAsync(draft, default)).Error;
            Assert.Equal(field, error?.Field);
            Assert.DoesNotContain("secretsecret", error!.Message, StringComparison.Ordinal);
        }

        Assert.Equal("kind", (await channels.UpdateAsync(first.Id, mail, default)).Error!.Field);
        Assert.Equal(ErrorKind.NotFound, (await channels.UpdateAsync(99, mail, default)).Error!.Kind);
        Assert.Null((await channels.CreateAsync(mail with { Mail = Mail with { User = null }, Secret = null }, default)).Error);
    }

    [Fact]
    public async Task A_message_is_claimed_once_keeps_its_body_and_shows_its_failure_on_the_channel()
    {
        await using var alerts = await AlertFixture.StartAsync();
        var (deliveries, channel) = (alerts.Get<AlertDeliveries>(), await alerts.AddChannelAsync());
        await alerts.HoldAsync(30, 4);
        var (due, _) = await deliveries.DueAsync(10, default);
        var id = Assert.Single(due).Id;

        var first = (await deliveries.ClaimAsync(id, delivery => $"body of {delivery.Incident!.Incident.Title}", TimeSpan.FromMinutes(1), default))!;
        Assert.Equal(("body of Slow", 1), (first.Body, first.Attempts));
        Assert.Empty((await deliveries.DueAsync(10, default)).Due);
        await deliveries.RecordAsync(id, new(Delivered: false, "HTTP 503", alerts.Time.Now.AddSeconds(5)), default);
        Assert.Equal(new AlertCounts(1, 1), await alerts.Get<AlertQueries>().CountAsync(default));
        alerts.Time.Now = alerts.Time.Now.AddSeconds(5);
        var second = (await deliveries.ClaimAsync(id, _ => "another body", TimeSpan.FromMinutes(1), default))!;
        Assert.Equal((first.Id, "body of Slow", 2), (second.Id, second.Body, second.Attempts));
        await deliveries.RecordAsync(id, new(Delivered: false, "HTTP 503", null), default);

        Assert.Null(await deliveries.ClaimAsync(id, _ => "", TimeSpan.FromMinutes(1), default));
        var failed = Assert.Single(await deliveries.ListAsync(channel, null, DeliveryStatus.Failed, 10, default));
        Assert.Equal((2, "HTTP 503", "flights"), (failed.Attempts, failed.Answer, failed.Model));
        Assert.Equal(1, (await alerts.IncidentsAsync())[0].FailedDeliveries);
        Assert.NotNull((await alerts.Get<AlertChannels>().FindAsync(channel, default))!.FailingSince);

        Assert.True((await deliveries.RetryAsync(id, default)).IsSuccess);
        Assert.Equal(ErrorKind.Conflict, (await deliveries.RetryAsync(id, default)).Error!.Kind);
        Assert.Single(await alerts.SendAsync());
        Assert.Equal(new AlertCounts(1, 0), await alerts.Get<AlertQueries>().CountAsync(default));
        Assert.Null((await alerts.Get<AlertChannels>().FindAsync(channel, default))!.LastError);
    }

    [Fact]
    public async Task A_message_whose_sender_died_is_due_again_after_its_lease()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.AddChannelAsync();
        await alerts.HoldAsync(30, 4);
        var (deliveries, id) = (alerts.Get<AlertDeliveries>(), (await alerts.DeliveriesAsync())[0].Id);
        Assert.NotNull(await deliveries.ClaimAsync(id, _ => "x", TimeSpan.FromMinutes(1), default));
        Assert.Equal(alerts.Time.Now.AddMinutes(1), (await deliveries.DueAsync(10, default)).Next);
        alerts.Time.Now = alerts.Time.Now.AddMinutes(1);
        Assert.Equal(id, Assert.Single((await deliveries.DueAsync(10, default)).Due).Id);
    }

    [Fact]
    public async Task History_past_its_retention_goes_and_what_is_open_stays()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.AddChannelAsync();
        await alerts.HoldAsync(30, 4);
        await alerts.SendAsync();
        await alerts.HoldAsync(0, 12);
        await alerts.SendAsync();
        await alerts.HoldAsync(30, 4);
        alerts.Time.Now = alerts.Time.Now.AddDays(401);

        Assert.True(await alerts.Get<AlertHousekeeping>().RunAsync(default) > 0);

        Assert.Null(Assert.Single(await alerts.IncidentsAsync()).ResolvedAt);
        Assert.Empty(await alerts.Get<AlertQueries>().HistoryAsync("flights", 10, null, default));
        Assert.Single(await alerts.Get<AlertQueries>().FiringsAsync("flights", 10, default));
        Assert.All(await alerts.DeliveriesAsync(), delivery => Assert.Equal(DeliveryStatus.Waiting, delivery.Status));
        await alerts.TakeAsync(0);
        alerts.Time.Now = alerts.Time.Now.AddMinutes(5);
        await alerts.TakeAsync(0);
        Assert.Equal(AlertState.Ok, await alerts.StateAsync());
    }

    private static ChannelDraft Draft(string name) => new(name, ChannelKind.Webhook, "https://example.org/hook", null, null, AlertSeverity.Info, null, TellsEnd: true, Enabled: true, "ada");
}
