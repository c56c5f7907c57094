using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>Alerts of one model that fired together, or a promotion whose approvals were gone round: what people are told of, look into and close.</summary>
public sealed class Incident
{
    public int Id { get; set; }
    public int ModelId { get; set; }
    public RegisteredModel Model { get; set; } = null!;

    /// <summary>The promotion request whose approvals were gone round; null: alerts fired. See <see cref="RequestIncidents"/>.</summary>
    public int? RequestId { get; set; }

    /// <summary>The name of the rule that fired first.</summary>
    public required string Title { get; set; }

    /// <summary>What it found.</summary>
    public required string Situation { get; set; }

    /// <summary>The worst of its alerts so far.</summary>
    public AlertSeverity Severity { get; set; }
    public required DateTimeOffset OpenedAt { get; set; }

    /// <summary>The model's newest event then.</summary>
    public DateTimeOffset? OpenedModelAt { get; set; }

    /// <summary>Since when none of its alerts has fired; null while one does.</summary>
    public DateTimeOffset? QuietSince { get; set; }
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>Why the last of its alerts ended.</summary>
    public TransitionReason? Resolution { get; set; }
    public DateTimeOffset? AcknowledgedAt { get; set; }
    public string? AcknowledgedBy { get; set; }
    public List<AlertFiring> Firings { get; } = [];
    public List<IncidentNote> Notes { get; } = [];
    public List<AlertDelivery> Deliveries { get; } = [];
}

/// <summary>What people wrote to an incident.</summary>
public sealed class IncidentNote
{
    public int Id { get; set; }
    public int IncidentId { get; set; }
    public required DateTimeOffset At { get; set; }
    public required string By { get; set; }
    public required string Text { get; set; }

    /// <summary>Written with the acknowledgement.</summary>
    public bool IsAcknowledgement { get; set; }
}

internal sealed class IncidentMapping : IEntityTypeConfiguration<Incident>, IEntityTypeConfiguration<IncidentNote>
{
    public void Configure(EntityTypeBuilder<Incident> builder)
    {
        builder.Property(i => i.Resolution).HasConversion<string>();
        builder.HasOne(i => i.Model).WithMany().HasForeignKey(i => i.ModelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(i => new { i.ModelId, i.ResolvedAt });
        builder.HasIndex(i => i.OpenedAt);
        // An emergency is one incident, however often somebody tries.
        builder.HasIndex(i => i.RequestId).IsUnique();
    }

    public void Configure(EntityTypeBuilder<IncidentNote> builder) =>
        builder.HasOne<Incident>().WithMany(i => i.Notes).HasForeignKey(n => n.IncidentId).OnDelete(DeleteBehavior.Cascade);
}
