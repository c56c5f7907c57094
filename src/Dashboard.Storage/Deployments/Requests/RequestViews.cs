using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Requests;

namespace Dashboard.Storage.Deployments.Requests;

/// <summary>A request in a list.</summary>
/// <param name="State">open, approved, rejected, withdrawn or expired.</param>
/// <param name="Needed">Approvals that the policy asks for; once it has ended, those that it asked for then.</param>
/// <param name="Given">Approvals that count.</param>
/// <param name="Blocking">Required checks that fail and are not waived.</param>
/// <param name="HasEvidence">False while it is being gathered.</param>
/// <param name="ReviewOutstanding">An administrator went round the approvals, and no other one has looked at it yet.</param>
public sealed record RequestSummary(int Id, string Model, int Version, int? Champion, string Environment, RolloutStrategy Strategy, RequestState State, string ProposedBy, string Reason, DateTimeOffset ProposedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? EndedAt, int Needed, int Given, int Blocking, bool HasEvidence, bool ReviewOutstanding)
{
    /// <summary>Waits for whoever asked for the list.</summary>
    public bool WaitsForMe { get; init; }
}

/// <summary>An approval as it stands.</summary>
public sealed record ApprovalView(string By, DateTimeOffset At, string Rule, string Comment, ApprovalState State);

public sealed record CommentView(string By, DateTimeOffset At, string Text);

/// <summary>An administrator who went round the approvals, and who reviewed it.</summary>
/// <param name="Incident">The incident that it is; null: it is past its retention, or from before there were such incidents.</param>
public sealed record GlassView(string By, DateTimeOffset At, string Reason, string? ReviewedBy, DateTimeOffset? ReviewedAt, string? ReviewWords, int? Incident);

/// <summary>A request with everything that its page shows.</summary>
/// <param name="Digest">What an approval is bound to; null until there is evidence.</param>
/// <param name="Moved">Why nobody can approve it any more: another version is live by now; null while none is.</param>
/// <param name="Refusal">Why whoever asks cannot approve; null: they can.</param>
/// <param name="MayWaive">Whether whoever asks is not kept from waiving by four eyes.</param>
public sealed record RequestDetail(RequestSummary Summary, Guid RolloutId, string PackageDigest, RolloutPlan Plan, string PlanDigest, RequestEvidence? Evidence, string? EvidenceError, string? Digest,
    IReadOnlyList<StandingCheck> Checks, IReadOnlyList<RuleStanding> Rules, IReadOnlyList<ApprovalView> Approvals, IReadOnlyList<CommentView> Comments, PolicyView Policy, string? EndedBy, string? EndReason, GlassView? Glass,
    Error? Moved, bool IsMine, Error? Refusal, bool MayWaive);

/// <summary>A version that is to be proposed.</summary>
public sealed record NewRequest(string Model, int Version, string Environment, RolloutPlan Plan, string Reason);
