using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Deployments.Requests;

public enum RequestState
{
    /// <summary>Waits for evidence, for approvals, or for a check to be waived.</summary>
    Open,
    Approved,
    Rejected,
    Withdrawn,
    Expired,
}

/// <summary>The approval side of a rollout: one for each rollout that is asked for.</summary>
public sealed class PromotionRequest
{
    public int Id { get; set; }
    public Guid RolloutId { get; set; }
    public int ModelId { get; set; }
    public RegisteredModel Model { get; set; } = null!;
    public int VersionId { get; set; }
    public ModelVersion Version { get; set; } = null!;
    public required string Environment { get; set; }
    public RequestState State { get; set; }

    /// <summary>The account; null: none stood behind it.</summary>
    public int? ProposedById { get; set; }
    public required string ProposedBy { get; set; }
    public required string Reason { get; set; }

    /// <summary>A <see cref="Core.Deployments.Plans.RolloutPlan"/>.</summary>
    public required string PlanJson { get; set; }
    public required string PlanDigest { get; set; }

    /// <summary>A <see cref="RequestEvidence"/>; null until it is gathered.</summary>
    public string? EvidenceJson { get; set; }

    /// <summary>Why the evidence could not be gathered; null while it could.</summary>
    public string? EvidenceError { get; set; }

    /// <summary>What approvals are bound to; null until there is evidence. See <see cref="RequestDigest"/>.</summary>
    public string? Digest { get; set; }
    public DateTimeOffset ProposedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndedBy { get; set; }

    /// <summary>Why it was rejected or withdrawn.</summary>
    public string? EndReason { get; set; }

    /// <summary>A <see cref="RequestOutcome"/>; null while it is open, and where it ended before outcomes were kept.</summary>
    public string? OutcomeJson { get; set; }

    /// <summary>Why an administrator went round the approvals; null: nobody did.</summary>
    public string? GlassReason { get; set; }
    public int? GlassById { get; set; }
    public string? ReviewWords { get; set; }
    public string? ReviewedBy { get; set; }
    public DateTimeOffset? ReviewedAt { get; set; }

    /// <summary>Grows with every change, so that two who decide at once do not overwrite one another.</summary>
    public long Revision { get; set; }
    public List<RequestApproval> Approvals { get; } = [];
    public List<RequestComment> Comments { get; } = [];
    public List<RequestCheck> Checks { get; } = [];
}

/// <summary>An approval. It is added and never changed: whether it counts follows from its digest, its age and who gave it.</summary>
public sealed class RequestApproval
{
    public int Id { get; set; }
    public int RequestId { get; set; }
    public int PersonId { get; set; }
    public required string Person { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Digest { get; set; }
    public required string Rule { get; set; }
    public required string Comment { get; set; }

    internal Approval Fact => new(PersonId, Person, At, Digest, Rule, Comment);
}

public sealed class RequestComment
{
    public int Id { get; set; }
    public int RequestId { get; set; }
    public required string By { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Text { get; set; }
}

/// <summary>A check of the newest evidence, with its waiver: new evidence takes both away.</summary>
public sealed class RequestCheck
{
    public int RequestId { get; set; }
    public required string Name { get; set; }

    /// <summary>A <see cref="CheckResult"/>.</summary>
    public required string ResultJson { get; set; }
    public string? WaiverReason { get; set; }
    public string? WaivedBy { get; set; }
    public DateTimeOffset? WaivedAt { get; set; }

    internal StandingCheck Standing(PromotionPolicy policy)
    {
        var result = CanonicalJson.Deserialize<CheckResult>(ResultJson);
        var needsSignature = Name == CheckNames.Package && policy.RequireSignature;
        if (needsSignature && result.Verdict == CheckVerdict.NotApplicable)
            result = result with { Verdict = CheckVerdict.Failed, Words = $"{result.Words} The policy asks for a signature by a trusted publisher." };
        return new(result, needsSignature || policy.RequiredChecks.Contains(Name), WaiverReason is { } reason ? new(reason, WaivedBy!, WaivedAt!.Value) : null);
    }
}

/// <summary>A policy that somebody wrote: for the installation, a model, or a model in one environment.</summary>
public sealed class PolicyRow
{
    public int Id { get; set; }

    /// <summary>Null: the installation's.</summary>
    public int? ModelId { get; set; }

    /// <summary>Empty: every environment.</summary>
    public required string Environment { get; set; }

    /// <summary>A <see cref="PromotionPolicy"/>.</summary>
    public required string Json { get; set; }
    public required string ChangedBy { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

internal sealed class RequestMapping : IEntityTypeConfiguration<PromotionRequest>, IEntityTypeConfiguration<RequestApproval>, IEntityTypeConfiguration<RequestComment>, IEntityTypeConfiguration<RequestCheck>, IEntityTypeConfiguration<PolicyRow>
{
    public void Configure(EntityTypeBuilder<PromotionRequest> builder)
    {
        builder.ToTable("PromotionRequests");
        builder.Property(r => r.State).HasConversion<string>();
        builder.Property(r => r.Revision).IsConcurrencyToken();
        builder.HasIndex(r => r.RolloutId).IsUnique();
        builder.HasIndex(r => r.State);
        builder.HasOne<RolloutRow>().WithMany().HasForeignKey(r => r.RolloutId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(r => r.Model).WithMany().HasForeignKey(r => r.ModelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(r => r.Version).WithMany().HasForeignKey(r => r.VersionId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(r => r.Approvals).WithOne().HasForeignKey(a => a.RequestId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(r => r.Comments).WithOne().HasForeignKey(c => c.RequestId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(r => r.Checks).WithOne().HasForeignKey(c => c.RequestId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RequestApproval> builder) => builder.ToTable("RequestApprovals");

    public void Configure(EntityTypeBuilder<RequestComment> builder) => builder.ToTable("RequestComments");

    public void Configure(EntityTypeBuilder<RequestCheck> builder)
    {
        builder.ToTable("RequestChecks");
        builder.HasKey(c => new { c.RequestId, c.Name });
    }

    public void Configure(EntityTypeBuilder<PolicyRow> builder)
    {
        builder.ToTable("PromotionPolicies");
        builder.HasIndex(p => new { p.ModelId, p.Environment }).IsUnique();
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(p => p.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}
