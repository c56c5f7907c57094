using System.Globalization;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Approvals;

/// <summary>Promotion requests in words, icons and colours.</summary>
internal static class RequestDisplay
{
    /// <summary>Where a request stands, for a badge.</summary>
    public static (StateKind Kind, string Word, string Icon) Of(RequestSummary request) => request switch
    {
        { State: RequestState.Open, HasEvidence: false } => (StateKind.None, "Gathering evidence", "clock"),
        { State: RequestState.Open, Blocking: > 0 } => (StateKind.Bad, request.Blocking == 1 ? "A required check fails" : $"{request.Blocking} required checks fail", "bad"),
        { State: RequestState.Open } => (StateKind.Warn, Given(request), "clock"),
        { ReviewOutstanding: true } => (StateKind.Bad, "Went round the approvals", "alert"),
        { State: RequestState.Approved } => (StateKind.Ok, "Approved", "check"),
        { State: RequestState.Rejected } => (StateKind.Bad, "Rejected", "close"),
        { State: RequestState.Withdrawn } => (StateKind.None, "Withdrawn", "back"),
        _ => (StateKind.None, "Expired", "clock"),
    };

    public static string Given(RequestSummary request) => request.Needed == 0 ? "No approval needed" : $"{request.Given} of {Format.Count(request.Needed, "approval")}";

    public static (StateKind Kind, string Word, string Icon) Of(StandingCheck check) => check switch
    {
        { Waiver: not null } => (StateKind.Warn, "Waived", "edit"),
        { Result.Verdict: CheckVerdict.Passed } => (StateKind.Ok, "Passed", "check"),
        { Result.Verdict: CheckVerdict.Failed } => (StateKind.Bad, "Failed", "bad"),
        _ => (StateKind.None, "Not judged", "none"),
    };

    public static (StateKind Kind, string Word, string Icon) Of(ApprovalState state) => state switch
    {
        ApprovalState.Counts => (StateKind.Ok, "Counts", "check"),
        ApprovalState.Void => (StateKind.None, "Void: the evidence is another by now", "none"),
        ApprovalState.Expired => (StateKind.None, "Expired", "clock"),
        _ => (StateKind.None, "Its giver may not approve any more", "none"),
    };

    /// <summary>By the interval: better or worse when it leaves out zero.</summary>
    public static StateKind Of(PairedDifference difference) => ChallengerComparison.VerdictOf(difference) switch
    {
        ComparisonVerdict.Better => StateKind.Ok,
        ComparisonVerdict.Worse => StateKind.Bad,
        _ => StateKind.None,
    };

    public static string Words(PairedDifference difference)
    {
        var info = MetricInfo.For(difference.Metric);
        return $"{info.FormatDifference(difference.Difference)}, from {info.FormatDifference(difference.Lower)} to {info.FormatDifference(difference.Upper)}";
    }

    public static string Group(string group) => group switch
    {
        PromotionPolicy.Approvers => "anyone with the role Approver",
        PromotionPolicy.Administrators => "anyone with the role Administrator",
        _ => $"the group {group}",
    };

    public static string Microseconds(double? value) => value is { } us ? Format.Latency(us) : Format.None;

    public static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
