using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;

namespace Dashboard.Storage.Deployments.Rollouts;

/// <summary>A rollout to be: which version of which model is to go where, and how.</summary>
/// <param name="Version">The version's number.</param>
/// <param name="Environment">A name that the installation has; see <see cref="RolloutTarget"/>.</param>
public sealed record NewRollout(string Model, int Version, string Environment, RolloutPlan Plan, string By, string Reason);

/// <summary>A rollout as it is stored.</summary>
/// <param name="Report">The last look at the present stage; null: there was none.</param>
public sealed record RolloutView(string Model, string Environment, RolloutState State, StageReport? Report, string By, string Reason, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Where a version is rolled out: a model in an environment.</summary>
public static class RolloutTarget
{
    /// <summary>The environment whose versions answer requests.</summary>
    public const string Production = "production";

    /// <summary>The target's name in a <see cref="RolloutState"/>.</summary>
    public static string Of(string model, string environment) => $"{environment}/{model}";
}
