using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Monitoring;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Pages.Models;
using Dashboard.Web.Components.Pages.Models.Performance;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>The figure that stands for a model on a wall, with what it is measured against and how it went; made once for each reading, because the page is drawn ten times a second.</summary>
public sealed class WallFigure
{
    private readonly WallReading reading;

    private WallFigure(WallReading reading, MetricInfo info)
    {
        (this.reading, Info) = (reading, info);
        var series = reading.Status.Series;
        Now = series.Total.Metric(info.Key);
        Baseline = series.Baseline.TryGetValue(info.Key, out var baseline) ? baseline : null;
        Estimate = series.Total.Source is MetricSource.Estimated or MetricSource.Both ? series.Total.Estimated?[info.Key] : null;
        Trend = [.. series.Windows.Select(window => window.Metric(info.Key) ?? window.Estimated?[info.Key]?.Value ?? double.NaN)];
        Lines = Draw();
        Markers = reading.Picture.Markers(modelClock: true);
    }

    public MetricInfo Info { get; }

    public double? Now { get; }

    public double? Baseline { get; }

    /// <summary>What the figure is expected to be over all predictions, until nearly all of them have their labels.</summary>
    public EstimatedFigure? Estimate { get; }

    /// <summary>There is no label yet: the estimate stands for the figure.</summary>
    public bool IsEstimated => Now is null && Estimate is not null;

    public string Value => Info.Format(Now ?? Estimate?.Value ?? double.NaN);

    /// <summary>"0.652 ± 0.012"; null without an estimate.</summary>
    public string? EstimateText => Estimate is { } estimate ? $"{Info.Format(estimate.Value)} ± {Info.Format((estimate.High - estimate.Low) / 2)}" : null;

    public string BaselineText => Info.Format(Baseline ?? double.NaN);

    /// <summary>From the baseline, with its sign; null without either.</summary>
    public string? Difference => Now is { } now && Baseline is { } baseline ? Info.FormatDifference(now - baseline) : null;

    public IReadOnlyList<double> Trend { get; }

    public IReadOnlyList<TimeSeries> Lines { get; }

    public IReadOnlyList<ChartMarker> Markers { get; }

    /// <summary>What to say where there is no line.</summary>
    public string WhyEmpty => reading.Status.Series.Total switch
    {
        { Rows: 0 } => "No prediction in this time range.",
        { Labelled: 0 } => "No ground truth has arrived for this time range.",
        _ => $"{Info.Name} is not defined for what was labelled in this time range.",
    };

    public ClockRange Range => reading.Status.Range;

    /// <summary>The reading's figure; null for a model without versions.</summary>
    /// <param name="metric">The wish in the URL; a model whose task does not have it shows its own.</param>
    public static WallFigure? Of(WallReading reading, string? metric) => reading.Picture switch
    {
        { Manifest: { } manifest } when metric is not null && MetricChoices.Has(manifest.Task, metric) => new(reading, MetricInfo.For(metric)),
        { Metric: { } primary } => new(reading, primary),
        _ => null,
    };

    private List<TimeSeries> Draw()
    {
        var series = reading.Status.Series;
        var unit = Info.Unit == "%" ? "%" : "";
        var line = TimeSeries.Gapped(Info.Name, series.Windows.Select(window => (window.Start, window.Metric(Info.Key))), series.Step, unit);
        var lines = new List<TimeSeries> { line };
        if (Estimates(series.Windows, unit) is { } estimates)
            lines.Add(estimates);
        if (Baseline is { } baseline && lines.Exists(one => one.X.Length > 0))
            lines.Add(TimeSeries.Flat($"baseline {Info.Format(baseline)}", baseline, Seconds(Range.ModelFrom), Seconds(Range.ModelTo), unit));
        return lines;
    }

    /// <summary>A dashed line in its band, where labels have not replaced it; null where there is none.</summary>
    private TimeSeries? Estimates(IReadOnlyList<MetricWindow> windows, string unit)
    {
        var estimated = windows.Where(window => window.Source is MetricSource.Estimated or MetricSource.Both && window.Estimated?[Info.Key] is not null).Select(window => (window.Start, Figure: window.Estimated![Info.Key]!.Value)).ToList();
        return estimated.Count == 0 ? null : TimeSeries.Of("estimated", estimated.Select(one => (one.Start, one.Figure.Value)), unit) with
        {
            Style = LineStyle.Dashed,
            Color = 3,
            Low = [.. estimated.Select(one => one.Figure.Low)],
            High = [.. estimated.Select(one => one.Figure.High)],
        };
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
