using Dashboard.Core.Governance.People;
using Dashboard.Storage.Registry;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Governance.People;

/// <summary>Somebody with an account. The password is hashed by ASP.NET Core Identity; without one they sign in by a link or by a provider.</summary>
public sealed class Person : IdentityUser<int>
{
    /// <summary>The role on the installation; null: none, only roles on single models.</summary>
    public Role? Role { get; set; }

    /// <summary>May sign in, and what they signed in with goes on working.</summary>
    public bool Enabled { get; set; } = true;
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastSeenAt { get; set; }
    public List<ModelGrant> Grants { get; } = [];
}

/// <summary>A person's role on one model; it goes with the model.</summary>
public sealed class ModelGrant
{
    public int PersonId { get; set; }
    public int ModelId { get; set; }
    public RegisteredModel Model { get; set; } = null!;
    public Role Role { get; set; }
}

/// <summary>A secret by which a program acts for a person, or for the installation. The secret itself is nowhere: only its SHA-256.</summary>
public sealed class ApiToken
{
    public int Id { get; set; }

    /// <summary>Whose it is; null: the installation's, made at its first start.</summary>
    public int? PersonId { get; set; }
    public required string Name { get; set; }

    /// <summary>SHA-256 in hex.</summary>
    public required string Hash { get; set; }

    /// <summary>The first characters, by which a person knows it again.</summary>
    public required string Start { get; set; }

    /// <summary>At most this role, whatever its owner has.</summary>
    public Role Cap { get; set; }

    /// <summary>On these models only, as a JSON array of names; null: wherever its owner has a role.</summary>
    public string? ModelsJson { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>A link for a wall screen: shows named models and does nothing.</summary>
public sealed class DisplayLink
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public required string Hash { get; set; }
    public required string ModelsJson { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>A link that works once: it makes the first administrator, or signs a person in.</summary>
public sealed class SignInLink
{
    public int Id { get; set; }
    public required string Hash { get; set; }

    /// <summary>Who is signed in; null: it makes the first administrator.</summary>
    public int? PersonId { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class PeopleMapping : IEntityTypeConfiguration<Person>, IEntityTypeConfiguration<ModelGrant>, IEntityTypeConfiguration<ApiToken>, IEntityTypeConfiguration<DisplayLink>, IEntityTypeConfiguration<SignInLink>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("People");
        builder.Property(p => p.UserName).IsRequired();
        builder.HasMany(p => p.Grants).WithOne().HasForeignKey(g => g.PersonId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ModelGrant> builder)
    {
        builder.ToTable("ModelGrants");
        builder.HasKey(g => new { g.PersonId, g.ModelId });
        builder.HasOne(g => g.Model).WithMany().HasForeignKey(g => g.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.HasIndex(t => t.Hash).IsUnique();
        builder.HasOne<Person>().WithMany().HasForeignKey(t => t.PersonId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<DisplayLink> builder) => builder.HasIndex(d => d.Hash).IsUnique();

    public void Configure(EntityTypeBuilder<SignInLink> builder)
    {
        builder.HasIndex(l => l.Hash).IsUnique();
        builder.HasOne<Person>().WithMany().HasForeignKey(l => l.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}
