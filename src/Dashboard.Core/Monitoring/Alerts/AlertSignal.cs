namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>What a rule can watch. <see cref="SignalInfo"/> says of each on which clock it is, in which unit and what it needs.</summary>
public enum SignalKind
{
    /// <summary>A realised metric, from ground truth.</summary>
    Metric,

    /// <summary>How much worse a realised metric is than its baseline, as a share of the baseline.</summary>
    MetricLoss,

    /// <summary>A metric as it is expected to be before its ground truth arrives.</summary>
    EstimatedMetric,

    /// <summary>How much worse an estimated metric is than its baseline, as a share of the baseline.</summary>
    EstimatedLoss,

    /// <summary>The share of the model's importance that the inputs carry which moved in the newest block that is over. A block's verdict keeps its false-alarm rate by itself.</summary>
    DriftedImportance,

    /// <summary>How many inputs moved in that block.</summary>
    DriftedInputs,

    /// <summary>Whether a named input moved in that block.</summary>
    InputDrift,

    /// <summary>Whether the inputs as a whole moved in that block, weighted by importance.</summary>
    ModelDrift,

    /// <summary>Whether the predictions moved in that block.</summary>
    PredictionDrift,

    /// <summary>Whether the loss has been above what is tolerated: the relation of inputs and truth has changed for the worse.</summary>
    ConceptDrift,

    /// <summary>The share of rows without a value.</summary>
    MissingRate,

    /// <summary>The share of rows whose number lies outside the reference's range.</summary>
    OutOfRange,

    /// <summary>The share of rows with a category that the model does not know.</summary>
    UnknownCategories,

    /// <summary>The share of items sent in that were not taken.</summary>
    RejectedItems,

    /// <summary>The share of predictions whose id had come before.</summary>
    Duplicates,

    LatencyP50,
    LatencyP95,
    LatencyP99,

    /// <summary>The share of requests that were refused or failed.</summary>
    ErrorRate,

    /// <summary>The share of requests that the service itself failed: status 500 and up.</summary>
    ServerErrorRate,
    RequestRate,
    LabelCoverage,
    LabelLag,

    /// <summary>Trainings that failed since the last one that succeeded.</summary>
    FailedJobs,

    /// <summary>Absence of data on the service's clock: time since a prediction arrived, served or sent in.</summary>
    PredictionAge,

    /// <summary>Absence of data on the model's clock: age of the newest event.</summary>
    EventAge,
}

/// <summary>One signal of a model.</summary>
/// <param name="Name">The metric's key or the input's name, where the kind takes one; null: the model's main metric, or the worst input.</param>
public sealed record AlertSignal(SignalKind Kind, string? Name = null);

/// <summary>Event time, or time of arrival.</summary>
public enum SignalClock { Service, Model }

/// <summary>A signal as it was read once.</summary>
/// <param name="At">On the signal's own clock: now, the model's newest event, or the end of the block that was judged.</param>
/// <param name="Value">In the signal's unit; null where there is nothing to compute it from.</param>
/// <param name="Sample">How many rows, requests or items are behind it.</param>
public readonly record struct SignalReading(DateTimeOffset At, double? Value, long Sample);
