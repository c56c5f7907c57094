namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>
/// How alerts of one model become one incident, and how often people hear of it. All on the clock of those who are told, since it is their quiet that is kept:
/// at most one message when it begins, one for each higher severity, and one when it is over, however often its alerts come and go.
/// </summary>
/// <param name="Group">What fires within this time after an incident began belongs to it.</param>
/// <param name="Wait">The first message waits this long, so that what fires together is told together.</param>
/// <param name="Settle">An incident is over when nothing of it has fired for this long. What fires again before that goes on in the same incident and rings nobody.</param>
public sealed record IncidentPolicy(TimeSpan Group, TimeSpan Wait, TimeSpan Settle)
{
    public static readonly IncidentPolicy Default = new(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(5));

    /// <summary>Whether an open incident takes in what fires now.</summary>
    /// <param name="isItsOwn">The same rule has fired in it before.</param>
    public bool Takes(DateTimeOffset openedAt, bool isItsOwn, DateTimeOffset now) => isItsOwn || now - openedAt <= Group;

    /// <summary>Whether an open incident is over.</summary>
    /// <param name="quietSince">Since when nothing of it has fired; null while something fires.</param>
    public bool IsOver(DateTimeOffset? quietSince, DateTimeOffset now) => now - quietSince >= Settle;

    /// <summary>Whether a worse alert that joined is worth another message.</summary>
    public static bool Escalates(AlertSeverity told, AlertSeverity joined) => joined > told;
}
