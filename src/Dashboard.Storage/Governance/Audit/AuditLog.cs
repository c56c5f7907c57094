using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Governance.Audit;

/// <summary>An entry, as pages and the API show it.</summary>
/// <param name="Via">api, page or cli; null: unknown, or the product itself.</param>
/// <param name="Imported">From before there was a chain.</param>
/// <param name="Hash">In hexadecimal.</param>
public sealed record AuditView(long Sequence, DateTimeOffset At, string Actor, string Action, string? Model, string? Subject, string Summary, string? Via, string? Address, string? Page, JsonElement? Before, JsonElement? After, bool Imported,
    string PreviousHash, string Hash)
{
    internal static AuditView Of(ActivityEntry row) => new(row.Sequence ?? 0, row.At, row.Actor, row.Action, row.ModelName, row.Subject, row.Summary, row.Via, row.Address, row.Page, Json(row.BeforeJson), Json(row.AfterJson), row.IsImported,
        Convert.ToHexStringLower(row.PreviousHash ?? []), Convert.ToHexStringLower(row.Hash ?? []));

    /// <summary>What is no JSON was put there by something else; it is shown as the text that it is, and the verification names it.</summary>
    private static JsonElement? Json(string? text)
    {
        if (text is null)
            return null;
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }
}

/// <summary>Looks entries up, newest first.</summary>
public sealed class AuditLog(IDbContextFactory<DashboardDb> factory)
{
    public const int MostAtOnce = 500;

    /// <param name="before">Only entries before this one, for the next page.</param>
    public async Task<IReadOnlyList<AuditView>> ListAsync(AuditFilter filter, long? before, int take, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = db.Activity.AsNoTracking().Where(a => a.Sequence != null);
        if (before is not null)
            rows = rows.Where(a => a.Sequence < before);
        if (filter.Model is not null)
            rows = rows.Where(a => a.ModelName == filter.Model);
        if (filter.Actor is not null)
            rows = rows.Where(a => a.Actor == filter.Actor);
        if (filter.Action is { } action)
            rows = action.EndsWith('.') ? rows.Where(a => a.Action.StartsWith(action)) : rows.Where(a => a.Action == action);
        if (filter.From is { } from)
            rows = rows.Where(a => a.At >= from);
        if (filter.To is { } to)
            rows = rows.Where(a => a.At < to);
        return (await rows.OrderByDescending(a => a.Sequence).Take(take).ToListAsync(ct)).ConvertAll(AuditView.Of);
    }

    public async Task<AuditView?> FindAsync(long sequence, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Activity.AsNoTracking().SingleOrDefaultAsync(a => a.Sequence == sequence, ct) is { } row ? AuditView.Of(row) : null;
    }

    /// <summary>The number of the last entry; 0: there is none.</summary>
    public async Task<long> TipAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Activity.MaxAsync(a => a.Sequence, ct) ?? 0;
    }
}
