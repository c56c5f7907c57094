using System.Text.Json.Serialization;
using Dashboard.Core;
using Dashboard.Core.Governance.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Governance;

/// <summary>
/// What happened: who, what, when, to what, from where, and how it was before and is since. Whoever changes something adds one in its own transaction;
/// its place in the chain, its origin and its hashes are filled in when the context saves (<see cref="Audit.AuditChain"/>).
/// </summary>
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

    /// <summary>How what was changed was before, as JSON; null where it is not known or there was nothing. Never a secret.</summary>
    [JsonIgnore]
    public string? BeforeJson { get; set; }

    /// <summary>How it is since, as JSON.</summary>
    [JsonIgnore]
    public string? AfterJson { get; set; }

    /// <summary>api, page or cli; null where it is unknown or the product acted by itself.</summary>
    [JsonIgnore]
    public string? Via { get; set; }

    [JsonIgnore]
    public string? Address { get; set; }

    [JsonIgnore]
    public string? Page { get; set; }

    /// <summary>Its place in the chain, from 1; null only until an installation from before there was a chain starts anew.</summary>
    public long? Sequence { get; set; }

    /// <summary>Written before there was a chain, and chained afterwards.</summary>
    [JsonIgnore]
    public bool IsImported { get; set; }

    [JsonIgnore]
    public byte[]? PreviousHash { get; set; }

    [JsonIgnore]
    public byte[]? Hash { get; set; }

    /// <summary>For <see cref="BeforeJson"/> and <see cref="AfterJson"/>.</summary>
    internal static string? Json(object? value) => value is null ? null : CanonicalJson.Serialize(value);

    /// <summary>The entry as it is hashed.</summary>
    /// <exception cref="InvalidOperationException">It has no place in the chain yet.</exception>
    internal AuditEntry ToAudit() => new(Sequence ?? throw new InvalidOperationException($"Entry {Id} has no place in the chain."), At, Actor, Action, ModelName, Subject, Summary,
        Via, Address, Page, BeforeJson, AfterJson, IsImported);
}

internal sealed class ActivityMapping : IEntityTypeConfiguration<ActivityEntry>
{
    public void Configure(EntityTypeBuilder<ActivityEntry> builder)
    {
        builder.HasIndex(a => a.At);
        builder.HasIndex(a => new { a.ModelName, a.At });
        builder.HasIndex(a => a.Sequence).IsUnique();
    }
}
