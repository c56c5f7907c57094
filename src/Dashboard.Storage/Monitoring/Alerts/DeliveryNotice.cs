using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>Something that channels are told of and that is no incident: a step of a promotion request.</summary>
/// <param name="Type">What a webhook's body says, such as "request.proposed".</param>
/// <param name="Text">All of it in a sentence.</param>
/// <param name="Path">Of its page on this installation.</param>
/// <param name="Facts">An object for programs.</param>
public sealed record DeliveryNotice(string Type, string Text, AlertSeverity Severity, string Model, string Path, JsonElement Facts)
{
    internal static DeliveryNotice? Of(AlertDelivery row) => row.NoticeJson is { } json ? CanonicalJson.Deserialize<DeliveryNotice>(json) : null;

    /// <summary>Puts the notice in line for every channel that is to hear it, in the caller's transaction: webhooks hear every notice of their models; people, by mail or Slack, what is severe enough for their channel.</summary>
    /// <param name="incident">The incident that the step is part of, whose page lists who was told.</param>
    /// <returns>Whether there is anything to send; the caller publishes <see cref="AlertSubjects.Deliveries"/> when it has saved.</returns>
    internal async Task<bool> AddToAsync(DashboardDb db, int modelId, DateTimeOffset now, CancellationToken ct, Incident? incident = null)
    {
        var channels = await db.AlertChannels.Where(c => c.Enabled && (c.ModelId == null || c.ModelId == modelId)).ToListAsync(ct);
        var hearing = channels.Where(channel => channel.Kind == ChannelKind.Webhook || Severity >= channel.MinimumSeverity).ToList();
        foreach (var channel in hearing)
            db.AlertDeliveries.Add(new()
            {
                Id = Guid.CreateVersion7(now).ToString("N"), Channel = channel, Incident = incident, Kind = DeliveryKind.Notice, Severity = Severity, Status = DeliveryStatus.Waiting, CreatedAt = now, NextAt = now, NoticeJson = CanonicalJson.Serialize(this),
            });
        return hearing.Count > 0;
    }
}
