using System.Net;
using System.Text.Json;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Hosting.Alerts;
using Microsoft.AspNetCore.Http;
using static Dashboard.Web.Tests.Alerts.AlertHost;

namespace Dashboard.Web.Tests.Alerts;

/// <summary>Messages on their way out of the real host, to a receiver that does not always want them.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task A_test_message_is_signed_and_shows_what_came_back()
    {
        await using var host = await StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, response) => response.WriteAsync("thank you");
        var channel = await AddWebhookAsync(host, receiver.Url);

        var result = (await host.Get<ChannelSender>().TestAsync(channel.Channel.Id, default)).Value;

        Assert.True(result.Delivered);
        Assert.Matches("^HTTP 200 after [0-9]+ ms: thank you$", result.Answer);
        var message = Assert.Single(receiver.Received);
        Assert.True(message.IsSignedBy(channel.NewSecret!));
        Assert.False(message.IsSignedBy("whsec_" + Convert.ToBase64String(new byte[32])));
        Assert.Equal("application/json; charset=utf-8", message.Headers["Content-Type"]);
        Assert.Equal("test", JsonDocument.Parse(message.Body).RootElement.GetProperty("type").GetString());
        Assert.False(message.Headers.ContainsKey("traceparent"));
        Assert.Equal(DeliveryStatus.Delivered, Assert.Single(await host.Get<AlertDeliveries>().ListAsync(channel.Channel.Id, null, null, 10, default)).Status);
    }

    [Fact]
    public async Task What_fails_is_tried_again_with_the_same_id_and_body_until_it_is_taken()
    {
        await using var host = await StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (number, response) =>
        {
            response.StatusCode = number switch { 0 => 500, 1 => 429, _ => 204 };
            response.Headers.RetryAfter = number == 1 ? "2" : default;
            return Task.CompletedTask;
        };
        var channel = await AddWebhookAsync(host, receiver.Url);
        await FireAsync(host);

        await EventuallyAsync(() => Task.FromResult(receiver.Received.Count >= 3), "the third attempt comes");

        await EventuallyAsync(async () => (await host.Get<AlertDeliveries>().ListAsync(null, null, DeliveryStatus.Delivered, 10, default)).Count == 1, "it is noted as delivered");
        Assert.Single(receiver.Received.Select(message => message.Headers["webhook-id"]).Distinct());
        Assert.Single(receiver.Received.Select(message => message.Body).Distinct());
        Assert.All(receiver.Received, message => Assert.True(message.IsSignedBy(channel.NewSecret!)));
        Assert.True(receiver.Received[2].At - receiver.Received[1].At >= TimeSpan.FromSeconds(1.9), "It was tried before the time that the receiver asked for.");
        Assert.Equal(3, Assert.Single(await host.Get<AlertDeliveries>().ListAsync(null, null, null, 10, default)).Attempts);
    }

    [Fact]
    public async Task What_is_refused_for_good_is_given_up_and_shows_on_the_channel_and_on_the_incident()
    {
        await using var host = await StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, response) =>
        {
            response.StatusCode = 410;
            return response.WriteAsync("gone away");
        };
        var channel = await AddWebhookAsync(host, receiver.Url);
        await FireAsync(host);

        await EventuallyAsync(async () => (await host.Get<AlertDeliveries>().ListAsync(null, null, DeliveryStatus.Failed, 10, default)).Count == 1, "it is given up");

        Assert.Single(receiver.Received);
        var shown = (await host.Get<AlertChannels>().FindAsync(channel.Channel.Id, default))!;
        Assert.Contains("HTTP 410", shown.LastError, StringComparison.Ordinal);
        Assert.Contains("gone away", shown.LastError, StringComparison.Ordinal);
        Assert.Equal(1, (await IncidentsAsync(host))[0].FailedDeliveries);
        Assert.Equal(1, (await host.Get<AlertQueries>().CountAsync(default)).Failing);
    }

    [Fact]
    public async Task A_receiver_that_is_down_is_tried_as_often_as_the_settings_say_and_holds_up_nobody()
    {
        await using var host = await StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var dead = (await AddWebhookAsync(host, "http://127.0.0.1:9/", "dead")).Channel.Id;
        var alive = (await AddWebhookAsync(host, receiver.Url, "alive")).Channel.Id;
        await FireAsync(host);

        await EventuallyAsync(async () => (await host.Get<AlertDeliveries>().ListAsync(dead, null, DeliveryStatus.Failed, 10, default)).Count == 1, "it is given up");

        Assert.Equal(4, (await host.Get<AlertDeliveries>().ListAsync(dead, null, null, 10, default))[0].Attempts);
        await EventuallyAsync(async () => (await host.Get<AlertDeliveries>().ListAsync(alive, null, DeliveryStatus.Delivered, 10, default)).Count == 1, "the other is told");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var host = await StartAsync();
        await using var elsewhere = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, response) =>
        {
            response.Redirect(elsewhere.Url, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        var channel = await AddWebhookAsync(host, receiver.Url);

        var result = (await host.Get<ChannelSender>().TestAsync(channel.Channel.Id, default)).Value;

        Assert.Equal((false, true), (result.Delivered, result.IsFinal));
        Assert.Contains("not followed", result.Answer, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Received);
    }

    [Fact]
    public async Task Local_addresses_are_refused_by_setting_also_behind_a_name_and_for_channels_from_before()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-alerts-").FullName;
        await using var receiver = await WebhookReceiver.StartAsync();
        int channel;
        await using (var host = await StartInAsync(directory))
            channel = (await AddWebhookAsync(host, receiver.Url)).Channel.Id;
        await using (var host = await StartInAsync(directory, "--Dashboard:Alerts:AllowLocalWebhooks=false"))
        {
            var result = (await host.Get<ChannelSender>().TestAsync(channel, default)).Value;
            Assert.Equal((false, true), (result.Delivered, result.IsFinal));
            Assert.Contains("AllowLocalWebhooks", result.Answer, StringComparison.Ordinal);
            var named = await host.Get<AlertChannels>().CreateAsync(new("named", ChannelKind.Webhook, $"http://{Dns.GetHostName()}.localhost:9/", null, null, AlertSeverity.Info, null, true, true, "ada"), default);
            Assert.True(named.Error is { Field: "url" } || (await host.Get<ChannelSender>().TestAsync(named.Value.Channel.Id, default)).Value is { Delivered: false });
        }

        Assert.Empty(receiver.Received);
        await DataFolder.DeleteAsync(directory);
    }

    [Fact]
    public async Task A_chat_gets_the_form_that_it_knows_and_its_address_is_logged_nowhere()
    {
        await using var host = await StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, response) => response.WriteAsync("ok");
        var made = (await host.Get<AlertChannels>().CreateAsync(new("chat", ChannelKind.Slack, $"{receiver.Url}/T0/B0/token", null, null, AlertSeverity.Info, null, true, true, "ada"), default)).Value;
        Assert.DoesNotContain("token", JsonSerializer.Serialize(made), StringComparison.Ordinal);
        await FireAsync(host);

        await EventuallyAsync(() => Task.FromResult(receiver.Received.Count == 1), "the chat is told");

        var message = receiver.Received[0];
        Assert.Equal("/hook/T0/B0/token", message.Path);
        Assert.False(message.Headers.ContainsKey("webhook-signature"));
        var body = JsonDocument.Parse(message.Body).RootElement;
        Assert.StartsWith("constant: Requests fail.", body.GetProperty("text").GetString(), StringComparison.Ordinal);
        var part = body.GetProperty("attachments")[0];
        Assert.Equal($"{host.BaseAddress}incidents/{(await IncidentsAsync(host))[0].Id}", part.GetProperty("title_link").GetString());
        Assert.Contains("*Requests fail* (critical)", part.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_when_the_host_stops_is_sent_by_the_next_one()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-alerts-").FullName;
        await using var receiver = await WebhookReceiver.StartAsync();
        string id;
        await using (var host = await StartInAsync(directory, "--Dashboard:Alerts:WaitSeconds=3600"))
        {
            await AddModelAsync(host);
            await AddWebhookAsync(host, receiver.Url);
            await FireAsync(host);
            id = Assert.Single(await host.Get<AlertDeliveries>().ListAsync(null, null, DeliveryStatus.Waiting, 10, default)).Id;
            // The wait of an hour is over: by hand, since the clock of this test is the real one.
            await using var db = await host.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<Storage.DashboardDb>>().CreateDbContextAsync();
            db.AlertDeliveries.Single().NextAt = DateTimeOffset.UtcNow.AddSeconds(-1);
            await db.SaveChangesAsync();
        }

        await using (var host = await StartInAsync(directory))
            await EventuallyAsync(async () => (await host.Get<AlertDeliveries>().ListAsync(null, null, DeliveryStatus.Delivered, 10, default)).Any(delivery => delivery.Id == id), "it is sent",
                async () => string.Join("; ", await host.Get<AlertDeliveries>().ListAsync(null, null, null, 10, default)));
        Assert.Equal(id, receiver.Received[0].Headers["webhook-id"]);
        await DataFolder.DeleteAsync(directory);
    }

    private static async Task FireAsync(TestHost host)
    {
        var rule = await AddRuleAsync(host, ErrorRule);
        await RequestAsync(host, 30, good: false);
        await EventuallyAsync(async () => await StateAsync(host, rule) == AlertState.Firing, "it fires");
    }
}
