using Dashboard.Core.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>
/// The incident that a promotion is whose approvals an administrator went round. No rule fires in it, so nothing that fires joins it and no quiet ends it: it stands until another administrator has reviewed what was done.
/// Channels hear of it by the messages of the request's own steps, which belong to it; a second message for the same thing would only be noise. For the transaction of the step.
/// </summary>
internal static class RequestIncidents
{
    public static Incident Open(DashboardDb db, int modelId, int request, string title, string situation, DateTimeOffset now)
    {
        var incident = new Incident { ModelId = modelId, RequestId = request, Title = title, Situation = situation, Severity = AlertSeverity.Critical, OpenedAt = now };
        db.Incidents.Add(incident);
        return incident;
    }

    /// <returns>The incident that is over now; null: the step was done before there were such incidents.</returns>
    public static async Task<Incident?> CloseAsync(DashboardDb db, int request, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.Incidents.SingleOrDefaultAsync(i => i.RequestId == request && i.ResolvedAt == null, ct) is not { } incident)
            return null;
        (incident.QuietSince, incident.ResolvedAt, incident.Resolution) = (now, now, TransitionReason.Reviewed);
        return incident;
    }
}
