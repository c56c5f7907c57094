using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Quality;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Pages.Models.Segments;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Models.Quality;

public sealed partial class QualityTab : IDisposable
{
    /// <summary>In the URL: the input that is shown in detail.</summary>
    private const string Input = "input";

    private readonly CancellationTokenSource leaving = new();
    private CancellationToken gone;
    private IReadOnlyList<SegmentView> segments = [];
    private SegmentView? chosen;
    private QualityReport? report;

    [Parameter, EditorRequired] public ModelPicture Picture { get; set; } = null!;

    [Parameter, EditorRequired] public ModelStatus Status { get; set; } = null!;

    [Inject] private MonitoringQueries Queries { get; set; } = null!;

    [Inject] private SegmentStore Store { get; set; } = null!;

    [Inject] private PageState State { get; set; } = null!;

    /// <summary>From the URL, else the worst.</summary>
    private InputQuality? Selected => report is null ? null : report.Inputs.FirstOrDefault(input => input.Check.Name == State[Input]) ?? report.Inputs.FirstOrDefault(input => input.Features.Count > 0);

    private string RowsNote => $"model’s clock, by {Format.Duration(report!.Step)}" + (report.Usual is { } usual ? $"; the reference had {Format.Number(usual.Low)} to {Format.Number(usual.High)}" : "");

    private IReadOnlyList<TimeSeries> RowLines
    {
        get
        {
            if (report!.Steps.Count == 0)
                return [];
            // A step that the range cuts has fewer rows for no other reason.
            var whole = report.Steps.Zip(report.RowsByStep).Where(pair => pair.First >= report.From && pair.First + report.Step <= report.To).ToList();
            var steps = whole.Count > 0 ? whole : [.. report.Steps.Zip(report.RowsByStep)];
            List<TimeSeries> lines = [TimeSeries.Of("rows", steps.Select(pair => (pair.First, (double)pair.Second))) with { FromZero = true, Fill = true }];
            if (report.Usual is { } usual)
                lines.Add(TimeSeries.Flat($"usual in the reference {Format.Number(usual.Median)}", usual.Median, Seconds(report.From), Seconds(report.To)));
            return lines;
        }
    }

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <summary>Taken once: what goes on after the tab was left must not ask a source that is disposed.</summary>
    protected override void OnInitialized() => gone = leaving.Token;

    protected override async Task OnParametersSetAsync()
    {
        segments = await Store.ListAsync(Picture.Name, gone) is { IsSuccess: true } listed ? listed.Value : [];
        chosen = SegmentSelect.Current(State, segments);
        report = await Queries.QualityAsync(Picture.Name, null, Status.Range, chosen?.Id, gone);
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
