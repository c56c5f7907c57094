using Dashboard.Core.Registry.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Registry.Signing;

/// <summary>Whose signature counts, or counted: a revoked one stays listed, and its key is not trusted again.</summary>
public sealed class Publisher
{
    public int Id { get; set; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, in lower-case hexadecimal.</summary>
    public required string Key { get; set; }
    public required string Name { get; set; }

    /// <summary>SubjectPublicKeyInfo in Base64.</summary>
    public required string PublicKey { get; set; }

    /// <summary>The installation's own: it has the private half.</summary>
    public bool IsOwn { get; set; }
    public required string TrustedBy { get; set; }
    public DateTimeOffset TrustedAt { get; set; }
    public string? RevokedBy { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string? RevokedReason { get; set; }

    internal PublisherKey Fact => new(Key, Name, TrustedAt, RevokedAt);
}

/// <summary>A signature of a package, whichever models have it as a version.</summary>
public sealed class StoredSignature
{
    /// <summary>The package's.</summary>
    public required string Digest { get; set; }
    public required string Key { get; set; }
    public required string PublicKey { get; set; }
    public required string Signature { get; set; }

    /// <summary>Who brought it in.</summary>
    public required string AddedBy { get; set; }
    public DateTimeOffset AddedAt { get; set; }

    internal PackageSignature Fact => new(Key, PublicKey, Signature);
}

internal sealed class SigningMapping : IEntityTypeConfiguration<Publisher>, IEntityTypeConfiguration<StoredSignature>
{
    public void Configure(EntityTypeBuilder<Publisher> builder)
    {
        builder.ToTable("Publishers");
        builder.HasIndex(p => p.Key).IsUnique();
    }

    public void Configure(EntityTypeBuilder<StoredSignature> builder)
    {
        builder.ToTable("PackageSignatures");
        builder.HasKey(s => new { s.Digest, s.Key });
        builder.HasIndex(s => s.Key);
    }
}
