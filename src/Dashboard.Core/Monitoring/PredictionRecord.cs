using Dashboard.Core.Data.Features;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Serving;

namespace Dashboard.Core.Monitoring;

/// <summary>One prediction on its way to the log: served here, or observed elsewhere and sent in.</summary>
public sealed class PredictionRecord
{
    public required ServedModel Model { get; init; }

    /// <summary>The caller's id, or one made here; at most 200 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Whom or what the prediction is about, as the caller named it, at most 200 characters; null where nobody was named and the request's id stands for it.</summary>
    public string? EntityKey { get; init; }

    /// <summary>The rollout that chose the version; null where none did: there is none, the caller named the version, or the champion stood in for a challenger that failed.</summary>
    public RouteSplit? Split { get; init; }

    /// <summary>How it was chosen; means something with a <see cref="Split"/> only.</summary>
    public Assignment Assignment { get; init; }

    /// <summary>True where a test demanded the version: no evidence.</summary>
    public bool IsForced => Split is not null && Assignment.IsForced;

    /// <summary>The split whose evidence the prediction is; null where it is nobody's.</summary>
    public RouteSplit? CountedBy => Split is { } split && split.Counts(Assignment) ? split : null;

    /// <summary>When the request arrived: the service's clock.</summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>When the event happened: the model's clock. Arrival where the caller did not say.</summary>
    public required DateTimeOffset EventTime { get; init; }

    /// <summary>Raw inputs in the signature's order.</summary>
    public required InputValue[] Inputs { get; init; }

    /// <summary>Encoded features, as the model saw them.</summary>
    public required float[] Features { get; init; }

    /// <summary>The outputs: a probability, one a class, or a value.</summary>
    public required float[] Outputs { get; init; }

    /// <summary>Time to answer in microseconds; NaN where unknown.</summary>
    public required float LatencyMicroseconds { get; init; }

    /// <summary>The ground truth where it came with the observation: class index (0 or 1 for binary), or the value; NaN where unknown.</summary>
    public double Label { get; init; } = double.NaN;
}
