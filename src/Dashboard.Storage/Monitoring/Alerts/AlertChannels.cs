using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Alerts.Delivery;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>A channel, as pages and the API show it: without its secret.</summary>
/// <param name="HasSecret">There is one; it is never shown again.</param>
/// <param name="Model">Null: incidents of every model.</param>
/// <param name="FailingSince">Since when messages fail; null when the last one went through, or none was sent.</param>
public sealed record ChannelView(int Id, string Name, ChannelKind Kind, bool Enabled, ChannelSettings Settings, bool HasSecret, AlertSeverity MinimumSeverity, string? Model, bool TellsEnd,
    string ChangedBy, DateTimeOffset CreatedAt, DateTimeOffset? LastSuccessAt, DateTimeOffset? FailingSince, string? LastError)
{
    internal static ChannelView Of(AlertChannel row) => new(row.Id, row.Name, row.Kind, row.Enabled, CanonicalJson.Deserialize<ChannelSettings>(row.SettingsJson), row.Secret is not null, row.MinimumSeverity,
        row.Model?.Name, row.TellsEnd, row.ChangedBy, row.CreatedAt, row.LastSuccessAt, row.FailingSince, row.LastError);
}

/// <summary>A channel as someone wants it.</summary>
/// <param name="Url">Of a webhook or a Slack webhook. A Slack webhook's address is its secret: kept when null on a change.</param>
/// <param name="Secret">A webhook's signing secret (null on a new one: one is made) or a mail account's password; kept when null on a change.</param>
public sealed record ChannelDraft(string Name, ChannelKind Kind, string? Url, MailSettings? Mail, string? Secret, AlertSeverity MinimumSeverity, string? Model, bool TellsEnd, bool Enabled, string By);

/// <summary>A channel that was made.</summary>
/// <param name="NewSecret">The signing secret that was made for it: shown this once.</param>
public sealed record ChannelMade(ChannelView Channel, string? NewSecret);

/// <summary>Whether webhooks may go to loopback and link-local addresses.</summary>
public delegate bool LocalWebhooks();

/// <summary>Channels: where messages go. Their secrets come in and never go out again.</summary>
public sealed class AlertChannels(IDbContextFactory<DashboardDb> factory, LocalWebhooks local, Notifications notifications, TimeProvider time)
{
    public const int MostChannels = 100;
    public const int MaxName = 100;

    public async Task<IReadOnlyList<ChannelView>> ListAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return [.. (await db.AlertChannels.AsNoTracking().Include(c => c.Model).OrderBy(c => c.Name).ToListAsync(ct)).Select(ChannelView.Of)];
    }

    public async Task<ChannelView?> FindAsync(int id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.AlertChannels.AsNoTracking().Include(c => c.Model).SingleOrDefaultAsync(c => c.Id == id, ct) is { } row ? ChannelView.Of(row) : null;
    }

    public async Task<Result<ChannelMade>> CreateAsync(ChannelDraft draft, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.AlertChannels.CountAsync(ct) >= MostChannels)
            return new Conflict($"There are {MostChannels} channels already; remove some first.");
        var made = draft is { Kind: ChannelKind.Webhook, Secret: null } ? WebhookSignature.NewSecret() : null;
        var row = new AlertChannel { Name = "", SettingsJson = "", ChangedBy = draft.By, CreatedAt = time.GetUtcNow(), Kind = draft.Kind };
        if (await FillAsync(db, row, draft with { Secret = draft.Secret ?? made }, ct) is { } fault)
            return fault;
        db.AlertChannels.Add(row);
        Note(db, "alert-channel.created", draft.By, $"Added the channel {row.Name}.", null, Facts(row));
        await db.SaveChangesAsync(ct);
        Publish();
        return new ChannelMade(ChannelView.Of(row), made);
    }

    public async Task<Result<ChannelView>> UpdateAsync(int id, ChannelDraft draft, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.AlertChannels.Include(c => c.Model).SingleOrDefaultAsync(c => c.Id == id, ct) is not { } row)
            return new NotFound("alert channel", $"{id}");
        if (row.Kind != draft.Kind)
            return InvalidValue.Of("kind", draft.Kind.ToString(), $"{row.Kind}: a channel keeps its kind");
        var (before, secret) = (Facts(row), row.Secret);
        if (await FillAsync(db, row, draft, ct) is { } fault)
            return fault;
        Note(db, "alert-channel.changed", draft.By, $"Changed the channel {row.Name}{(row.Secret == secret ? "" : " and its secret")}.", before, Facts(row));
        await db.SaveChangesAsync(ct);
        Publish();
        return ChannelView.Of(row);
    }

    /// <summary>Removes a channel with the record of what was sent to it.</summary>
    public async Task<Result<ChannelView>> DeleteAsync(int id, string by, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.AlertChannels.Include(c => c.Model).SingleOrDefaultAsync(c => c.Id == id, ct) is not { } row)
            return new NotFound("alert channel", $"{id}");
        db.AlertChannels.Remove(row);
        Note(db, "alert-channel.removed", by, $"Removed the channel {row.Name}.", Facts(row), null);
        await db.SaveChangesAsync(ct);
        Publish();
        return ChannelView.Of(row);
    }

    private async Task<Error?> FillAsync(DashboardDb db, AlertChannel row, ChannelDraft draft, CancellationToken ct)
    {
        var name = draft.Name.Trim();
        if (name.Length is 0 or > MaxName)
            return InvalidValue.Of("name", name.Length == 0 ? null : $"{name.Length} characters", $"text of 1 to {MaxName} characters");
        if (await db.AlertChannels.AnyAsync(c => c.Name == name && c.Id != row.Id, ct))
            return new Conflict($"There is already a channel '{name}'.") { Field = "name", Value = name, Expected = "a name that is free" };
        var model = draft.Model is { } wanted ? await db.Models.SingleOrDefaultAsync(m => m.Name == wanted, ct) : null;
        if (draft.Model is not null && model is null)
            return new NotFound("model", draft.Model) { Field = "model", Value = Error.Shorten(draft.Model), Expected = "the name of a registered model, or nothing for all" };
        if (Address(row, draft) is { } fault)
            return fault;
        (row.Name, row.MinimumSeverity, row.Model, row.ModelId, row.TellsEnd, row.Enabled, row.ChangedBy) = (name, draft.MinimumSeverity, model, model?.Id, draft.TellsEnd, draft.Enabled, draft.By);
        return null;
    }

    private Error? Address(AlertChannel row, ChannelDraft draft)
    {
        if (draft.Kind == ChannelKind.Email)
        {
            if (draft.Mail is not { } mail)
                return InvalidValue.Of("mail", null, "the mail server, the sender and the receivers");
            if (mail.Check() is { } wrong)
                return wrong;
            row.SettingsJson = CanonicalJson.Serialize(new ChannelSettings(null, mail));
            // Without a user there is no password to keep.
            row.Secret = mail.User is null ? null : draft.Secret is { Length: > 0 } given ? given : row.Secret;
            return row.Secret is null && mail.User is not null ? InvalidValue.Of("secret", null, "the password of the user") : null;
        }

        var keeps = draft is { Kind: ChannelKind.Slack, Url: null } && row.Secret is not null;
        var url = WebhookAddress.Check(keeps ? row.Secret : draft.Url, local());
        if (url.Error is { } fault)
            return draft.Kind == ChannelKind.Slack ? fault with { Value = null, Message = $"'url' does not fit; expected {fault.Expected}." } : fault;
        if (draft.Kind == ChannelKind.Slack)
        {
            row.SettingsJson = CanonicalJson.Serialize(new ChannelSettings($"{url.Value.GetLeftPart(UriPartial.Authority)}/…", null));
            row.Secret = url.Value.AbsoluteUri;
            return null;
        }

        if (draft.Secret is { Length: > 0 } secret && WebhookSignature.CheckSecret(secret) is { } weak)
            return weak;
        row.SettingsJson = CanonicalJson.Serialize(new ChannelSettings(url.Value.AbsoluteUri, null));
        row.Secret = draft.Secret is { Length: > 0 } ? draft.Secret : row.Secret;
        return null;
    }

    /// <summary>What the audit log keeps of a channel: never its secret.</summary>
    private static object Facts(AlertChannel row) =>
        new { row.Name, row.Kind, row.Enabled, Settings = CanonicalJson.Deserialize<ChannelSettings>(row.SettingsJson), HasSecret = row.Secret is not null, row.MinimumSeverity, Model = row.Model?.Name, row.TellsEnd };

    private void Note(DashboardDb db, string action, string by, string summary, object? before, object? after) =>
        db.Activity.Add(new ActivityEntry { At = time.GetUtcNow(), Actor = by, Action = action, Summary = summary, BeforeJson = ActivityEntry.Json(before), AfterJson = ActivityEntry.Json(after) });

    private void Publish() => notifications.Publish(new(Topics.Alerts, Subject: AlertSubjects.Channels));
}
