using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Monitoring;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Pages.Models.Performance;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Models;

public sealed partial class LiveTab : IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private DistributionView? scores;
    private IReadOnlyList<ChartMarker> modelMarkers = [];
    private IReadOnlyList<ChartMarker> serviceMarkers = [];

    [Parameter, EditorRequired] public ModelPicture Picture { get; set; } = null!;

    [Parameter, EditorRequired] public ModelStatus Status { get; set; } = null!;

    [Inject] private MonitoringQueries Queries { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    private ModelSeries Series => Status.Series;

    private ServiceSeries Service => Status.Service;

    private ClockRange Range => Status.Range;

    private ModelTask Task => Picture.Manifest?.Task ?? ModelTask.BinaryClassification;

    private IReadOnlyList<(string Key, string Text)> Options => MetricChoices.Of(Task);

    private MetricInfo Chosen => MetricInfo.For(ToolbarSelect.Current(State, Options, "metric"));

    private string ModelNote => $"model’s clock, by {StepName}";

    private string StepName => Series.Step switch
    {
        { TotalDays: 1 } => "day",
        { TotalHours: 1 } => "hour",
        { TotalMinutes: 1 } => "minute",
        var step => Format.Duration(step),
    };

    private string DriftCount => Status.Standing.Inputs > 0 ? $"{Status.Moved.Count} of {Status.Standing.Inputs}" : Format.None;

    private string DriftNote => !Status.Drift.HasReference ? "no reference" : !Status.Drift.IsCalibrated ? "uncalibrated"
        : Status.Standing.Moved is null ? $"of {Format.Count(Status.Drift.ReferenceBlocks, "reference " + Status.Drift.Period)}"
        : Status.Standing.Moved.Importance is > 0 ? $"{Format.Percent(Status.Standing.Moved.Importance)} of importance" : "inputs moved";

    /// <summary>The importance-weighted distance of each block, in multiples of the usual one.</summary>
    private IReadOnlyList<double> DriftTrend => [.. Status.Drift.Judged.Select(block => block.ModelRatio ?? double.NaN)];

    private string LagNote => Series.Total.MeanLagSeconds is { } lag ? $"mean lag {Format.Duration(TimeSpan.FromSeconds(lag))}" : "no ground truth yet";

    /// <summary>Of the last whole window; none when nothing has come for three.</summary>
    private double? RateNow
    {
        get
        {
            var now = Time.GetUtcNow();
            var last = Service.Points.LastOrDefault(point => point.Start + point.Length <= now) ?? (Service.Points.Count > 0 ? Service.Points[^1] : null);
            return last is not null && now - last.Start < 4 * last.Length ? last.RequestsPerSecond : Service.Points.Count > 0 ? 0 : null;
        }
    }

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        (modelMarkers, serviceMarkers) = (Picture.Markers(modelClock: true), Picture.Markers(modelClock: false));
        scores = await Queries.DistributionAsync(Picture.Name, null, "prediction", Range.ModelFrom, Range.ModelTo, leaving.Token);
    }

    /// <summary>A range by its lower end, a category by its name.</summary>
    internal static string AxisName(DistributionBar bar) => bar.Low is { } low && bar.Label.Contains('–', StringComparison.Ordinal) ? Format.Number(low) : bar.Label;

    private static (string Number, string? Unit) Split(double? microseconds)
    {
        var text = Format.Latency(microseconds);
        var space = text.IndexOf('\u202f', StringComparison.Ordinal);
        return space < 0 ? (text, null) : (text[..space], text[(space + 1)..]);
    }

    private IReadOnlyList<double> Trend(Func<MetricWindow, double?> value) => [.. Series.Windows.Select(window => value(window) ?? double.NaN)];

    private TimeSeries Line(string name, Func<MetricWindow, double?> value, string unit = "") =>
        TimeSeries.Gapped(name, Series.Windows.Select(window => (window.Start, value(window))), Series.Step, unit);

    private TimeSeries Line(string name, Func<ServicePoint, double?> value, string unit) =>
        TimeSeries.Gapped(name, Service.Points.Select(point => (point.Start, value(point))), Service.Step, unit);
}
