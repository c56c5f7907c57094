using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Core.Registry.Signing;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Governance;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Registry.Signing;

/// <summary>What packages are signed with, and what that is worth now.</summary>
public sealed class PackageSignatures(IDbContextFactory<DashboardDb> factory)
{
    /// <summary>What a package's signatures are worth at this moment.</summary>
    public async Task<PackageTrust> TrustOfAsync(string digest, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await TrustOfAsync(db, digest, ct);
    }

    /// <summary>The package with the signatures that are known of it, as it leaves the installation; those that were tampered with stay behind.</summary>
    public async Task<ModelPackage> SignedAsync(ModelPackage package, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var known = await db.PackageSignatures.AsNoTracking().Where(s => s.Digest == package.Digest).OrderBy(s => s.Key).ToListAsync(ct);
        return package.WithSignatures([.. known.Select(s => s.Fact).Where(signature => signature.Check(package.Digest) is null)]).Value;
    }

    /// <summary>In the caller's context and transaction.</summary>
    internal static async Task<PackageTrust> TrustOfAsync(DashboardDb db, string digest, CancellationToken ct)
    {
        var signatures = await db.PackageSignatures.AsNoTracking().Where(s => s.Digest == digest).ToListAsync(ct);
        var keys = signatures.ConvertAll(s => s.Key);
        var publishers = await db.Publishers.AsNoTracking().Where(p => keys.Contains(p.Key)).ToListAsync(ct);
        return PackageTrust.Of(digest, signatures.Select(s => s.Fact), publishers.ConvertAll(p => p.Fact));
    }

    /// <summary>Keeps the signatures that a package came with, beside those that are known; evidence that was gathered without them is gathered anew.</summary>
    /// <returns>The requests whose evidence that is.</returns>
    internal static async Task<IReadOnlyList<StaleRequest>> KeepAsync(DashboardDb db, ModelPackage package, string model, int version, string by, DateTimeOffset now, CancellationToken ct)
    {
        var known = await db.PackageSignatures.Where(s => s.Digest == package.Digest).Select(s => s.Key).ToListAsync(ct);
        var added = package.Signatures.Where(signature => !known.Contains(signature.Key)).Take(Math.Max(0, SignatureFile.MaxSignatures - known.Count)).ToList();
        if (added.Count == 0)
            return [];
        var keys = added.ConvertAll(signature => signature.Key);
        db.PackageSignatures.AddRange(added.ConvertAll(signature => new StoredSignature { Digest = package.Digest, Key = signature.Key, PublicKey = signature.PublicKey, Signature = signature.Signature, AddedBy = by, AddedAt = now }));
        var names = await db.Publishers.Where(p => keys.Contains(p.Key)).ToDictionaryAsync(p => p.Key, p => p.Name, ct);
        db.Activity.Add(new ActivityEntry
        {
            At = now, Actor = by, Action = "package.signed", ModelName = model, Subject = version.ToString(),
            Summary = $"The package of version {version} of {model} has {(added.Count == 1 ? "a signature" : $"{added.Count} signatures")} by {string.Join(", ", keys.Select(key => names.TryGetValue(key, out var name) ? name : $"the unknown key {SignatureWrong.Short(key)}"))}.",
            AfterJson = ActivityEntry.Json(new { package.Digest, keys }),
        });
        return await StaleEvidence.RenewAsync(db, [package.Digest], "its package was signed", by, now, ct);
    }
}
