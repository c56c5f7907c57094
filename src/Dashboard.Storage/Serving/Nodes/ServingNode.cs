using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Serving.Nodes;

/// <summary>Another host that serves an environment and follows this control room.</summary>
public sealed class ServingNode
{
    public int Id { get; set; }

    /// <summary>Unique in the installation.</summary>
    public required string Name { get; set; }
    public required string Environment { get; set; }

    /// <summary>SHA-256 of its key in lower-case hexadecimal; null where it was added while sign-in was turned off.</summary>
    public string? Hash { get; set; }
    public required string AddedBy { get; set; }
    public DateTimeOffset AddedAt { get; set; }
}

internal sealed class ServingNodeMapping : IEntityTypeConfiguration<ServingNode>
{
    public void Configure(EntityTypeBuilder<ServingNode> builder)
    {
        builder.HasIndex(node => node.Name).IsUnique();
        builder.HasIndex(node => node.Hash).IsUnique();
    }
}
