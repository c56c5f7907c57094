using Dashboard.Core;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Governance.People;

/// <summary>Links that work once.</summary>
public sealed class SignInLinks(IDbContextFactory<DashboardDb> factory, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Makes a code; codes of the same purpose that were made before work no more.</summary>
    /// <param name="person">Who is signed in by it; null: it makes the first administrator.</param>
    public async Task<string> CreateAsync(int? person, CancellationToken ct)
    {
        var secret = Secret.Make();
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.SignInLinks.Where(l => l.PersonId == person).ExecuteDeleteAsync(ct);
        db.SignInLinks.Add(new() { Hash = Secret.Hash(secret), PersonId = person, ExpiresAt = time.GetUtcNow() + Lifetime });
        await db.SaveChangesAsync(ct);
        return secret;
    }

    /// <summary>Whether a code would still work.</summary>
    public async Task<bool> IsOpenAsync(string code, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var (hash, now) = (Secret.Hash(code), time.GetUtcNow());
        return await db.SignInLinks.AnyAsync(l => l.Hash == hash && l.UsedAt == null && l.ExpiresAt > now, ct);
    }

    /// <summary>Uses a code up. Of two who come at once one gets it.</summary>
    /// <returns>Who is signed in, null for the first administrator.</returns>
    public async Task<Result<int?>> UseAsync(string code, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var (hash, now) = (Secret.Hash(code), time.GetUtcNow());
        if (await db.SignInLinks.Where(l => l.Hash == hash && l.UsedAt == null && l.ExpiresAt > now).ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, now), ct) != 1)
            return new LinkUsed();
        return (await db.SignInLinks.AsNoTracking().SingleAsync(l => l.Hash == hash, ct)).PersonId;
    }

    /// <summary>Gives a code back that was used for nothing: what came with it was refused.</summary>
    public async Task GiveBackAsync(string code, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var hash = Secret.Hash(code);
        await db.SignInLinks.Where(l => l.Hash == hash).ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, (DateTimeOffset?)null), ct);
    }
}

/// <summary>A link that works once was used, or is too old.</summary>
public sealed record LinkUsed() : Error(ErrorKind.Forbidden, "This link was used already, is older than a day, or was never made. Start the host again for a new one.");
