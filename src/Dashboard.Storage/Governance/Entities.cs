using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Governance;

/// <summary>What happened, for the Activity tab: who, what, when, to what.</summary>
public sealed class ActivityEntry
{
    public long Id { get; set; }
    public required DateTimeOffset At { get; set; }
    public required string Actor { get; set; }

    /// <summary>"dataset.registered", "job.started", "version.registered", "model.promoted", "model.rolled-back", …</summary>
    public required string Action { get; set; }
    public string? ModelName { get; set; }

    /// <summary>The id of the job, run, dataset version or model version.</summary>
    public string? Subject { get; set; }

    /// <summary>One sentence for people.</summary>
    public required string Summary { get; set; }
}

internal sealed class ActivityMapping : IEntityTypeConfiguration<ActivityEntry>
{
    public void Configure(EntityTypeBuilder<ActivityEntry> builder)
    {
        builder.HasIndex(a => a.At);
        builder.HasIndex(a => new { a.ModelName, a.At });
    }
}
