using System.Globalization;
using Dashboard.Core;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Governance.People;

public sealed record DisplayView(int Id, string Name, IReadOnlyList<string> Models, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);

/// <param name="Secret">Shown now and never again; part of the link.</param>
public sealed record DisplayMade(DisplayView Display, string Secret);

/// <summary>Links for wall screens.</summary>
public sealed class DisplayLinks(IDbContextFactory<DashboardDb> factory, AccessDirectory directory, TimeProvider time)
{
    public async Task<IReadOnlyList<DisplayView>> ListAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return [.. (await db.DisplayLinks.AsNoTracking().OrderBy(d => d.RevokedAt != null).ThenByDescending(d => d.Id).ToListAsync(ct)).Select(View)];
    }

    public async Task<Result<DisplayMade>> CreateAsync(string name, IReadOnlyList<string> models, string actor, CancellationToken ct)
    {
        if (name.Trim() is not { Length: > 0 and <= TokenStore.MaxName })
            return InvalidValue.Of("name", name, $"1 to {TokenStore.MaxName} characters");
        if (models.Count == 0)
            return InvalidValue.Of("models", "[]", "at least one model");
        await using var db = await factory.CreateDbContextAsync(ct);
        foreach (var model in models)
            if (!await db.Models.AnyAsync(m => m.Name == model, ct))
                return new NotFound("model", model);
        var secret = Secret.Make();
        var link = new DisplayLink
        {
            Name = name.Trim(),
            Hash = Secret.Hash(secret),
            ModelsJson = CanonicalJson.Serialize(models.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
            CreatedBy = actor,
            CreatedAt = time.GetUtcNow(),
        };
        db.DisplayLinks.Add(link);
        db.Activity.Add(new ActivityEntry { At = link.CreatedAt, Actor = actor, Action = "display.made", Summary = $"A display link '{link.Name}' shows {string.Join(", ", models)}." });
        await db.SaveChangesAsync(ct);
        await directory.ReloadAsync(ct);
        return new DisplayMade(View(link), secret);
    }

    public async Task<Result<DisplayView>> RevokeAsync(int id, string actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.DisplayLinks.FindAsync([id], ct) is not { } link)
            return new NotFound("display link", id.ToString(CultureInfo.InvariantCulture));
        if (link.RevokedAt is null)
            db.Activity.Add(new ActivityEntry { At = time.GetUtcNow(), Actor = actor, Action = "display.revoked", Subject = id.ToString(CultureInfo.InvariantCulture), Summary = $"The display link '{link.Name}' was revoked." });
        link.RevokedAt ??= time.GetUtcNow();
        await db.SaveChangesAsync(ct);
        await directory.ReloadAsync(ct);
        return View(link);
    }

    private static DisplayView View(DisplayLink d) => new(d.Id, d.Name, CanonicalJson.Deserialize<string[]>(d.ModelsJson), d.CreatedBy, d.CreatedAt, d.LastUsedAt, d.RevokedAt);
}
