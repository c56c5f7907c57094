namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>What a rule can watch. <see cref="SignalInfo"/> says of each on which clock it is, in which unit and what it needs.</summary>
public enum SignalKind
{
    /// <summary>A realised metric, from ground truth.</summary>
    Metric,

    /// <summary>How much worse a realised metric is than its baseline, as a share of the baseline.</summary>
    MetricLoss,

    /// <summary>The share of the model's importance that moved inputs carry.</summary>
    DriftedImportance,

    /// <summary>How many inputs have moved.</summary>
    DriftedInputs,

    /// <summary>Whether a named input has moved.</summary>
    InputDrift,

    /// <summary>Whether the predictions have moved.</summary>
    PredictionDrift,

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
/// <param name="At">On the signal's own clock: now, or the model's newest event.</param>
/// <param name="Value">In the signal's unit; null where there is nothing to compute it from.</param>
/// <param name="Sample">How many rows, requests or items are behind it.</param>
public readonly record struct SignalReading(DateTimeOffset At, double? Value, long Sample);
