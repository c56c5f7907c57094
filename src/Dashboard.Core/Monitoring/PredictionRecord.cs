using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving;

namespace Dashboard.Core.Monitoring;

/// <summary>One prediction on its way to the log: served here, or observed elsewhere and sent in.</summary>
public sealed class PredictionRecord
{
    public required ServedModel Model { get; init; }

    /// <summary>The caller's id, or one made here; at most 200 characters.</summary>
    public required string Id { get; init; }

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
