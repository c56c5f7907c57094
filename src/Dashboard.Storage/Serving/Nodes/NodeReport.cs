using Dashboard.Core;
using Dashboard.Core.Deployments.Counting;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Monitoring;

namespace Dashboard.Storage.Serving.Nodes;

/// <summary>The rollout stage that chose a prediction's version.</summary>
public readonly record struct ChosenBy(Guid Rollout, int Stage, Arm Arm, bool IsForced);

/// <summary>A prediction that a node made; see <see cref="PredictionRecord"/>.</summary>
/// <param name="ModelId">The model's key at the control room, as its orders said.</param>
/// <param name="VersionId">The version's key there.</param>
/// <param name="Latency">Microseconds.</param>
/// <param name="Payload">Outputs and raw inputs, as the prediction log keeps them.</param>
public sealed record NodePrediction(string Model, int ModelId, int VersionId, string Id, string? Entity, DateTimeOffset ArrivedAt, DateTimeOffset EventTime, float Latency, ChosenBy? ChosenBy, byte[] Payload);

/// <summary>What a node's service did in one slot of arrival time.</summary>
/// <param name="Window">A <see cref="ServiceWindow"/>, serialized.</param>
public sealed record NodeService(string Model, DateTimeOffset Start, byte[] Window);

/// <summary>What a node counted of a rollout's stage since its last report.</summary>
public sealed record NodeTally(string Model, Guid Rollout, int Stage, TallyCounts Counts);

/// <summary>When a caller's token was last used on a node.</summary>
public sealed record NodeCaller(int Id, DateTimeOffset At);

/// <summary>What a node could not tell yet.</summary>
/// <param name="Waiting">Predictions that wait to be sent.</param>
/// <param name="NotLogged">Predictions that found no room to wait, since the node's start.</param>
public sealed record NodeBacklog(long Waiting, long NotLogged);

/// <summary>What happened on a node since its last report.</summary>
/// <param name="Instance">See <see cref="NodeStanding"/>.</param>
/// <param name="Sequence">Grows by one with every report of an instance: one that is sent again, since its answer was lost, is taken once.</param>
public sealed record NodeReport(Guid Instance, long Sequence, IReadOnlyList<NodePrediction> Predictions, IReadOnlyList<NodeService> Service, IReadOnlyList<QualityCount> Quality, IReadOnlyList<NodeTally> Tallies,
    IReadOnlyList<NodeCaller> Callers)
{
    /// <summary>What waits behind it; null: the node does not say.</summary>
    public NodeBacklog? Backlog { get; init; }

    /// <summary>Most predictions in one report.</summary>
    public const int MostPredictions = 5000;

    public bool IsEmpty => Predictions.Count == 0 && Service.Count == 0 && Quality.Count == 0 && Tallies.Count == 0 && Callers.Count == 0;

    /// <summary>What is wrong with a report, by field; null when nothing is. Payloads are looked at when they are read.</summary>
    public Error? Check()
    {
        if (Instance == Guid.Empty)
            return InvalidValue.Of("instance", $"{Instance}", "the id of the node's present start");
        if (Sequence < 1)
            return InvalidValue.Of("sequence", $"{Sequence}", "a number from 1 on");
        if (Predictions is null || Service is null || Quality is null || Tallies is null || Callers is null)
            return InvalidValue.Of(Predictions is null ? "predictions" : Service is null ? "service" : Quality is null ? "quality" : Tallies is null ? "tallies" : "callers", null, "a list");
        if (Predictions.Count > MostPredictions)
            return InvalidValue.Of("predictions", $"{Predictions.Count} predictions", $"at most {MostPredictions}");
        for (var i = 0; i < Predictions.Count; i++)
            if (Predictions[i] is not { Model: not null, Id.Length: > 0 and <= 200, Payload: not null, Entity: null or { Length: > 0 and <= 200 } })
                return InvalidValue.Of($"predictions[{i}]", Predictions[i]?.Id, "model, an id of 1 to 200 characters and a payload");
        for (var i = 0; i < Tallies.Count; i++)
            if (Tallies[i] is not { Model: not null, Counts: not null })
                return InvalidValue.Of($"tallies[{i}]", null, "model and counts");
            else if (Tallies[i].Counts.Check($"tallies[{i}].counts") is { } wrong)
                return wrong;
        for (var i = 0; i < Service.Count; i++)
            if (Service[i] is not { Model: not null, Window: not null })
                return InvalidValue.Of($"service[{i}]", null, "model and window");
        for (var i = 0; i < Quality.Count; i++)
            if (Quality[i] is not { Subject: not null, Count: > 0 })
                return InvalidValue.Of($"quality[{i}]", null, "a subject and a count above 0");
        return null;
    }
}
