using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>How long the history of alerts is kept.</summary>
public sealed record AlertRetention(int Days = 400)
{
    /// <summary>However much happens, no more lines of history than this are kept.</summary>
    public int MostEvents { get; init; } = 100_000;
}

/// <summary>Removes history that is past its retention: events, silences, messages, and incidents that are over with all that belongs to them.</summary>
public sealed class AlertHousekeeping(IDbContextFactory<DashboardDb> factory, AlertRetention retention, TimeProvider time)
{
    /// <returns>How many rows went.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var before = time.GetUtcNow().AddDays(-retention.Days);
        await using var db = await factory.CreateDbContextAsync(ct);
        var newest = await db.AlertEvents.MaxAsync(e => (long?)e.Id, ct) ?? 0;
        return await db.AlertEvents.Where(e => e.At < before || e.Id <= newest - retention.MostEvents).ExecuteDeleteAsync(ct)
            + await db.AlertDeliveries.Where(d => d.CreatedAt < before && d.Status != Waiting).ExecuteDeleteAsync(ct)
            + await db.Incidents.Where(i => i.ResolvedAt < before).ExecuteDeleteAsync(ct)
            + await db.AlertFirings.Where(f => f.ResolvedAt < before).ExecuteDeleteAsync(ct)
            + await db.Silences.Where(s => s.EndsAt < before).ExecuteDeleteAsync(ct);
    }

    private const DeliveryStatus Waiting = DeliveryStatus.Waiting;
}
