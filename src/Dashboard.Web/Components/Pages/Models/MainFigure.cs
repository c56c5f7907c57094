using Dashboard.Core.Monitoring.Health;
using Dashboard.Storage.Monitoring;

namespace Dashboard.Web.Components.Pages.Models;

/// <summary>The figure that stands for a model, in words: realised where there is ground truth, until then estimated, and called so.</summary>
internal static class MainFigure
{
    public static string Value(MetricStanding metric) => metric.Info.Format(metric.Now ?? metric.Estimated?.Value ?? double.NaN);

    /// <summary>What it is measured against.</summary>
    public static string Note(MetricStanding metric) => metric switch
    {
        { Now: { } now, Baseline: { } baseline } => $"{metric.Info.FormatDifference(now - baseline)} to baseline",
        { Now: null, Estimated: { } estimate, Baseline: { } baseline } => $"estimated, {metric.Info.FormatDifference(estimate.Value - baseline)} to baseline",
        { Now: null, Estimated: not null } => "estimated",
        { Baseline: { } baseline } => $"baseline {metric.Info.Format(baseline)}",
        _ => "no baseline",
    };

    public static IReadOnlyList<double> Trend(MetricStanding metric, ModelSeries series) =>
        [.. series.Windows.Select(window => window.Metric(metric.Info.Key) ?? (metric.Now is null ? window.Estimated?[metric.Info.Key]?.Value : null) ?? double.NaN)];
}
