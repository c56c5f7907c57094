using Dashboard.Core.Deployments.Rollouts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Deployments.Rollouts;

/// <summary>A rollout: its whole state as JSON, and beside it what is searched for.</summary>
public sealed class RolloutRow
{
    public Guid Id { get; set; }
    public int ModelId { get; set; }

    /// <summary>The version that is rolled out.</summary>
    public int VersionId { get; set; }

    /// <summary>The version that was live when it was proposed; null: none.</summary>
    public int? ChampionId { get; set; }
    public required string Environment { get; set; }
    public RolloutPhase Phase { get; set; }

    /// <summary>Compare-and-set: whoever saw another revision changes nothing.</summary>
    public long Revision { get; set; }

    /// <summary>Grows with every look at the traffic, so that two looks do not overwrite one another.</summary>
    public long Looks { get; set; }

    /// <summary>A <see cref="RolloutState"/>.</summary>
    public required string StateJson { get; set; }

    /// <summary>The last look at the present stage, as JSON; null: there was none.</summary>
    public string? ReportJson { get; set; }
    public required string By { get; set; }
    public required string Reason { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A transition, with the report that it rests on: how the evidence of a failure is kept.</summary>
public sealed class RolloutEvent
{
    public Guid RolloutId { get; set; }

    /// <summary>The revision that it led to.</summary>
    public long Revision { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>A <see cref="RolloutTransition"/>.</summary>
    public required string TransitionJson { get; set; }
}

internal sealed class RolloutMapping : IEntityTypeConfiguration<RolloutRow>, IEntityTypeConfiguration<RolloutEvent>
{
    public void Configure(EntityTypeBuilder<RolloutRow> builder)
    {
        builder.ToTable("Rollouts");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Phase).HasConversion<string>();
        builder.Property(r => r.Revision).IsConcurrencyToken();
        builder.Property(r => r.Looks).IsConcurrencyToken();
        builder.HasIndex(r => new { r.ModelId, r.CreatedAt });
        builder.HasIndex(r => r.Phase);
        builder.HasOne<Registry.RegisteredModel>().WithMany().HasForeignKey(r => r.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RolloutEvent> builder)
    {
        builder.ToTable("RolloutEvents");
        builder.HasKey(e => new { e.RolloutId, e.Revision });
        builder.HasOne<RolloutRow>().WithMany().HasForeignKey(e => e.RolloutId).OnDelete(DeleteBehavior.Cascade);
    }
}
