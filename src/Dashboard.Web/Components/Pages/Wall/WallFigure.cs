using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Monitoring;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Pages.Models;
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
        Trend = [.. series.Windows.Select(window => window.Metric(info.Key) ?? double.NaN)];
        Lines = Draw();
        Markers = reading.Picture.Markers(modelClock: true);
    }

    public MetricInfo Info { get; }

    public double? Now { get; }

    public double? Baseline { get; }

    public string Value => Info.Format(Now ?? double.NaN);

    public string BaselineText => Info.Format(Baseline ?? double.NaN);

    /// <summary>From the baseline, with its sign; null without either.</summary>
    public string? Difference => Now is { } now && Baseline is { } baseline ? Info.FormatDifference(now - baseline) : null;

    public IReadOnlyList<double> Trend { get; }

    public IReadOnlyList<TimeSeries> Lines { get; }

    public IReadOnlyList<ChartMarker> Markers { get; }

    /// <summary>What to say where there is no line.</summary>
    public string WhyEmpty => reading.Status.Series.Total.Labelled == 0 ? "No ground truth has arrived for this time range." : $"{Info.Name} is not defined for what was labelled in this time range.";

    public ClockRange Range => reading.Status.Range;

    /// <summary>The reading's figure; null for a model without versions.</summary>
    /// <param name="metric">The wish in the URL; a model whose task does not have it shows its own.</param>
    public static WallFigure? Of(WallReading reading, string? metric) => reading.Picture switch
    {
        { Manifest: { } manifest } when metric is not null && LiveTab.Choices[manifest.Task].Contains(metric, StringComparer.Ordinal) => new(reading, MetricInfo.For(metric)),
        { Metric: { } primary } => new(reading, primary),
        _ => null,
    };

    private IReadOnlyList<TimeSeries> Draw()
    {
        var series = reading.Status.Series;
        var unit = Info.Unit == "%" ? "%" : "";
        var line = TimeSeries.Gapped(Info.Name, series.Windows.Select(window => (window.Start, window.Metric(Info.Key))), series.Step, unit);
        return Baseline is { } baseline && line.X.Length > 0
            ? [line, TimeSeries.Flat($"baseline {Info.Format(baseline)}", baseline, Seconds(Range.ModelFrom), Seconds(Range.ModelTo), unit)]
            : [line];
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
