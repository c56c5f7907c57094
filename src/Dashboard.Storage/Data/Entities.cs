using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Data;

/// <summary>A named dataset; its content lives in versions.</summary>
public sealed class Dataset
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Made by the demonstration, and removed with it.</summary>
    public bool IsDemo { get; set; }
    public List<DatasetVersion> Versions { get; } = [];
}

/// <summary>Immutable content, identified by the SHA-256 of its canonical form; unique within its dataset.</summary>
public sealed class DatasetVersion
{
    public int Id { get; set; }
    public int DatasetId { get; set; }
    public Dataset Dataset { get; set; } = null!;
    public required int Number { get; set; }
    public required string ContentHash { get; set; }
    public required string Source { get; set; }
    public required long Rows { get; set; }
    public required long RejectedRows { get; set; }
    public required int Columns { get; set; }

    /// <summary>Size of the canonical content, uncompressed.</summary>
    public required long Bytes { get; set; }

    /// <summary><see cref="Core.Data.DatasetProfile"/> as JSON.</summary>
    public required string ProfileJson { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
}

internal sealed class DatasetMapping : IEntityTypeConfiguration<Dataset>, IEntityTypeConfiguration<DatasetVersion>
{
    public void Configure(EntityTypeBuilder<Dataset> builder) => builder.HasIndex(d => d.Name).IsUnique();

    public void Configure(EntityTypeBuilder<DatasetVersion> builder)
    {
        builder.HasIndex(v => new { v.DatasetId, v.ContentHash }).IsUnique();
        builder.HasIndex(v => new { v.DatasetId, v.Number }).IsUnique();
        builder.HasIndex(v => v.ContentHash);
    }
}
