using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Core.Deployments.Requests;

/// <summary>So many people of a group must approve. A person counts for one rule only: two rules take two people.</summary>
/// <param name="Name">What people call it: "Model owners".</param>
/// <param name="Group"><see cref="PromotionPolicy.Approvers"/>, <see cref="PromotionPolicy.Administrators"/>, or one of the policy's own groups.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ApprovalRule(string Name, string Group, int Count);

/// <summary>Accounts that a rule names together. To approve they need the role of an approver besides.</summary>
/// <param name="People">The accounts' numbers: a name can be given to somebody else.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PeopleGroup(string Name, IReadOnlyList<int> People);

/// <summary>How much worse than the champion is still let through, as a share of the champion's loss.</summary>
/// <param name="Overall">On all held-out rows: 0.02 lets a log loss of 0.500 become 0.510.</param>
/// <param name="Segments">For named segments of the model; those that are not named are shown and not judged.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PromotionMargins(double Overall, IReadOnlyDictionary<string, double> Segments);

/// <summary>What may happen without a person. Each is off until somebody turns it on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AutomaticActions(bool ProposeWinningChallenger = false, bool PromoteWithoutPeople = false, bool RollBackOnGuardAlert = false, bool RetrainOnDrift = false, bool RetrainOnLoss = false);

/// <summary>What it takes to put a version into service. For the installation, and in its place for a model or for one environment of a model. Immutable; read by <see cref="Parse"/> alone, which leaves no member out silently.</summary>
/// <param name="Approvals">Empty: proposing is enough.</param>
/// <param name="FourEyes">Whoever proposed, and whoever trained or brought in the version, cannot approve it.</param>
/// <param name="RequestDays">After so many days without a decision a request expires.</param>
/// <param name="ApprovalDays">After so many days an approval counts no more.</param>
/// <param name="RequiredChecks">While one of these fails and is not waived, nobody can approve.</param>
/// <param name="LatencyBudgetMs">The 99th percentile of scoring a row on this host, in milliseconds.</param>
/// <param name="RequireSignature">A package without a signature by a trusted publisher does not go live: its check fails where it is only shown otherwise, and nobody promotes it directly.</param>
/// <param name="BreakGlass">An administrator may go round approvals with a reason, which another one reviews.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PromotionPolicy(IReadOnlyList<ApprovalRule> Approvals, IReadOnlyList<PeopleGroup> Groups, IReadOnlyList<string> RequiredChecks, PromotionMargins Margins, AutomaticActions Automatic,
    bool FourEyes = true, int RequestDays = PromotionPolicy.DefaultDays, int ApprovalDays = PromotionPolicy.DefaultDays, double LatencyBudgetMs = PromotionPolicy.DefaultBudgetMs, bool BreakGlass = true, bool RequireSignature = false)
{
    /// <summary>Everybody with the role Approver or Administrator, on the model or on the installation.</summary>
    public const string Approvers = "approvers";

    /// <summary>Everybody with the role Administrator, on the model or on the installation.</summary>
    public const string Administrators = "administrators";

    /// <summary>The name under which a policy acts.</summary>
    public const string Actor = "policy";

    public const int DefaultDays = 30;
    public const double DefaultBudgetMs = 10;

    /// <summary>The SHA-256 of the canonical JSON, in lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.SerializeToUtf8(this)));

    /// <summary>How many approvals there must be in all.</summary>
    [JsonIgnore]
    public int ApprovalsNeeded => Approvals.Sum(rule => rule.Count);

    /// <summary>What holds until somebody writes a policy: with accounts one other person approves; a person alone decides alone.</summary>
    public static PromotionPolicy Default(bool hasAccounts) => new(hasAccounts ? [new("Approval", Approvers, 1)] : [], [], [CheckNames.Package, CheckNames.Schema, CheckNames.Smoke],
        new(0.02, new Dictionary<string, double>(StringComparer.Ordinal)), new());

    public string ToJson() => CanonicalJson.Serialize(this);

    /// <summary>Reads a policy and checks it; a member that no policy has is an error, so that a mistyped one is not silently left out.</summary>
    public static Result<PromotionPolicy> Parse(string json)
    {
        try
        {
            var policy = CanonicalJson.Deserialize<PromotionPolicy>(json);
            return policy.Check() is { } error ? error : policy;
        }
        catch (JsonException fault)
        {
            return InvalidValue.Of(string.IsNullOrEmpty(fault.Path) || fault.Path == "$" ? "policy" : fault.Path.TrimStart('$', '.'), null, $"a policy: {fault.Message}");
        }
    }
}
