using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Governance;

/// <summary>Reads what happened. Entries are written by the commands that they tell of, in the same transaction.</summary>
public sealed class ActivityLog(IDbContextFactory<DashboardDb> factory)
{
    /// <summary>Entries, newest first.</summary>
    /// <param name="model">Only of this model; null: of everything.</param>
    /// <param name="olderThan">Only entries before this id, for the next page.</param>
    public async Task<IReadOnlyList<ActivityEntry>> ListAsync(string? model, int take, long? olderThan, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var entries = db.Activity.AsNoTracking();
        if (model is not null)
            entries = entries.Where(a => a.ModelName == model);
        if (olderThan is not null)
            entries = entries.Where(a => a.Id < olderThan);
        return await entries.OrderByDescending(a => a.Id).Take(take).ToListAsync(ct);
    }
}
