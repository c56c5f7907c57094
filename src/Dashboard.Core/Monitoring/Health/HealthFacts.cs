using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Health;

/// <summary>The figure that stands for the model, as it is now, against what it was when the version was made.</summary>
/// <param name="Labelled">Rows with ground truth behind <paramref name="Now"/>.</param>
public sealed record MetricStanding(MetricInfo Info, double? Now, double? Baseline, long Labelled)
{
    /// <summary>What the figure is expected to be over all predictions, before their ground truth is in; null where it cannot be estimated or is known by now.</summary>
    public EstimatedFigure? Estimated { get; init; }

    /// <summary>The estimate minus the baseline, with the uncertainty of both.</summary>
    public EstimatedFigure? EstimatedChange { get; init; }

    /// <summary>How much worse it is than the baseline; negative when better; null where either is unknown or no direction is better.</summary>
    public double? Loss => Now is { } now && Baseline is { } baseline && Info.HigherIsBetter is { } higher ? higher ? baseline - now : now - baseline : null;
}

/// <summary>What is known of a model in the time that a person looks at.</summary>
/// <param name="Champion">The live version's number; null when nothing is live.</param>
/// <param name="Predictions">On the model's clock.</param>
/// <param name="Requests">On the service's clock.</param>
/// <param name="Failures">Of the requests, those that the service itself failed (status 500 and up).</param>
/// <param name="Alert">The worst alert that fires now; null where none does.</param>
public sealed record HealthFacts(int? Champion, long Predictions, long Requests, long Failures, DriftStanding Drift, MetricStanding? Metric, FiringAlert? Alert = null);

/// <summary>An alert that fires: what a person said would matter.</summary>
/// <param name="Title">The rule's name.</param>
/// <param name="Others">How many incidents are open besides.</param>
public sealed record FiringAlert(string Title, AlertSeverity Severity, int Others);
