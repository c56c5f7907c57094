using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Experiments;

public enum RunStatus { Running, Finished, Failed, Killed }

public sealed class Experiment
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public bool IsDemo { get; set; }
}

/// <summary>One training: what went in, what came out, and every round between.</summary>
public sealed class Run
{
    /// <summary>A version-7 GUID in its "N" form.</summary>
    public required string Id { get; set; }
    public int ExperimentId { get; set; }
    public Experiment Experiment { get; set; } = null!;
    public required string Name { get; set; }
    public RunStatus Status { get; set; }
    public required DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? JobId { get; set; }
    public string? ModelName { get; set; }

    /// <summary>SHA-256 of the dataset version.</summary>
    public string? DatasetVersion { get; set; }
    public List<RunParameter> Parameters { get; } = [];
    public List<RunMetric> Metrics { get; } = [];
    public List<RunTag> Tags { get; } = [];
}

public sealed class RunParameter
{
    public required string RunId { get; set; }
    public required string Key { get; set; }
    public required string Value { get; set; }
}

/// <summary>The last value of a metric; the history is in <see cref="RunMetricPoint"/>.</summary>
public sealed class RunMetric
{
    public required string RunId { get; set; }
    public required string Key { get; set; }
    public required double Value { get; set; }
    public long Step { get; set; }
}

public sealed class RunMetricPoint
{
    public long Id { get; set; }
    public required string RunId { get; set; }
    public required string Key { get; set; }
    public required long Step { get; set; }
    public required double Value { get; set; }
    public required DateTimeOffset At { get; set; }
}

public sealed class RunTag
{
    public required string RunId { get; set; }
    public required string Key { get; set; }
    public required string Value { get; set; }
}

internal sealed class ExperimentMapping : IEntityTypeConfiguration<Experiment>, IEntityTypeConfiguration<Run>, IEntityTypeConfiguration<RunParameter>,
    IEntityTypeConfiguration<RunMetric>, IEntityTypeConfiguration<RunMetricPoint>, IEntityTypeConfiguration<RunTag>
{
    public void Configure(EntityTypeBuilder<Experiment> builder) => builder.HasIndex(e => e.Name).IsUnique();

    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.Property(r => r.Status).HasConversion<string>();
        builder.HasIndex(r => new { r.ExperimentId, r.StartedAt });
        builder.HasMany(r => r.Parameters).WithOne().HasForeignKey(p => p.RunId);
        builder.HasMany(r => r.Metrics).WithOne().HasForeignKey(m => m.RunId);
        builder.HasMany(r => r.Tags).WithOne().HasForeignKey(t => t.RunId);
        builder.HasMany<RunMetricPoint>().WithOne().HasForeignKey(p => p.RunId);
    }

    public void Configure(EntityTypeBuilder<RunParameter> builder) => builder.HasKey(p => new { p.RunId, p.Key });

    public void Configure(EntityTypeBuilder<RunMetric> builder) => builder.HasKey(m => new { m.RunId, m.Key });

    public void Configure(EntityTypeBuilder<RunMetricPoint> builder) => builder.HasIndex(p => new { p.RunId, p.Key, p.Step });

    public void Configure(EntityTypeBuilder<RunTag> builder) => builder.HasKey(t => new { t.RunId, t.Key });
}
