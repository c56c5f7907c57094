using Dashboard.Core.Deployments.Statistics;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Storage.Monitoring;

/// <summary>Which figures of a window to show. Realised ones and estimates are never mixed into one.</summary>
public enum MetricSource
{
    /// <summary>There is neither a label nor an estimator.</summary>
    None,

    /// <summary>No label has arrived: the estimate with its band.</summary>
    Estimated,

    /// <summary>Labels have arrived for a part of the predictions: both, since the labelled part may differ from the rest.</summary>
    Both,

    /// <summary>Labels have arrived for nearly all, or there is no estimate: the realised figures.</summary>
    Realised,
}

/// <summary>One window on the model's clock.</summary>
/// <param name="Rows">Predictions.</param>
/// <param name="Labelled">Predictions whose ground truth has arrived.</param>
/// <param name="Metrics">Realised figures by training's keys, over the labelled predictions; one that is not defined is absent.</param>
/// <param name="MeanOutput">Mean probability or value.</param>
/// <param name="MeanLagSeconds">Mean time from event to label.</param>
public sealed record MetricWindow(DateTimeOffset Start, TimeSpan Length, long Rows, long Labelled, IReadOnlyDictionary<string, double> Metrics, double? MeanOutput, double? MeanLagSeconds)
{
    /// <summary>From this share of labelled predictions on the realised figures replace the estimate. Not all: some predictions never get a label.</summary>
    public const double RealisedFrom = 0.9;

    /// <summary>What the figures are expected to be over all predictions, labelled or not; null where no version in the window has an estimator.</summary>
    public EstimatedMetrics? Estimated { get; init; }

    /// <summary>Of realised figures, where one can be given: bands that may be looked at as often as one likes.</summary>
    public IReadOnlyDictionary<string, AnytimeBand> Bands { get; init; } = new Dictionary<string, AnytimeBand>();

    /// <summary>Estimated figures outside of what the reference's blocks lead to expect of so many predictions.</summary>
    public IReadOnlyList<string> Alarms { get; init; } = [];

    /// <summary>The share of predictions whose ground truth has arrived, 0 to 1; null without predictions.</summary>
    public double? LabelCoverage => Rows == 0 ? null : (double)Labelled / Rows;

    /// <summary>What to show: the estimate until the first label, both until <see cref="RealisedFrom"/> of the predictions have theirs, then the realised figures.</summary>
    public MetricSource Source => (Labelled, Estimated) switch
    {
        (0, null) => MetricSource.None,
        (0, _) => MetricSource.Estimated,
        (_, null) => MetricSource.Realised,
        _ => LabelCoverage >= RealisedFrom ? MetricSource.Realised : MetricSource.Both,
    };

    public double? Metric(string key) => Metrics.TryGetValue(key, out var value) ? value : null;
}

/// <summary>How a model did over a range of its own clock. Windows without events are not in the list.</summary>
/// <param name="Version">Null: all versions together.</param>
/// <param name="Total">The whole range as one window.</param>
/// <param name="Baseline">The figures of the version's evaluation at training (the champion's for all versions).</param>
/// <param name="Unusable">Predictions whose output was no finite number.</param>
public sealed record ModelSeries(string Model, int? Version, DateTimeOffset From, DateTimeOffset To, TimeSpan Step, IReadOnlyList<MetricWindow> Windows,
    MetricWindow Total, IReadOnlyDictionary<string, double> Baseline, long Unusable)
{
    /// <summary>By how much the whole range's estimated figures lie above the baseline, each with its interval; empty without estimates.</summary>
    public IReadOnlyDictionary<string, EstimatedFigure> EstimatedChange { get; init; } = new Dictionary<string, EstimatedFigure>();

    /// <summary>Where figures should lie in windows as large as a block of the reference: mean ± 3 standard deviations of the realised ones. Of the version (the champion for all versions).</summary>
    public IReadOnlyDictionary<string, AlarmLimits> Limits { get; init; } = new Dictionary<string, AlarmLimits>();

    /// <summary>Why the version (the champion for all versions) has no estimates and what to give, as a sentence; null where it has them.</summary>
    public string? WhyNoEstimates { get; init; }
}
