using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Monitoring.Alerts;

public enum ChannelKind { Webhook, Slack, Email }

/// <summary>A way out of the house: who is told, of what, and how.</summary>
public sealed class AlertChannel
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public ChannelKind Kind { get; set; }
    public bool Enabled { get; set; } = true;

    /// <summary><see cref="ChannelSettings"/> as JSON: what may be shown.</summary>
    public required string SettingsJson { get; set; }

    /// <summary>A webhook's signing secret, the whole address of a Slack webhook, a mail account's password. Never shown again, never logged.</summary>
    public string? Secret { get; set; }

    /// <summary>Only incidents at least this severe.</summary>
    public AlertSeverity MinimumSeverity { get; set; }

    /// <summary>Only incidents of this model; null: of all.</summary>
    public int? ModelId { get; set; }
    public RegisteredModel? Model { get; set; }

    /// <summary>Whether it hears that an incident is over.</summary>
    public bool TellsEnd { get; set; } = true;
    public required string ChangedBy { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastSuccessAt { get; set; }

    /// <summary>When the last attempt failed; null since the last success.</summary>
    public DateTimeOffset? FailingSince { get; set; }
    public string? LastError { get; set; }
}

public enum DeliveryKind
{
    Opened,
    Escalated,
    Resolved,
    Test,

    /// <summary>Not of an incident: a <see cref="DeliveryNotice"/>.</summary>
    Notice,
}

public enum DeliveryStatus { Waiting, Delivered, Failed, Cancelled }

/// <summary>One message to one channel: a row before it is sent, so that it survives whatever happens; sent at least once.</summary>
public sealed class AlertDelivery
{
    /// <summary>The message's id, the same on every attempt; a version-7 GUID in its "N" form.</summary>
    public required string Id { get; set; }
    public int ChannelId { get; set; }
    public AlertChannel Channel { get; set; } = null!;

    /// <summary>Null for a test and for a notice.</summary>
    public int? IncidentId { get; set; }
    public Incident? Incident { get; set; }
    public DeliveryKind Kind { get; set; }
    public AlertSeverity Severity { get; set; }
    public DeliveryStatus Status { get; set; }
    public int Attempts { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it is tried next.</summary>
    public required DateTimeOffset NextAt { get; set; }

    /// <summary>When it was delivered, given up or cancelled.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>A <see cref="DeliveryNotice"/>; null for what is of an incident, and for a test.</summary>
    public string? NoticeJson { get; set; }

    /// <summary>What is sent, fixed with the first attempt.</summary>
    public string? Body { get; set; }

    /// <summary>What came back last: "HTTP 200", "250 2.0.0 Ok", or what went wrong.</summary>
    public string? Answer { get; set; }
}

internal sealed class ChannelMapping : IEntityTypeConfiguration<AlertChannel>, IEntityTypeConfiguration<AlertDelivery>
{
    public void Configure(EntityTypeBuilder<AlertChannel> builder)
    {
        builder.Property(c => c.Kind).HasConversion<string>();
        builder.HasIndex(c => c.Name).IsUnique();
        builder.HasOne(c => c.Model).WithMany().HasForeignKey(c => c.ModelId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AlertDelivery> builder)
    {
        builder.Property(d => d.Kind).HasConversion<string>();
        builder.Property(d => d.Status).HasConversion<string>();
        builder.HasOne(d => d.Channel).WithMany().HasForeignKey(d => d.ChannelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(d => d.Incident).WithMany(i => i.Deliveries).HasForeignKey(d => d.IncidentId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(d => new { d.Status, d.NextAt });
        // Nobody is told the same thing twice.
        builder.HasIndex(d => new { d.IncidentId, d.ChannelId, d.Kind, d.Severity }).IsUnique();
    }
}
