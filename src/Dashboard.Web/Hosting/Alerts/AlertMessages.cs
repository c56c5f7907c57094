using System.Globalization;
using System.Text;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Hosting.Alerts.Mail;

namespace Dashboard.Web.Hosting.Alerts;

/// <summary>An alert in a webhook's body.</summary>
/// <param name="Sentence">The whole rule.</param>
/// <param name="Situation">What was found when it fired.</param>
public sealed record AlertPart(string Rule, AlertSeverity Severity, string Sentence, string Situation, DateTimeOffset FiredAt, DateTimeOffset? FiredModelAt, DateTimeOffset? ResolvedAt, TransitionReason? Resolution);

/// <summary>The incident in a webhook's body. Times of the model's own clock have "model" in their name.</summary>
/// <param name="Url">Its page.</param>
public sealed record IncidentPart(int Id, string Url, string Model, string Title, AlertSeverity Severity, DateTimeOffset OpenedAt, DateTimeOffset? OpenedModelAt, DateTimeOffset? ResolvedAt, TransitionReason? Resolution,
    string? AcknowledgedBy, IReadOnlyList<AlertPart> Alerts);

/// <summary>A webhook's body. A receiver must not mind further fields.</summary>
/// <param name="Type">incident.opened, incident.escalated, incident.resolved or test.</param>
/// <param name="Timestamp">When it was written.</param>
/// <param name="Text">All of it in a sentence.</param>
public sealed record WebhookBody(string Type, DateTimeOffset Timestamp, string Text, IncidentPart? Incident);

/// <summary>A webhook's body for what is no incident.</summary>
/// <param name="Type">request.proposed, request.approved, …</param>
/// <param name="Url">Its page.</param>
/// <param name="Facts">What a program needs to go on.</param>
public sealed record NoticeBody(string Type, DateTimeOffset Timestamp, string Text, AlertSeverity Severity, string Model, string Url, JsonElement Facts);

/// <summary>Writes what a channel sends, in its own form. It is fixed with the first attempt.</summary>
public sealed class AlertMessages(ListeningAddresses addresses, TimeProvider time)
{
    private const int MostSubject = 120;

    public string Compose(DueDelivery due) => due.Channel.Kind switch
    {
        ChannelKind.Webhook when due.Notice is { } notice => CanonicalJson.Serialize(new NoticeBody(notice.Type, due.CreatedAt, notice.Text, notice.Severity, notice.Model, addresses.Link(notice.Path), notice.Facts)),
        ChannelKind.Webhook => CanonicalJson.Serialize(new WebhookBody(Type(due.Kind), due.CreatedAt, Headline(due), due.Incident is null ? null : Part(due.Incident))),
        ChannelKind.Slack => Slack(due),
        _ => CanonicalJson.Serialize(Mail(due)),
    };

    private static string Type(DeliveryKind kind) => kind == DeliveryKind.Test ? "test" : $"incident.{kind.ToString().ToLowerInvariant()}";

    private static string Headline(DueDelivery due)
    {
        if (due.Notice is { } notice)
            return notice.Text;
        if (due.Incident is not { Incident: var incident })
            return $"A test of the channel “{due.Channel.Name}”. If you can read this, alerts arrive.";
        var more = incident.Alerts > 1 ? $" and {Format.Count(incident.Alerts - 1, "more alert")}" : "";
        return due.Kind switch
        {
            DeliveryKind.Resolved => $"{incident.Model}: {incident.Title}{more} {How(incident.Resolution)} after {Format.Duration((incident.ResolvedAt ?? due.CreatedAt) - incident.OpenedAt)}.",
            DeliveryKind.Escalated => $"{incident.Model}: now {incident.Severity.ToString().ToLowerInvariant()}: {incident.Title}{more}. {Latest(due.Incident)}",
            _ => $"{incident.Model}: {incident.Title}{more}. {incident.Situation}",
        };
    }

    private static string How(TransitionReason? resolution) => resolution switch
    {
        TransitionReason.Silenced => "was silenced",
        TransitionReason.Withdrawn => "was taken back: its rule was changed or removed",
        TransitionReason.NoData => "ended: there are no more data to judge by",
        _ => "is over",
    };

    private static string Latest(IncidentDetail detail) => detail.Firings.Where(firing => firing.Severity == detail.Incident.Severity).LastOrDefault()?.Situation ?? detail.Incident.Situation;

    private IncidentPart Part(IncidentDetail detail)
    {
        var incident = detail.Incident;
        return new(incident.Id, Link(incident), incident.Model, incident.Title, incident.Severity, incident.OpenedAt, incident.OpenedModelAt, incident.ResolvedAt, incident.Resolution, incident.AcknowledgedBy,
            [.. Newest(detail).Select(firing => new AlertPart(firing.Rule.Name, firing.Severity, RuleWords.Sentence(firing.Rule), firing.Situation, firing.FiredAt, firing.FiredModelAt, firing.ResolvedAt, firing.Resolution))]);
    }

    /// <summary>Each rule's last firing.</summary>
    private static IEnumerable<FiringView> Newest(IncidentDetail detail) => detail.Firings.GroupBy(firing => firing.Rule.Name, StringComparer.Ordinal).Select(same => same.Last());

    private string Link(IncidentView incident) => addresses.Link($"/incidents/{incident.Id}");

    /// <summary>The form of Slack's incoming webhooks, which Mattermost, Rocket.Chat and others take, too.</summary>
    private string Slack(DueDelivery due)
    {
        var text = Escape(Headline(due));
        if (due.Notice is { } notice)
            return CanonicalJson.Serialize(new { text = $"{text} <{addresses.Link(notice.Path)}|Look at it>" });
        if (due.Incident is not { Incident: var incident } detail)
            return CanonicalJson.Serialize(new { text });
        var lines = Newest(detail).Select(firing => $"• *{Escape(firing.Rule.Name)}* ({firing.Severity.ToString().ToLowerInvariant()}): {Escape(firing.Situation)}");
        var color = due.Kind == DeliveryKind.Resolved ? "#35c79a" : incident.Severity switch { AlertSeverity.Critical => "#ff7a59", AlertSeverity.Warning => "#f2b63c", _ => "#5aa9ff" };
        return CanonicalJson.Serialize(new
        {
            text,
            attachments = new[]
            {
                new { color, fallback = text, title = $"Incident {incident.Id}: {Escape(incident.Title)}", title_link = Link(incident), text = string.Join('\n', lines), ts = due.CreatedAt.ToUnixTimeSeconds() },
            },
        });
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private MailDraft Mail(DueDelivery due)
    {
        if (due.Notice is { } notice)
            return new($"[{notice.Model}] {(notice.Text.Length <= MostSubject ? notice.Text : notice.Text[..(MostSubject - 1)] + "…")}".ReplaceLineEndings(" "), $"{notice.Text}\n\n{addresses.Link(notice.Path)}\n", notice.Path.Trim('/').Replace('/', '-'));
        if (due.Incident is not { Incident: var incident } detail)
            return new("Test of the control room’s alerts", $"{Headline(due)}\n\nSent {Format.Instant(time.GetUtcNow())} UTC from {addresses.Link("/alerts?tab=channels")}\n", "test");
        var mark = due.Kind == DeliveryKind.Resolved ? "Over" : incident.Severity.ToString();
        var text = new StringBuilder(Headline(due)).Append("\n\n");
        foreach (var firing in Newest(detail))
        {
            text.Append(CultureInfo.InvariantCulture, $"{firing.Rule.Name} ({firing.Severity.ToString().ToLowerInvariant()})\n  {firing.Situation}\n  Since {Format.Instant(firing.FiredAt)} UTC");
            text.Append(firing.ResolvedAt is { } end ? $" until {Format.Instant(end)} UTC" : "").Append(CultureInfo.InvariantCulture, $"\n  {RuleWords.Sentence(firing.Rule)}\n\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"What changed around then, and what can be done: {Link(incident)}\n");
        return new($"[{mark}] {incident.Model}: {incident.Title}", text.ToString(), string.Create(CultureInfo.InvariantCulture, $"incident-{incident.Id}"));
    }
}
