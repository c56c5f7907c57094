using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Deployments;

public enum DeploymentKind { Promotion, Rollback }

/// <summary>A change of champion, in order; the last one says what is live and what a rollback returns to.</summary>
public sealed class Deployment
{
    public int Id { get; set; }
    public int ModelId { get; set; }
    public DeploymentKind Kind { get; set; }
    public int? FromVersionId { get; set; }
    public int ToVersionId { get; set; }
    public required string By { get; set; }
    public string Reason { get; set; } = "";
    public required DateTimeOffset At { get; set; }

    /// <summary>The newest event time of the model at that moment: where the marker stands on the model's clock.</summary>
    public DateTimeOffset? EventTime { get; set; }
}

/// <summary>A change of what is live in an environment beside production.</summary>
public sealed class EnvironmentDeployment
{
    public int Id { get; set; }
    public int ModelId { get; set; }
    public required string Environment { get; set; }
    public DeploymentKind Kind { get; set; }
    public int? FromVersionId { get; set; }
    public int ToVersionId { get; set; }
    public required string By { get; set; }
    public string Reason { get; set; } = "";
    public required DateTimeOffset At { get; set; }
}

internal sealed class DeploymentMapping : IEntityTypeConfiguration<Deployment>, IEntityTypeConfiguration<EnvironmentDeployment>
{
    public void Configure(EntityTypeBuilder<EnvironmentDeployment> builder)
    {
        builder.Property(d => d.Kind).HasConversion<string>();
        builder.HasIndex(d => new { d.Environment, d.ModelId });
        builder.HasOne<Registry.RegisteredModel>().WithMany().HasForeignKey(d => d.ModelId).OnDelete(DeleteBehavior.Cascade);
    }


    public void Configure(EntityTypeBuilder<Deployment> builder)
    {
        builder.Property(d => d.Kind).HasConversion<string>();
        builder.HasIndex(d => new { d.ModelId, d.At });
        builder.HasOne<Registry.RegisteredModel>().WithMany().HasForeignKey(d => d.ModelId);
    }
}
