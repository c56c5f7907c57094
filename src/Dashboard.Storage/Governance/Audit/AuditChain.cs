using Dashboard.Core.Governance.Audit;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Governance.Audit;

/// <summary>Gives new entries their place in the chain. The tip is read inside the write transaction that stores them: a database has one writer at a time, so no two entries can follow the same one.</summary>
internal static class AuditChain
{
    private const string Adopted = "audit.adopted";

    private const int AdoptedAtOnce = 1000;

    /// <summary>Chains entries that are about to be saved. The caller holds a write transaction on the context.</summary>
    public static async Task LinkAsync(DashboardDb db, IReadOnlyCollection<ActivityEntry> added, CancellationToken ct)
    {
        var (sequence, hash) = await TipAsync(db, ct);
        foreach (var entry in added)
        {
            if (AmbientOrigin.Current is { } origin)
                (entry.Via, entry.Address, entry.Page) = (origin.Via, origin.Address, origin.Page);
            (sequence, hash) = Link(entry, sequence, hash);
        }
    }

    /// <summary>Chains the entries from before there was a chain, once: when there is none yet. What has no place in a chain that exists was put in by something else, and stays as it is for the verification to find.</summary>
    public static async Task AdoptAsync(DashboardDb db, TimeProvider time, CancellationToken ct)
    {
        if (await db.Activity.AnyAsync(a => a.Sequence != null, ct) || !await db.Activity.AnyAsync(ct))
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (sequence, hash) = await TipAsync(db, ct);
        for (var last = 0L; ;)
        {
            var entries = await db.Activity.Where(a => a.Id > last).OrderBy(a => a.Id).Take(AdoptedAtOnce).ToListAsync(ct);
            if (entries.Count == 0)
                break;
            foreach (var entry in entries)
            {
                entry.IsImported = true;
                (sequence, hash) = Link(entry, sequence, hash);
            }

            last = entries[^1].Id;
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }

        db.Activity.Add(new() { At = time.GetUtcNow(), Actor = "system", Action = Adopted, Summary = $"Chained the {sequence} entries from before the audit log: what they say is vouched for from now on." });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        db.ChangeTracker.Clear();
    }

    private static (long Sequence, byte[] Hash) Link(ActivityEntry entry, long sequence, byte[] hash)
    {
        (entry.Actor, entry.Action, entry.Summary) = (AuditEntry.Clean(entry.Actor), AuditEntry.Clean(entry.Action), AuditEntry.Clean(entry.Summary));
        (entry.ModelName, entry.Subject, entry.Address, entry.Page) = (Clean(entry.ModelName), Clean(entry.Subject), Clean(entry.Address), Clean(entry.Page));
        (entry.BeforeJson, entry.AfterJson) = (Clean(entry.BeforeJson), Clean(entry.AfterJson));
        (entry.Sequence, entry.PreviousHash) = (sequence + 1, hash);
        entry.Hash = entry.ToAudit().Hash(hash);
        return (sequence + 1, entry.Hash);
    }

    private static string? Clean(string? text) => text is null ? null : AuditEntry.Clean(text);

    private static async Task<(long Sequence, byte[] Hash)> TipAsync(DashboardDb db, CancellationToken ct)
    {
        var tip = await db.Activity.AsNoTracking().Where(a => a.Sequence != null).OrderByDescending(a => a.Sequence).Select(a => new { a.Sequence, a.Hash }).FirstOrDefaultAsync(ct);
        return tip is null ? (0, AuditEntry.Genesis) : (tip.Sequence!.Value, tip.Hash!);
    }
}
