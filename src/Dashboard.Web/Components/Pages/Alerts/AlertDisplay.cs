using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Alerts;

/// <summary>Alerts in words, icons and colours.</summary>
internal static class AlertDisplay
{
    public static StateKind KindOf(AlertSeverity severity) => severity switch { AlertSeverity.Critical => StateKind.Bad, AlertSeverity.Warning => StateKind.Warn, _ => StateKind.None };

    public static string IconOf(AlertSeverity severity) => severity switch { AlertSeverity.Critical => "bad", AlertSeverity.Warning => "warn", _ => "info" };

    /// <summary>A state as a badge: its colour, word and icon. What fires has the colour of its severity.</summary>
    public static (StateKind Kind, string Word, string Icon) Of(AlertState state, AlertSeverity severity) => state switch
    {
        AlertState.Firing => (severity == AlertSeverity.Info ? StateKind.Warn : KindOf(severity), "Firing", "bell"),
        AlertState.Pending => (StateKind.Warn, "Pending", "clock"),
        AlertState.Muted => (StateKind.None, "Muted", "bell-off"),
        AlertState.NoData => (StateKind.None, "No data", "none"),
        _ => (StateKind.Ok, "OK", "ok"),
    };

    public static (StateKind Kind, string Word, string Icon) Of(IncidentView incident) => incident switch
    {
        { ResolvedAt: not null, Resolution: TransitionReason.Silenced } => (StateKind.None, "Silenced", "bell-off"),
        { ResolvedAt: not null, Resolution: TransitionReason.Withdrawn } => (StateKind.None, "Taken back", "none"),
        { ResolvedAt: not null, Resolution: TransitionReason.NoData } => (StateKind.None, "No data", "none"),
        { ResolvedAt: not null, Resolution: TransitionReason.Reviewed } => (StateKind.Ok, "Reviewed", "ok"),
        { ResolvedAt: not null } => (StateKind.Ok, "Over", "ok"),
        { RequestId: not null } => (StateKind.Bad, "To be reviewed", "alert"),
        { QuietSince: not null } => (StateKind.Warn, "Quiet for now", "clock"),
        _ => Of(AlertState.Firing, incident.Severity),
    };

    public static (StateKind Kind, string Word) Of(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Delivered => (StateKind.Ok, "Delivered"),
        DeliveryStatus.Failed => (StateKind.Bad, "Failed"),
        DeliveryStatus.Cancelled => (StateKind.None, "Not sent"),
        _ => (StateKind.None, "Waiting"),
    };

    public static string Words(DeliveryKind kind) => kind switch { DeliveryKind.Opened => "began", DeliveryKind.Escalated => "became worse", DeliveryKind.Resolved => "is over", DeliveryKind.Notice => "promotion request", _ => "test" };

    public static string IconOf(ChannelKind kind) => kind switch { ChannelKind.Webhook => "link", ChannelKind.Slack => "chat", _ => "mail" };

    public static string Words(ChannelKind kind) => kind switch { ChannelKind.Webhook => "Webhook", ChannelKind.Slack => "Slack or compatible", _ => "E-mail" };

    public static string Words(AlertSeverity severity) => severity.ToString();

    /// <summary>A change of state, for the history.</summary>
    public static string Words(EventView line) => (line.From, line.To, line.Reason) switch
    {
        (_, AlertState.Firing, TransitionReason.SilenceEnded) => "fires: its silence ended",
        (_, AlertState.Firing, _) => "fires",
        (AlertState.Firing, AlertState.Muted, _) => "was silenced",
        (_, AlertState.Muted, _) => "would fire, but is silenced",
        (_, AlertState.NoData, _) => "ended for want of data",
        (_, _, TransitionReason.Withdrawn) => "was taken back with its rule",
        (AlertState.Muted, _, _) => "is over, silenced to the end",
        _ => "is over",
    };

    /// <summary>A time relative to another: "2 h 10 min before", "at the start", "12 min after".</summary>
    public static string Relative(TimeSpan offset)
    {
        var whole = TimeSpan.FromSeconds(Math.Round(offset.TotalSeconds));
        return whole == TimeSpan.Zero ? "at the start" : $"{Format.Duration(whole.Duration())} {(whole < TimeSpan.Zero ? "before" : "after")}";
    }
}
