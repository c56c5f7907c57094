using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Training;

public enum JobStatus { Queued, Running, Succeeded, Failed, Cancelled, Interrupted }

/// <summary>A training job: a row first, then a child process.</summary>
public sealed class Job
{
    /// <summary>A version-7 GUID in its "N" form: sorts by time.</summary>
    public required string Id { get; set; }
    public required string Title { get; set; }
    public required string ModelName { get; set; }

    /// <summary><see cref="Core.Training.TrainingSpec"/> as JSON.</summary>
    public required string SpecJson { get; set; }
    public JobStatus Status { get; set; }

    /// <summary>What it is doing now, for people: "Reading data", "Training round 34 of 200".</summary>
    public string Step { get; set; } = "";

    /// <summary>0 to 1.</summary>
    public double Progress { get; set; }
    public required string RequestedBy { get; set; }

    /// <summary>Why it was started: "by hand", "demonstration".</summary>
    public string Reason { get; set; } = "";
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? Error { get; set; }
    public string? RunId { get; set; }
    public int? VersionNumber { get; set; }
    public string? RetryOf { get; set; }
    public int? ProcessId { get; set; }
    public bool IsDemo { get; set; }
}

internal sealed class JobMapping : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.Property(j => j.Status).HasConversion<string>();
        builder.HasIndex(j => j.Status);
        builder.HasIndex(j => j.ModelName);
    }
}
