using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>A message to a channel, as pages and the API show it.</summary>
/// <param name="NextAt">When it is tried next; null when it is over.</param>
/// <param name="Answer">What came back last, or what went wrong.</param>
public sealed record DeliveryView(string Id, int ChannelId, string Channel, int? IncidentId, string? Model, DeliveryKind Kind, AlertSeverity Severity, DeliveryStatus Status, int Attempts,
    DateTimeOffset CreatedAt, DateTimeOffset? NextAt, DateTimeOffset? EndedAt, string? Answer)
{
    internal static DeliveryView Of(AlertDelivery row, string? model) => new(row.Id, row.ChannelId, row.Channel.Name, row.IncidentId, model, row.Kind, row.Severity, row.Status, row.Attempts,
        row.CreatedAt, row.Status == DeliveryStatus.Waiting ? row.NextAt : null, row.EndedAt, row.Answer);
}

/// <summary>A message that is to be sent now.</summary>
/// <param name="Incident">Null for a test and for a notice.</param>
/// <param name="Body">What was fixed with the first attempt; null before it.</param>
public sealed record DueDelivery(string Id, int Attempts, DeliveryKind Kind, string? Body, DateTimeOffset CreatedAt, IncidentDetail? Incident, ChannelView Channel, string? Secret)
{
    /// <summary>What is told where it is not of an incident.</summary>
    public DeliveryNotice? Notice { get; init; }
}

/// <summary>How an attempt ended.</summary>
/// <param name="Answer">For people: the receiver's words, or what went wrong.</param>
/// <param name="NextAt">When it failed: when it is tried again; null: never.</param>
public sealed record DeliveryOutcome(bool Delivered, string Answer, DateTimeOffset? NextAt);

/// <summary>The messages as rows: what is due, what became of it. A message is claimed before it is sent, so that it is known to be on its way even when the host dies meanwhile.</summary>
public sealed class AlertDeliveries(IDbContextFactory<DashboardDb> factory, Incidents incidents, Notifications notifications, TimeProvider time)
{
    public const int MaxAnswer = 1000;

    /// <summary>Messages, the newest first.</summary>
    public async Task<IReadOnlyList<DeliveryView>> ListAsync(int? channel, int? incident, DeliveryStatus? status, int take, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = db.AlertDeliveries.AsNoTracking();
        if (channel is not null)
            rows = rows.Where(d => d.ChannelId == channel);
        if (incident is not null)
            rows = rows.Where(d => d.IncidentId == incident);
        if (status is not null)
            rows = rows.Where(d => d.Status == status);
        return [.. (await rows.Include(d => d.Channel).Include(d => d.Incident!.Model).OrderByDescending(d => d.Id).Take(take).ToListAsync(ct)).Select(d => DeliveryView.Of(d, Model(d)))];
    }

    /// <summary>The ids of what is due, the oldest first, and when the next one will be.</summary>
    public async Task<(IReadOnlyList<(string Id, int ChannelId)> Due, DateTimeOffset? Next)> DueAsync(int most, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        var waiting = db.AlertDeliveries.AsNoTracking().Where(d => d.Status == DeliveryStatus.Waiting);
        var due = await waiting.Where(d => d.NextAt <= now && d.Channel.Enabled).OrderBy(d => d.NextAt).ThenBy(d => d.Id).Take(most).Select(d => new { d.Id, d.ChannelId }).ToListAsync(ct);
        var next = await waiting.Where(d => d.NextAt > now && d.Channel.Enabled).MinAsync(d => (DateTimeOffset?)d.NextAt, ct);
        return ([.. due.Select(d => (d.Id, d.ChannelId))], next);
    }

    /// <summary>Takes a message that is due, so that it counts as attempted; null where someone cancelled it or took it meanwhile.</summary>
    /// <param name="compose">Makes the body for the first attempt; later ones send the same.</param>
    /// <param name="lease">How long the attempt may take; after that it is due again.</param>
    public async Task<DueDelivery?> ClaimAsync(string id, Func<DueDelivery, string> compose, TimeSpan lease, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.AlertDeliveries.AsNoTracking().Include(d => d.Channel).ThenInclude(c => c.Model).SingleOrDefaultAsync(d => d.Id == id && d.Status == DeliveryStatus.Waiting, ct) is not { } row)
            return null;
        var incident = row.IncidentId is { } number ? await incidents.FindAsync(number, ct) : null;
        var due = new DueDelivery(row.Id, row.Attempts + 1, row.Kind, row.Body, row.CreatedAt, incident, ChannelView.Of(row.Channel), row.Channel.Secret) { Notice = DeliveryNotice.Of(row) };
        var body = row.Body ?? compose(due);
        var until = time.GetUtcNow() + lease;
        var taken = await db.AlertDeliveries.Where(d => d.Id == id && d.Status == DeliveryStatus.Waiting && d.Attempts == row.Attempts)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Attempts, row.Attempts + 1).SetProperty(d => d.Body, body).SetProperty(d => d.NextAt, until), CancellationToken.None);
        return taken == 0 ? null : due with { Body = body };
    }

    /// <summary>Gives back a message whose attempt was broken off: it is due at once.</summary>
    public async Task ReleaseAsync(string id, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.AlertDeliveries.Where(d => d.Id == id && d.Status == DeliveryStatus.Waiting).ExecuteUpdateAsync(set => set.SetProperty(d => d.NextAt, now), ct);
    }

    /// <summary>Notes how an attempt ended, on the message and on its channel.</summary>
    public async Task RecordAsync(string id, DeliveryOutcome outcome, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.AlertDeliveries.Include(d => d.Channel).SingleOrDefaultAsync(d => d.Id == id, ct) is not { } row)
            return;
        row.Answer = outcome.Answer.Length <= MaxAnswer ? outcome.Answer : string.Concat(outcome.Answer.AsSpan(0, MaxAnswer - 1), "…");
        if (outcome.Delivered)
            (row.Status, row.EndedAt, row.Channel.LastSuccessAt, row.Channel.FailingSince, row.Channel.LastError) = (DeliveryStatus.Delivered, now, now, null, null);
        else
        {
            (row.Channel.FailingSince, row.Channel.LastError) = (row.Channel.FailingSince ?? now, row.Answer);
            if (outcome.NextAt is { } next)
                row.NextAt = next;
            else
                (row.Status, row.EndedAt) = (DeliveryStatus.Failed, now);
        }

        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Alerts, Subject: AlertSubjects.Channels));
        if (row.IncidentId is { } incident)
            notifications.Publish(new(Topics.Alerts, Subject: AlertSubjects.Incident(incident)));
    }

    /// <summary>Makes a test message's row, claimed already; null where there is no such channel.</summary>
    public async Task<DueDelivery?> BeginTestAsync(int channelId, Func<DueDelivery, string> compose, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.AlertChannels.Include(c => c.Model).SingleOrDefaultAsync(c => c.Id == channelId, ct) is not { } channel)
            return null;
        var due = new DueDelivery(Guid.CreateVersion7(now).ToString("N"), 1, DeliveryKind.Test, null, now, null, ChannelView.Of(channel), channel.Secret);
        due = due with { Body = compose(due) };
        // Not among the waiting: a test that the host did not survive is not sent again.
        db.AlertDeliveries.Add(new()
        {
            Id = due.Id, Channel = channel, Kind = DeliveryKind.Test, Severity = AlertSeverity.Info, Status = DeliveryStatus.Failed, Attempts = 1, CreatedAt = now, NextAt = now, Body = due.Body, Answer = "The test is under way.",
        });
        await db.SaveChangesAsync(ct);
        return due;
    }

    /// <summary>Puts a message that was given up back in the line.</summary>
    public async Task<Result<DeliveryView>> RetryAsync(string id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.AlertDeliveries.Include(d => d.Channel).Include(d => d.Incident!.Model).SingleOrDefaultAsync(d => d.Id == id, ct) is not { } row)
            return new NotFound("delivery", id);
        if (row.Status != DeliveryStatus.Failed || row.Kind == DeliveryKind.Test)
            return new Conflict($"The message is {row.Status.ToString().ToLowerInvariant()}; only one that was given up, and is no test, can be sent again.");
        (row.Status, row.Attempts, row.NextAt, row.EndedAt) = (DeliveryStatus.Waiting, 0, time.GetUtcNow(), null);
        await db.SaveChangesAsync(ct);
        notifications.Publish(new(Topics.Alerts, Model(row), AlertSubjects.Deliveries));
        return DeliveryView.Of(row, Model(row));
    }

    private static string? Model(AlertDelivery row) => row.Incident?.Model.Name ?? DeliveryNotice.Of(row)?.Model;
}
