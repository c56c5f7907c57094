using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Registry.Signing;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Registry.Signing;

/// <summary>A publisher as others see it.</summary>
/// <param name="Key">SHA-256 of the public key.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo in Base64.</param>
/// <param name="IsOwn">The installation's own.</param>
public sealed record PublisherView(int Id, string Name, string Key, string PublicKey, bool IsOwn, string TrustedBy, DateTimeOffset TrustedAt, string? RevokedBy, DateTimeOffset? RevokedAt, string? RevokedReason);

/// <summary>Whose signatures count. The installation's own key is trusted from the start; every change is in the audit log, and has the evidence that rests on it gathered anew.</summary>
public sealed class PublisherStore(IDbContextFactory<DashboardDb> factory, OwnKey own, Notifications notifications, TimeProvider time)
{
    public const int MaxName = 100, MaxReason = 1000;

    /// <summary>The name of the installation's own key, and of who trusts it.</summary>
    public const string Own = "This installation";

    /// <summary>Those that are trusted first, the installation's own before others, then by name.</summary>
    public async Task<IReadOnlyList<PublisherView>> ListAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return [.. (await db.Publishers.AsNoTracking().ToListAsync(ct)).OrderBy(p => p.RevokedAt is not null).ThenByDescending(p => p.IsOwn).ThenBy(p => p.Name, StringComparer.OrdinalIgnoreCase).Select(View)];
    }

    /// <summary>Trusts a publisher from now on.</summary>
    /// <param name="pem">The public key.</param>
    public async Task<Result<PublisherView>> TrustAsync(string name, string? pem, string by, CancellationToken ct)
    {
        name = name.Trim();
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
            return InvalidValue.Of("name", name.Length == 0 ? null : name, $"text of 1 to {MaxName} characters on one line");
        if (pem?.Contains("PRIVATE KEY", StringComparison.Ordinal) is true)
            return InvalidValue.Of("publicKey", "a private key", "the public half only: what has been shown to others is no secret any more, make a new key");
        var read = SigningKeys.ReadPem("publicKey", pem);
        if (read.Error is { } unreadable)
            return unreadable;
        using var key = read.Value;
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var id = SigningKeys.IdOf(key);
        if (await db.Publishers.SingleOrDefaultAsync(p => p.Key == id, ct) is { } known)
            return new Conflict(known.RevokedAt is null ? $"The key {SignatureWrong.Short(id)} is trusted already, as '{known.Name}'." : $"The key {SignatureWrong.Short(id)} of '{known.Name}' was revoked, and is not trusted again: whoever revoked it may have had to. Make a new key.") { Field = "publicKey", Value = id, Expected = "a key that is not listed" };
        if (await db.Publishers.AnyAsync(p => p.Name == name && p.RevokedAt == null, ct))
            return new Conflict($"There is a trusted publisher '{name}' already.") { Field = "name", Value = name, Expected = "a name that no trusted publisher has" };
        var row = Add(db, id, name, SigningKeys.PublicHalf(key), isOwn: false, by);
        var stale = await RenewAsync(db, id, $"{name} is trusted", by, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        Publish(stale);
        return View(row);
    }

    /// <summary>Trusts a publisher no more, whatever it signed before. Where it is the installation's own key, a new one takes its place.</summary>
    public async Task<Result<PublisherView>> RevokeAsync(int id, string reason, string by, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason)
            return InvalidValue.Of("reason", string.IsNullOrWhiteSpace(reason) ? null : $"{reason.Length} characters", $"text of 1 to {MaxReason} characters");
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Publishers.SingleOrDefaultAsync(p => p.Id == id, ct) is not { } row)
            return new NotFound("publisher", id.ToString(CultureInfo.InvariantCulture));
        if (row.RevokedAt is not null)
            return new Conflict($"'{row.Name}' is revoked already.");
        var before = new { row.Key, row.Name, trusted = true };
        (row.RevokedAt, row.RevokedBy, row.RevokedReason) = (time.GetUtcNow(), by, reason.Trim());
        Note(db, row, "publisher.revoked", by, $"{by} revoked the key {SignatureWrong.Short(row.Key)} of {row.Name}, and its signatures count no more: {row.RevokedReason}", before, new { row.Key, row.Name, trusted = false, row.RevokedReason });
        var stale = await RenewAsync(db, row.Key, $"the key of {row.Name} was revoked", by, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (row.IsOwn)
            await TrustOwnAsync(ct);
        Publish(stale);
        return View(row);
    }

    /// <summary>Makes the installation's own key where there is none that is trusted, and trusts it. At every start.</summary>
    public async Task TrustOwnAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (key, publicKey) = own.Public();
        var known = await db.Publishers.SingleOrDefaultAsync(p => p.Key == key, ct);
        if (known is { RevokedAt: not null })
        {
            own.Replace();
            (key, publicKey) = own.Public();
            known = null;
        }

        if (known is not null)
            return;
        Add(db, key, Own, publicKey, isOwn: true, "installation");
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        Publish([]);
    }

    private Publisher Add(DashboardDb db, string key, string name, string publicKey, bool isOwn, string by)
    {
        var row = new Publisher { Key = key, Name = name, PublicKey = publicKey, IsOwn = isOwn, TrustedBy = by, TrustedAt = time.GetUtcNow() };
        db.Publishers.Add(row);
        Note(db, row, "publisher.trusted", by, isOwn ? $"The installation made itself the key {SignatureWrong.Short(key)}, with which it signs what it trains." : $"{by} trusts {name} by the key {SignatureWrong.Short(key)}.", null, new { row.Key, row.Name, trusted = true });
        return row;
    }

    private async Task<IReadOnlyList<StaleRequest>> RenewAsync(DashboardDb db, string key, string why, string by, CancellationToken ct) =>
        await StaleEvidence.RenewAsync(db, await db.PackageSignatures.Where(s => s.Key == key).Select(s => s.Digest).ToListAsync(ct), why, by, time.GetUtcNow(), ct);

    private void Publish(IReadOnlyList<StaleRequest> stale)
    {
        // Subject and model are empty: what pages show of publishers is the installation's, as its policy is.
        notifications.Publish(new(Topics.Requests));
        StaleRequest.Publish(stale, notifications);
    }

    private void Note(DashboardDb db, Publisher row, string action, string by, string summary, object? before, object after) => db.Activity.Add(new ActivityEntry
    {
        At = time.GetUtcNow(), Actor = by, Action = action, Subject = row.Key, Summary = summary, BeforeJson = ActivityEntry.Json(before), AfterJson = ActivityEntry.Json(after),
    });

    private static PublisherView View(Publisher p) => new(p.Id, p.Name, p.Key, p.PublicKey, p.IsOwn, p.TrustedBy, p.TrustedAt, p.RevokedBy, p.RevokedAt, p.RevokedReason);
}
