using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Deployments.Plans;

/// <summary>How a version comes into production.</summary>
public enum RolloutStrategy
{
    /// <summary>Everybody gets the new version as soon as it is loaded.</summary>
    AllAtOnce,

    /// <summary>Both are loaded, one switch, the previous one is kept warm.</summary>
    BlueGreen,

    /// <summary>Steps of growing weight, each analysed.</summary>
    Canary,

    /// <summary>One fixed split that runs to a decision.</summary>
    AbTest,

    /// <summary>The new version answers copies of requests; its answers are compared and thrown away.</summary>
    Shadow,

    /// <summary>Node after node; a step's weight is the share of nodes that have the new version.</summary>
    Rolling,
}

/// <summary>What follows a failed analysis.</summary>
public enum FailureAction
{
    /// <summary>The new version gets no more traffic.</summary>
    RollBack,

    /// <summary>The weight stays as it is until a person decides.</summary>
    Freeze,
}

/// <summary>A stretch at one weight.</summary>
/// <param name="Weight">Of the new version: above 0 and below 100 %, since the comparison needs both versions' concurrent traffic.</param>
/// <param name="Hold">The shortest time at this weight; a verdict before it ends is not taken for a pass.</param>
/// <param name="Longest">When the verdict is still inconclusive after this time, the rollout pauses; at least <paramref name="Hold"/>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RolloutStep(TrafficWeight Weight, TimeSpan Hold, TimeSpan Longest);

/// <summary>Requests copied to the new version before it answers anybody.</summary>
/// <param name="Mirrored">The share of requests that is copied, above 0.</param>
/// <inheritdoc cref="RolloutStep" path="/param"/>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ShadowStage(TrafficWeight Mirrored, TimeSpan Hold, TimeSpan Longest);

/// <summary>What people approve: how a version is brought into production and what it is judged by. Immutable; its digest binds an approval to it.</summary>
/// <param name="Steps">Empty for the strategies that have none.</param>
/// <param name="Shadow">Before the steps; null: none.</param>
/// <param name="Metrics">At least one wherever something is compared.</param>
/// <param name="AutomaticPromotion">After the last passed analysis (without one: as soon as the version is loaded) promote without a person. There is no timer that promotes.</param>
/// <param name="BakeTime">How long the promotion is watched, with the previous version kept warm, before it counts as succeeded.</param>
/// <param name="ProgressDeadline">How long loading, and switching, may take before the rollout is aborted.</param>
/// <param name="RecentlyLive">A rollback to a version that was live within this time skips the steps.</param>
/// <param name="Risk">α: the probability, at most, that a version as good as the champion is failed at any time of the whole rollout.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RolloutPlan(RolloutStrategy Strategy, IReadOnlyList<RolloutStep> Steps, ShadowStage? Shadow, IReadOnlyList<MetricRule> Metrics, FailureAction OnFailure, bool AutomaticPromotion,
    TimeSpan BakeTime, TimeSpan ProgressDeadline, TimeSpan RecentlyLive, double Risk = RolloutPlan.DefaultRisk)
{
    public const double DefaultRisk = 0.05;

    /// <summary>Stretches of traffic in which the versions are compared.</summary>
    [JsonIgnore]
    public int Stages => Steps.Count + (Shadow is null ? 0 : 1);

    /// <summary>The SHA-256 of the canonical JSON, in lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.SerializeToUtf8(this)));

    public string ToJson() => CanonicalJson.Serialize(this);

    /// <summary>Reads a plan and checks it; a member that no plan has is an error, so that a mistyped one is not silently left out.</summary>
    public static Result<RolloutPlan> Parse(string json)
    {
        try
        {
            var plan = CanonicalJson.Deserialize<RolloutPlan>(json);
            return plan.Check() is { } error ? error : plan;
        }
        catch (JsonException fault)
        {
            return InvalidValue.Of(string.IsNullOrEmpty(fault.Path) ? "plan" : fault.Path, null, $"a rollout plan: {fault.Message}");
        }
    }
}
