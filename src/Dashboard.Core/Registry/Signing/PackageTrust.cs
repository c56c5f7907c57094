using System.Globalization;
using System.Text.Json.Serialization;

namespace Dashboard.Core.Registry.Signing;

/// <summary>A publisher's key as the installation knows it.</summary>
/// <param name="Key">SHA-256 of the SubjectPublicKeyInfo.</param>
/// <param name="RevokedAt">From then on it counts no more, whatever it signed before; null: it is trusted.</param>
public sealed record PublisherKey(string Key, string Name, DateTimeOffset TrustedAt, DateTimeOffset? RevokedAt);

/// <summary>What a signature is worth.</summary>
public enum SignatureStanding
{
    /// <summary>By a publisher that is trusted now.</summary>
    Trusted,

    /// <summary>By one that was, and is not any more.</summary>
    Revoked,

    /// <summary>By a key that nobody here knows.</summary>
    Unknown,

    /// <summary>Not what it says: something was changed.</summary>
    Wrong,
}

/// <param name="Publisher">Whose key it is; null: nobody's that is known here.</param>
public sealed record JudgedSignature(string Key, SignatureStanding Standing, PublisherKey? Publisher)
{
    /// <summary>One sentence for people.</summary>
    [JsonIgnore]
    public string Words => Standing switch
    {
        SignatureStanding.Trusted => $"Signed by {Publisher!.Name} (key {SignatureWrong.Short(Key)}), trusted since {Day(Publisher.TrustedAt)}.",
        SignatureStanding.Revoked => $"Signed by {Publisher!.Name}, whose key {SignatureWrong.Short(Key)} was revoked on {Day(Publisher.RevokedAt!.Value)} and counts no more.",
        SignatureStanding.Unknown => $"Signed by key {SignatureWrong.Short(Key)}, which no trusted publisher has.",
        _ => $"The signature by {Publisher?.Name ?? "an unknown publisher"} (key {SignatureWrong.Short(Key)}) is not over this package’s digest: it was changed, or copied from another package.",
    };

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}

/// <summary>Whether a package comes from whom the installation trusts: one signature by a trusted publisher is enough, and none may be wrong.</summary>
/// <param name="Signatures">The trusted first.</param>
public sealed record PackageTrust(string Digest, IReadOnlyList<JudgedSignature> Signatures)
{
    public bool IsTrusted => !HasWrong && TrustedCount > 0;

    /// <summary>How many are by publishers that are trusted now.</summary>
    public int TrustedCount => Signatures.Count(one => one.Standing == SignatureStanding.Trusted);

    /// <summary>Something was tampered with, whoever else signed it.</summary>
    public bool HasWrong => Signatures.Any(one => one.Standing == SignatureStanding.Wrong);

    /// <summary>Who signed and since when they are trusted, or why nobody counts.</summary>
    public string Words => Signatures.Count == 0 ? "Nobody has signed it."
        : string.Join(' ', Signatures.Where(one => HasWrong ? one.Standing == SignatureStanding.Wrong : !IsTrusted || one.Standing == SignatureStanding.Trusted).Select(one => one.Words));

    /// <summary>Judges what a package was signed with. Each signature is checked again: they may have been changed where they are kept.</summary>
    /// <param name="publishers">Those trusted, and those revoked.</param>
    public static PackageTrust Of(string digest, IEnumerable<PackageSignature> signatures, IReadOnlyCollection<PublisherKey> publishers) =>
        new(digest, [.. signatures.Select(signature => Judge(digest, signature, publishers.FirstOrDefault(publisher => publisher.Key == signature.Key))).OrderBy(one => one.Standing).ThenBy(one => one.Key, StringComparer.Ordinal)]);

    private static JudgedSignature Judge(string digest, PackageSignature signature, PublisherKey? publisher) => new(signature.Key,
        signature.Check(digest) is not null ? SignatureStanding.Wrong
        : publisher is null ? SignatureStanding.Unknown
        : publisher.RevokedAt is not null ? SignatureStanding.Revoked
        : SignatureStanding.Trusted, publisher);
}
