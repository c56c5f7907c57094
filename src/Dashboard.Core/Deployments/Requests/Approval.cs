namespace Dashboard.Core.Deployments.Requests;

/// <summary>An approval that somebody gave.</summary>
/// <param name="By">The account's number.</param>
/// <param name="ByName">What the account was called then.</param>
/// <param name="Digest">The <see cref="RequestDigest"/> that they saw.</param>
/// <param name="Rule">The rule that it counted for then.</param>
public sealed record Approval(int By, string ByName, DateTimeOffset At, string Digest, string Rule, string Comment);

/// <summary>Somebody with an account, as far as approving goes.</summary>
/// <param name="MayApprove">Has the role Approver or Administrator on the model or on the installation now.</param>
public sealed record Reviewer(int Id, string Name, bool MayApprove, bool IsAdministrator);

/// <summary>What approvals of a request are judged by.</summary>
/// <param name="ProposedBy">The account; null: no account, as for the installation's own token.</param>
/// <param name="TrainedBy">Accounts that trained the version or brought it in.</param>
/// <param name="Digest">Null until there is evidence.</param>
public sealed record RequestFacts(int? ProposedBy, IReadOnlyCollection<int> TrainedBy, string? Digest, DateTimeOffset ExpiresAt);

/// <summary>Why an approval counts, or not any more.</summary>
public enum ApprovalState
{
    Counts,

    /// <summary>Package, plan or evidence have changed since.</summary>
    Void,

    /// <summary>Older than the policy lets it be.</summary>
    Expired,

    /// <summary>Whoever gave it has lost the role, or is no longer in a group that is asked for.</summary>
    NoLongerMay,
}

/// <summary>A rule with what it still lacks.</summary>
/// <param name="By">Whose approvals count for it.</param>
/// <param name="May">Who can still approve for it.</param>
public sealed record RuleStanding(ApprovalRule Rule, IReadOnlyList<string> By, IReadOnlyList<string> May)
{
    public int Missing => Rule.Count - By.Count;

    /// <summary>Fewer people are left than approvals are missing: without another account, or a break of the glass, it can never be complete.</summary>
    public bool IsStuck => May.Count < Missing;
}

/// <summary>Where the approvals of a request stand.</summary>
/// <param name="States">For each approval, in the order given.</param>
public sealed record ApprovalStanding(IReadOnlyList<RuleStanding> Rules, IReadOnlyList<ApprovalState> States)
{
    public int Needed => Rules.Sum(rule => rule.Rule.Count);

    public int Given => Rules.Sum(rule => rule.By.Count);

    public bool IsComplete => Given == Needed;
}
