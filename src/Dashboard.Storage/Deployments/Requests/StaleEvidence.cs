using Dashboard.Core;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments.Requests;

/// <summary>A request whose evidence is gathered anew.</summary>
internal sealed record StaleRequest(int Id, string Model)
{
    /// <summary>Tells of it, once it is stored.</summary>
    public static void Publish(IEnumerable<StaleRequest> requests, Notifications notifications)
    {
        foreach (var request in requests)
            notifications.Publish(new(Topics.Requests, request.Model, request.Id.ToString()));
    }
}

/// <summary>Evidence that is not so any more, because something outside of its request changed.</summary>
internal static class StaleEvidence
{
    /// <summary>Has the evidence of open requests for these packages gathered anew, in the caller's transaction: approvals of the old one are void from then on.</summary>
    /// <param name="why">"its package was signed".</param>
    public static async Task<IReadOnlyList<StaleRequest>> RenewAsync(DashboardDb db, IReadOnlyCollection<string> digests, string why, string by, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await db.PromotionRequests.Include(r => r.Model).Include(r => r.Version).Include(r => r.Checks).Where(r => r.State == RequestState.Open && r.EvidenceJson != null && digests.Contains(r.Version.Digest)).ToListAsync(ct);
        foreach (var row in rows)
        {
            var before = new { row.Digest };
            (row.EvidenceJson, row.EvidenceError, row.Digest) = (null, null, null);
            row.Checks.Clear();
            row.Revision++;
            db.Activity.Add(new ActivityEntry
            {
                At = now, Actor = by, Action = "request.evidence-renewed", ModelName = row.Model.Name, Subject = row.Id.ToString(),
                Summary = $"The evidence for version {row.Version.Number} of {row.Model.Name} is gathered anew: {why}. Approvals given so far are void.", BeforeJson = ActivityEntry.Json(before), AfterJson = ActivityEntry.Json(new { row.Digest }),
            });
        }

        return rows.ConvertAll(row => new StaleRequest(row.Id, row.Model.Name));
    }
}
