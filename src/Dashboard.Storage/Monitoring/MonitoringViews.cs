using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Storage.Monitoring;

/// <summary>One window on the service's clock. Latencies in microseconds; null without answered requests.</summary>
public sealed record ServicePoint(DateTimeOffset Start, TimeSpan Length, long Requests, long Failed, long ServerErrors, double? P50, double? P95, double? P99)
{
    public double RequestsPerSecond => Requests / Length.TotalSeconds;

    /// <summary>The share of requests that failed, 0 to 1; null without requests.</summary>
    public double? ErrorRate => Requests == 0 ? null : (double)Failed / Requests;
}

/// <summary>What the service did for a model over a range of arrival time. Windows without requests are not in the list.</summary>
/// <param name="Failures">Failed requests by HTTP status.</param>
public sealed record ServiceSeries(string Model, DateTimeOffset From, DateTimeOffset To, TimeSpan Step, IReadOnlyList<ServicePoint> Points, ServicePoint Total, IReadOnlyDictionary<int, long> Failures);

/// <summary>One bar of a distribution. Shares are of all rows, with and without a value.</summary>
/// <param name="Low">For numbers the bar's edges; null for categories.</param>
public sealed record DistributionBar(string Label, double? Low, double? High, double ReferenceShare, double CurrentShare);

/// <summary>A feature's, or the prediction's, distribution in the reference and in a range.</summary>
/// <param name="Bars">At most about 40; the last ones may be "other", "unknown" and "missing".</param>
public sealed record DistributionView(string Name, bool IsCategorical, int Version, bool HasReference, long ReferenceRows, long CurrentRows, IReadOnlyList<DistributionBar> Bars, DriftFigures Figures,
    double? ReferenceMean, double? CurrentMean, double? ReferenceDeviation, double? CurrentDeviation)
{
    /// <summary>Null for the prediction, and without a reference.</summary>
    public FeatureFigures? ReferenceFigures { get; init; }

    /// <summary>Null for the prediction.</summary>
    public FeatureFigures? CurrentFigures { get; init; }

    /// <summary>Why there is nothing to compare a segment with, as a sentence; null where there is, and for all predictions.</summary>
    public string? WhyNoReference { get; init; }
}

/// <summary>How many rows had a category that the model does not know.</summary>
public sealed record UnknownCount(string Value, long Count);

/// <summary>What is said of a feature's values beside their histogram.</summary>
/// <param name="BelowRange">Values below the smallest of the reference; null for categories and without a reference, as the next.</param>
/// <param name="Quantiles">The values at 5, 25, 50, 75 and 95 % of a number's; empty for categories, and where windows of an older version are among those asked for.</param>
/// <param name="RankError">By how much the rank of a quantile may be wrong, as a share of the values; 0: they are exact.</param>
/// <param name="Distinct">How many different values there were; null where that is not known.</param>
/// <param name="Unknown">Rows with a category that the model does not know.</param>
/// <param name="UnknownValues">The most frequent of those categories, at most twenty.</param>
public sealed record FeatureFigures(long Rows, long Missing, double? Minimum, double? Maximum, long? BelowRange, long? AboveRange, IReadOnlyList<double> Quantiles, double? RankError,
    double? Distinct, long Unknown, IReadOnlyList<UnknownCount> UnknownValues)
{
    /// <summary>Where the quantiles are taken.</summary>
    public static readonly IReadOnlyList<double> Shares = [0.05, 0.25, 0.5, 0.75, 0.95];

    /// <summary>So many of the unknown categories are listed.</summary>
    public const int MostUnknown = 20;

    internal static FeatureFigures Of(FeatureSummary feature) => new(feature.Rows, feature.Missing, feature.Minimum, feature.Maximum, feature.BelowRange, feature.AboveRange,
        feature.Values is { } values ? [.. Shares.Select(values.Quantile)] : [], feature.Values?.RankError, feature.Distinct, feature.Unknown,
        [.. (feature.UnknownValues?.Largest() ?? []).Take(MostUnknown).Select(pair => new UnknownCount(pair.Key, pair.Value))]);
}

/// <summary>How much of the log the windows of a segment count.</summary>
/// <param name="Share">0 to 1; below 1 while its past is being made up for, the newest first.</param>
public sealed record SegmentFill(int Segment, double Share);

/// <summary>What a card shows of a model; every figure is of the last day on the clock that it is on.</summary>
/// <param name="NewestEvent">Null: no prediction was ever logged.</param>
/// <param name="PrimaryMetric">Its key: roc_auc, macro_roc_auc or rmse.</param>
/// <param name="Primary">Over the newest day that has labels.</param>
/// <param name="Baseline">The champion's figure at training.</param>
/// <param name="Sparkline">The primary metric by day, oldest first, at most 30.</param>
/// <param name="RequestsPerSecond">Over the last minute.</param>
/// <param name="ErrorRate">Over the last five minutes; null without requests.</param>
/// <param name="P95">Latency in microseconds over the last five minutes.</param>
/// <param name="LabelCoverage">Over the last seven days with events.</param>
public sealed record ModelOverview(string Model, DateTimeOffset? NewestEvent, string PrimaryMetric, double? Primary, double? Baseline, IReadOnlyList<(DateTimeOffset Day, double Value)> Sparkline,
    double RequestsPerSecond, double? ErrorRate, double? P95, long RowsLastDay, double? LabelCoverage, TelemetryCounts Counts);

/// <summary>What did not become part of the windows, counted.</summary>
/// <param name="NotLogged">Served predictions, of any model, that found the queue full since the host started.</param>
/// <param name="Duplicates">Predictions whose id had come before.</param>
/// <param name="UnknownLabels">Ground truth whose prediction never came, or that does not fit it.</param>
/// <param name="WaitingLabels">Ground truth whose prediction has not come yet.</param>
public sealed record TelemetryCounts(long NotLogged, long Duplicates, long UnknownLabels, long WaitingLabels);

/// <summary>Predictions that arrived in one minute, served here or sent in.</summary>
/// <param name="Newest">When the last one of them came.</param>
public sealed record ArrivalMinute(DateTimeOffset Start, long Accepted, DateTimeOffset Newest);

/// <summary>What was sent in during some hours of arrival, and how much of it had one kind of fault.</summary>
/// <param name="Sent">Everything, with what was at fault.</param>
public readonly record struct FaultCount(long Faults, long Sent);

/// <summary>How good the values of one encoded input were in a range of the model's clock. Shares are of all rows.</summary>
/// <param name="OutOfRange">The share below the reference's smallest or above its largest number; null for categories and without a reference.</param>
/// <param name="Unknown">The share with a category that the model does not know; null for numbers.</param>
public sealed record InputShares(string Name, long Rows, double Missing, double? OutOfRange, double? Unknown);
