using System.Globalization;
using Dashboard.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Registry;

public sealed class RegisteredModel
{
    public const double DefaultHarmfulMargin = 0.1;

    public int Id { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";

    /// <summary>Length of the finest monitoring window; a divisor of an hour.</summary>
    public int WindowSeconds { get; set; } = 60;

    /// <summary>The length of the blocks by which drift is judged; null: as the reference allows, days before hours.</summary>
    public long? DriftPeriodSeconds { get; set; }

    /// <summary>How much more loss than the baseline is harmless, as a share of it.</summary>
    public double HarmfulMargin { get; set; } = DefaultHarmfulMargin;
    public required DateTimeOffset CreatedAt { get; set; }
    public bool IsDemo { get; set; }

    /// <summary>It has been given the default alert rules; what people made of them since is theirs.</summary>
    public bool HasDefaultRules { get; set; }
    public List<ModelVersion> Versions { get; } = [];
    public List<ModelAlias> Aliases { get; } = [];
    public List<ModelTag> Tags { get; } = [];

    /// <summary>A version by its number, an alias, <c>latest</c> or <c>v3</c>; versions and aliases must have been read, versions in order.</summary>
    internal Result<ModelVersion> FindVersion(string reference)
    {
        var version = reference == "latest" ? Versions.LastOrDefault()
            : int.TryParse(reference.StartsWith('v') ? reference.AsSpan(1) : reference, NumberStyles.None, null, out var number) ? Versions.Find(v => v.Number == number)
            : Aliases.Find(a => a.Alias == reference) is { } alias ? Versions.Find(v => v.Id == alias.VersionId)
            : null;
        return version is null ? NotFound.In("model", Name, "version", reference) : version;
    }
}

public sealed class ModelVersion
{
    public int Id { get; set; }
    public int ModelId { get; set; }
    public RegisteredModel Model { get; set; } = null!;
    public required int Number { get; set; }

    /// <summary>SHA-256 of the package's manifest: the package's identity.</summary>
    public required string Digest { get; set; }

    /// <summary><see cref="Core.Registry.ModelManifest"/> as JSON, for lists and pages; the package's own is the truth.</summary>
    public required string ManifestJson { get; set; }
    public string? RunId { get; set; }

    /// <summary>"trained", "imported package", "imported XGBoost file".</summary>
    public required string Source { get; set; }
    public required string CreatedBy { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Comparison against the champion of the time, as JSON.</summary>
    public string? ComparisonJson { get; set; }
}

/// <summary>A name that points at a version: champion, challenger or one's own.</summary>
public sealed class ModelAlias
{
    public const string Champion = "champion";
    public const string Challenger = "challenger";

    public int ModelId { get; set; }
    public required string Alias { get; set; }
    public int VersionId { get; set; }
    public ModelVersion Version { get; set; } = null!;
}

/// <summary>A word by which models are grouped: production, eu, a team's name.</summary>
public sealed class ModelTag
{
    public int ModelId { get; set; }
    public required string Tag { get; set; }
}

internal sealed class RegistryMapping : IEntityTypeConfiguration<RegisteredModel>, IEntityTypeConfiguration<ModelVersion>, IEntityTypeConfiguration<ModelAlias>, IEntityTypeConfiguration<ModelTag>
{
    public void Configure(EntityTypeBuilder<RegisteredModel> builder)
    {
        builder.HasIndex(m => m.Name).IsUnique();
        builder.Property(m => m.HarmfulMargin).HasDefaultValue(RegisteredModel.DefaultHarmfulMargin);
    }

    public void Configure(EntityTypeBuilder<ModelVersion> builder)
    {
        builder.HasIndex(v => new { v.ModelId, v.Number }).IsUnique();
        builder.HasIndex(v => v.Digest);
    }

    public void Configure(EntityTypeBuilder<ModelAlias> builder)
    {
        builder.HasKey(a => new { a.ModelId, a.Alias });
        builder.HasOne<RegisteredModel>().WithMany(m => m.Aliases).HasForeignKey(a => a.ModelId);
        builder.HasOne(a => a.Version).WithMany().HasForeignKey(a => a.VersionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ModelTag> builder)
    {
        builder.HasKey(t => new { t.ModelId, t.Tag });
        builder.HasOne<RegisteredModel>().WithMany(m => m.Tags).HasForeignKey(t => t.ModelId);
    }
}
