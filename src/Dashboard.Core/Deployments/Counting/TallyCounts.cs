using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Deployments.Counting;

/// <summary>What one version was counted with; see <see cref="SplitTally"/> for units.</summary>
/// <param name="Errors">At most <paramref name="Requests"/>.</param>
/// <param name="Predictions">Rows in each bin; empty: not counted.</param>
public sealed record ArmCounts(long Requests, long Errors, ArmReading Latency, ArmReading Estimated, ArmReading Realised, IReadOnlyList<long> Predictions)
{
    public bool IsEmpty => Requests == 0 && Latency.Count == 0 && Estimated.Count == 0 && Realised.Count == 0 && Predictions.All(count => count == 0);

    /// <summary>What is wrong with counts that came from elsewhere; null when nothing is.</summary>
    public Error? Check(string field) =>
        Requests < 0 ? InvalidValue.Of($"{field}.requests", $"{Requests}", "0 or more")
        : Errors < 0 || Errors > Requests ? InvalidValue.Of($"{field}.errors", $"{Errors}", $"0 to {Requests}")
        : Predictions is null || Predictions.Any(count => count < 0) ? InvalidValue.Of($"{field}.predictions", null, "counts of 0 or more")
        : Check(Latency, $"{field}.latency") ?? Check(Estimated, $"{field}.estimated") ?? Check(Realised, $"{field}.realised");

    private static Error? Check(ArmReading? reading, string field) =>
        reading is null ? InvalidValue.Of(field, null, "a reading") : reading.Check(Plans.MetricForm.Mean, field, ArmReading.Empty);
}

/// <summary>What was counted of a stage since the last time, to be added elsewhere: how a node tells of its share of a rollout.</summary>
/// <param name="ChampionEntities">Hashes of entities that were new; see <see cref="TrafficSplit.Hash"/>.</param>
public sealed record TallyCounts(ArmCounts Champion, ArmCounts Challenger, IReadOnlyList<ulong> ChampionEntities, IReadOnlyList<ulong> ChallengerEntities, long MirrorsDropped)
{
    public bool IsEmpty => Champion.IsEmpty && Challenger.IsEmpty && ChampionEntities.Count == 0 && ChallengerEntities.Count == 0 && MirrorsDropped == 0 && Mirrored.IsEmpty;

    /// <summary>Copied rows whose truth comes elsewhere.</summary>
    public MirroredRows Mirrored { get; init; } = MirroredRows.None;

    /// <summary>What is wrong with counts that came from elsewhere; null when nothing is.</summary>
    public Error? Check(string field) =>
        Champion is null || Challenger is null ? InvalidValue.Of(field, null, "counts of both versions")
        : ChampionEntities is null || ChallengerEntities is null ? InvalidValue.Of($"{field}.entities", null, "lists of hashes")
        : MirrorsDropped < 0 ? InvalidValue.Of($"{field}.mirrorsDropped", $"{MirrorsDropped}", "0 or more")
        : Mirrored is null ? InvalidValue.Of($"{field}.mirrored", null, "lists of rows, or nothing")
        : Mirrored.Check($"{field}.mirrored") ?? Champion.Check($"{field}.champion") ?? Challenger.Check($"{field}.challenger");
}
