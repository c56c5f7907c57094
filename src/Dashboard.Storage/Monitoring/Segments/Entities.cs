using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Monitoring.Segments;

/// <summary>A segment that a person defined for a model; every metric and test is also kept by it.</summary>
public sealed class SegmentDefinition
{
    public int Id { get; set; }
    public int ModelId { get; set; }
    public required string Name { get; set; }

    /// <summary>The canonical text of a <see cref="Core.Monitoring.Segments.SegmentExpression"/>.</summary>
    public required string Expression { get; set; }
    public required string CreatedBy { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
}

/// <summary>An input between whose values error rates are to be compared as figures of fairness.</summary>
public sealed class SensitiveFeature
{
    public int ModelId { get; set; }

    /// <summary>The raw input's name.</summary>
    public required string Feature { get; set; }
    public required string MarkedBy { get; set; }
    public required DateTimeOffset MarkedAt { get; set; }
}

internal sealed class SegmentMapping : IEntityTypeConfiguration<SegmentDefinition>, IEntityTypeConfiguration<SensitiveFeature>
{
    public void Configure(EntityTypeBuilder<SegmentDefinition> builder)
    {
        builder.HasIndex(s => new { s.ModelId, s.Name }).IsUnique();
        builder.HasOne<Registry.RegisteredModel>().WithMany().HasForeignKey(s => s.ModelId);
    }

    public void Configure(EntityTypeBuilder<SensitiveFeature> builder)
    {
        builder.HasKey(s => new { s.ModelId, s.Feature });
        builder.HasOne<Registry.RegisteredModel>().WithMany().HasForeignKey(s => s.ModelId);
    }
}
