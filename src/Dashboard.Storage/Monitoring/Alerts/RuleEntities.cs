using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Monitoring.Alerts;

/// <summary>A rule as it is kept.</summary>
public sealed class StoredRule
{
    public int Id { get; set; }

    /// <summary>Null: every model.</summary>
    public int? ModelId { get; set; }
    public RegisteredModel? Model { get; set; }

    /// <summary><see cref="AlertRule"/> as JSON.</summary>
    public required string DefinitionJson { get; set; }
    public bool Enabled { get; set; } = true;

    /// <summary>Made with the model, not by a person.</summary>
    public bool IsDefault { get; set; }
    public required string ChangedBy { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public required DateTimeOffset ChangedAt { get; set; }

    public AlertRule Definition => CanonicalJson.Deserialize<AlertRule>(DefinitionJson);
}

/// <summary>Where the alert of one rule on one model stands: what the next evaluation goes on from.</summary>
public sealed class StoredAlert
{
    public int RuleId { get; set; }
    public StoredRule Rule { get; set; } = null!;
    public int ModelId { get; set; }
    public RegisteredModel Model { get; set; } = null!;
    public AlertState State { get; set; }

    /// <summary>On the signal's clock, as are the three below.</summary>
    public DateTimeOffset Since { get; set; }
    public DateTimeOffset? BreachedSince { get; set; }
    public DateTimeOffset? ClearSince { get; set; }
    public DateTimeOffset? EmptySince { get; set; }

    /// <summary>The last reading that was kept.</summary>
    public DateTimeOffset ReadAt { get; set; }
    public double? Value { get; set; }
    public long Sample { get; set; }

    /// <summary>When this state began, and when the reading was kept, as people's clocks say.</summary>
    public DateTimeOffset ChangedAt { get; set; }
    public DateTimeOffset KeptAt { get; set; }

    public AlertStatus Status => new(State, Since) { BreachedSince = BreachedSince, ClearSince = ClearSince, EmptySince = EmptySince, Last = new(ReadAt, Value, Sample) };
}

/// <summary>A time in which an alert fired; closed exactly once.</summary>
public sealed class AlertFiring
{
    public int Id { get; set; }
    public int IncidentId { get; set; }
    public Incident Incident { get; set; } = null!;
    public int ModelId { get; set; }

    /// <summary>Null where the rule was removed since.</summary>
    public int? RuleId { get; set; }
    public required string RuleName { get; set; }

    /// <summary>The rule as it was then, for charts and words.</summary>
    public required string DefinitionJson { get; set; }
    public AlertSeverity Severity { get; set; }
    public required DateTimeOffset FiredAt { get; set; }

    /// <summary>The model's newest event then: the same moment on its own clock.</summary>
    public DateTimeOffset? FiredModelAt { get; set; }

    /// <summary>What was found.</summary>
    public required string Situation { get; set; }
    public DateTimeOffset? ResolvedAt { get; set; }
    public DateTimeOffset? ResolvedModelAt { get; set; }
    public TransitionReason? Resolution { get; set; }

    public AlertRule Definition => CanonicalJson.Deserialize<AlertRule>(DefinitionJson);
}

/// <summary>What happened to alerts: each change into and out of firing and muted.</summary>
public sealed class AlertEvent
{
    public long Id { get; set; }
    public required DateTimeOffset At { get; set; }
    public DateTimeOffset? ModelAt { get; set; }
    public int ModelId { get; set; }
    public RegisteredModel Model { get; set; } = null!;
    public int? RuleId { get; set; }
    public required string RuleName { get; set; }
    public AlertSeverity Severity { get; set; }
    public AlertState From { get; set; }
    public AlertState To { get; set; }
    public TransitionReason Reason { get; set; }
    public required string Situation { get; set; }
    public int? IncidentId { get; set; }
    public Incident? Incident { get; set; }
}

/// <summary>Nobody is told of what it covers until it ends.</summary>
public sealed class Silence
{
    public int Id { get; set; }
    public int? RuleId { get; set; }
    public StoredRule? Rule { get; set; }
    public int? ModelId { get; set; }
    public RegisteredModel? Model { get; set; }
    public AlertSeverity? Severity { get; set; }
    public required string Reason { get; set; }
    public required string By { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public required DateTimeOffset StartsAt { get; set; }
    public required DateTimeOffset EndsAt { get; set; }

    /// <summary>Who ended it before its time, if anyone did.</summary>
    public string? EndedBy { get; set; }

    public bool Covers(int ruleId, int modelId, AlertSeverity severity) =>
        (RuleId is null || RuleId == ruleId) && (ModelId is null || ModelId == modelId) && (Severity is null || Severity == severity);
}

internal sealed class RuleMapping : IEntityTypeConfiguration<StoredRule>, IEntityTypeConfiguration<StoredAlert>, IEntityTypeConfiguration<AlertFiring>, IEntityTypeConfiguration<AlertEvent>, IEntityTypeConfiguration<Silence>
{
    public void Configure(EntityTypeBuilder<StoredRule> builder)
    {
        builder.Ignore(r => r.Definition);
        builder.HasOne(r => r.Model).WithMany().HasForeignKey(r => r.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<StoredAlert> builder)
    {
        builder.Ignore(a => a.Status);
        builder.HasKey(a => new { a.RuleId, a.ModelId });
        builder.Property(a => a.State).HasConversion<string>();
        builder.HasOne(a => a.Rule).WithMany().HasForeignKey(a => a.RuleId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(a => a.Model).WithMany().HasForeignKey(a => a.ModelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(a => a.State);
    }

    public void Configure(EntityTypeBuilder<AlertFiring> builder)
    {
        builder.Ignore(f => f.Definition);
        builder.Property(f => f.Resolution).HasConversion<string>();
        builder.HasOne(f => f.Incident).WithMany(i => i.Firings).HasForeignKey(f => f.IncidentId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<StoredRule>().WithMany().HasForeignKey(f => f.RuleId).OnDelete(DeleteBehavior.SetNull);
        builder.HasIndex(f => new { f.ModelId, f.FiredAt });
        // One at a time for a rule and a model, whatever happens.
        builder.HasIndex(f => new { f.RuleId, f.ModelId }).IsUnique().HasFilter("\"ResolvedAt\" IS NULL");
    }

    public void Configure(EntityTypeBuilder<AlertEvent> builder)
    {
        builder.Property(e => e.From).HasConversion<string>();
        builder.Property(e => e.To).HasConversion<string>();
        builder.Property(e => e.Reason).HasConversion<string>();
        builder.HasOne(e => e.Model).WithMany().HasForeignKey(e => e.ModelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<StoredRule>().WithMany().HasForeignKey(e => e.RuleId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(e => e.Incident).WithMany().HasForeignKey(e => e.IncidentId).OnDelete(DeleteBehavior.SetNull);
        builder.HasIndex(e => e.At);
        builder.HasIndex(e => new { e.ModelId, e.At });
    }

    public void Configure(EntityTypeBuilder<Silence> builder)
    {
        builder.HasOne(s => s.Rule).WithMany().HasForeignKey(s => s.RuleId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(s => s.Model).WithMany().HasForeignKey(s => s.ModelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(s => s.EndsAt);
    }
}
