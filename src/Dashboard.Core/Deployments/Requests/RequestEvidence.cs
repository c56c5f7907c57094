using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Deployments.Requests;

/// <summary>What was known of a version when its promotion was asked for: computed from facts, immutable, stored as it is. Its digest binds approvals to it.</summary>
/// <param name="Package">The version's digest.</param>
/// <param name="Champion">The version that was live then; null: none.</param>
/// <param name="ChampionPackage">Its digest.</param>
/// <param name="Comparison">Both on the same held-out rows; null where they cannot be compared.</param>
/// <param name="ComparedOn">Which rows those are, or why there is no comparison, in words.</param>
/// <param name="Segments">By the model's segments, in their order.</param>
/// <param name="Changes">What differs from the champion in data, parameters and features.</param>
/// <param name="Drift">Live inputs of now against what either version was made from; null without live traffic.</param>
/// <param name="Latency">Null where the version could not be loaded.</param>
/// <param name="Checks">One for each of <see cref="CheckNames.All"/>, in that order.</param>
public sealed record RequestEvidence(DateTimeOffset GatheredAt, string Package, int? Champion, string? ChampionPackage, ChallengerComparison? Comparison, string ComparedOn,
    IReadOnlyList<SegmentComparison> Segments, VersionChanges Changes, LiveDrift? Drift, LatencyFigures? Latency, PackageSize Size, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>The SHA-256 of the canonical JSON, in lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.SerializeToUtf8(this)));

    public string ToJson() => CanonicalJson.Serialize(this);
}

/// <summary>Both versions in one segment of the held-out rows.</summary>
/// <param name="Rows">Rows with a known outcome in it.</param>
/// <param name="Difference">In the loss that margins are judged by; null where it cannot be given.</param>
/// <param name="WhyNot">Why not, in words.</param>
public sealed record SegmentComparison(string Name, string Expression, int Rows, PairedDifference? Difference, string? WhyNot);

/// <summary>How long one row takes, from raw inputs to the answer, on one thread of the host that gathered the evidence. Microseconds.</summary>
/// <param name="Rows">Rows that were timed.</param>
/// <param name="ChampionMedian">The champion's on the same rows; null without one.</param>
public sealed record LatencyFigures(int Rows, double Median, double P99, double? ChampionMedian, double? ChampionP99);

/// <summary>Bytes of the whole package and of its model file.</summary>
public sealed record PackageSize(long Bytes, long ModelBytes, long? ChampionBytes, long? ChampionModelBytes);

/// <summary>Recent live inputs against the rows that a version was made from.</summary>
/// <param name="Rows">Live rows that were looked at, evenly over the range.</param>
/// <param name="Features">The largest distance from the new version's reference first; timestamps' parts are left out, since which hours a range holds says nothing.</param>
public sealed record LiveDrift(int Rows, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<FeatureDrift> Features);

/// <param name="Distance">Population stability index against the new version's reference.</param>
/// <param name="ChampionDistance">Against the champion's; null where it does not have the feature.</param>
public sealed record FeatureDrift(string Feature, double Distance, double? ChampionDistance);
