using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;

namespace Dashboard.Storage.Deployments.Requests;

/// <summary>
/// What a request was judged by when it ended, as it is kept with it: a policy that is written later, a role that somebody loses and time that passes say nothing of what was decided before.
/// </summary>
/// <param name="By">For each rule of the policy, whose approvals counted.</param>
/// <param name="States">For each approval, in the order given.</param>
internal sealed record RequestOutcome(string? Model, string Environment, PromotionPolicy Policy, bool IsDefault, string? ChangedBy, DateTimeOffset? ChangedAt, IReadOnlyList<IReadOnlyList<string>> By, IReadOnlyList<ApprovalState> States)
{
    public static RequestOutcome Of(PolicyView policy, ApprovalStanding standing) =>
        new(policy.Model, policy.Environment, policy.Policy, policy.IsDefault, policy.ChangedBy, policy.ChangedAt, [.. standing.Rules.Select(rule => rule.By)], standing.States);

    /// <summary>Null: it is open, or ended before outcomes were kept.</summary>
    public static RequestOutcome? Of(PromotionRequest row) => row is { State: not RequestState.Open, OutcomeJson: { } json } ? CanonicalJson.Deserialize<RequestOutcome>(json) : null;

    public PolicyView ToPolicy() => new(Model, Environment, Policy, IsDefault, ChangedBy, ChangedAt);

    /// <summary>Nobody can approve any more.</summary>
    public ApprovalStanding ToStanding() => new([.. Policy.Approvals.Zip(By, (rule, by) => new RuleStanding(rule, by, []))], States);
}
