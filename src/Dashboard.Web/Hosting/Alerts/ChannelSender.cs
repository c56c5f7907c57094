using Dashboard.Core;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Hosting.Alerts.Mail;

namespace Dashboard.Web.Hosting.Alerts;

/// <summary>One attempt to send a message to its channel, and the test of a channel.</summary>
public sealed class ChannelSender(WebhookSender webhooks, MailSender mails, AlertMessages messages, AlertDeliveries deliveries)
{
    /// <summary>More than any attempt takes: a message that was claimed is left alone for so long.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>One attempt; the body is fixed by now.</summary>
    public Task<SendResult> SendAsync(DueDelivery due, CancellationToken ct) => due.Channel.Kind switch
    {
        ChannelKind.Webhook => webhooks.SendAsync(due.Channel.Settings.Address ?? "", due.Secret, due.Id, due.Body!, ct),
        ChannelKind.Slack => webhooks.SendAsync(due.Secret ?? "", null, due.Id, due.Body!, ct),
        _ => mails.SendAsync(due.Channel.Settings.Mail!, due.Secret, due.Id, CanonicalJson.Deserialize<MailDraft>(due.Body!), due.CreatedAt, ct),
    };

    /// <summary>Sends a real test message, once, and says what came back.</summary>
    public async Task<Result<SendResult>> TestAsync(int channelId, CancellationToken ct)
    {
        if (await deliveries.BeginTestAsync(channelId, messages.Compose, ct) is not { } due)
            return new NotFound("alert channel", $"{channelId}");
        var result = await SendAsync(due, ct);
        await deliveries.RecordAsync(due.Id, new(result.Delivered, result.Answer, null), CancellationToken.None);
        return result;
    }
}
