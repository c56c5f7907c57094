using System.Globalization;
using Dashboard.Core;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>What the subject of a notification of the topic "alerts" says has changed.</summary>
public static class AlertSubjects
{
    /// <summary>The state of an alert.</summary>
    public const string State = "state";

    /// <summary>The last reading of an alert that stays as it is.</summary>
    public const string Reading = "reading";
    public const string Rules = "rules";
    public const string Silences = "silences";
    public const string Channels = "channels";
    public const string Deliveries = "deliveries";

    /// <summary>Whether a change may be to an incident: an alert that is read again and stays as it is changes none, nor does a message.</summary>
    public static bool IsOfIncidents(Notification notification) => notification.Topic == Topics.Alerts && notification.Subject is not (Reading or Channels or Deliveries);

    /// <summary>One incident: "incident:12".</summary>
    public static string Incident(int id) => string.Create(CultureInfo.InvariantCulture, $"incident:{id}");
}
