using Dashboard.Core;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Slices;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Models.Segments;

public sealed partial class SegmentsTab : IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private CancellationToken gone;
    private IReadOnlyList<SegmentView> segments = [];
    private IReadOnlyList<SegmentFill> fills = [];
    private IReadOnlyList<SegmentSeries> series = [];
    private WorstSegmentsView? worst;
    private ModelSignature? signature;
    private Error? problem;

    /// <summary>The expression that is about to get a name.</summary>
    private string? saving;

    [Parameter, EditorRequired] public ModelPicture Picture { get; set; } = null!;

    [Parameter, EditorRequired] public ModelStatus Status { get; set; } = null!;

    [Inject] private MonitoringQueries Queries { get; set; } = null!;

    [Inject] private SegmentStore Store { get; set; } = null!;

    [Inject] private ModelSignatures Signatures { get; set; } = null!;

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <summary>Taken once: what goes on after the tab was left must not ask a source that is disposed.</summary>
    protected override void OnInitialized() => gone = leaving.Token;

    protected override Task OnParametersSetAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        var (model, range, ct) = (Picture.Name, Status.Range, gone);
        var found = await Signatures.FindAsync(model, ct);
        (signature, problem) = (found.IsSuccess ? found.Value : null, found.Error);
        if (signature is null)
            return;
        segments = await Store.ListAsync(model, ct) is { IsSuccess: true } listed ? listed.Value : [];
        fills = await Queries.SegmentFillsAsync(model, ct) ?? [];
        worst = await Queries.WorstSegmentsAsync(model, null, range.ModelFrom, range.ModelTo, ct);
        // In as many steps as the model's own series, so that both can stand beside each other.
        var points = (int)Math.Max(1, Math.Ceiling((range.ModelTo - range.ModelFrom) / Status.Series.Step));
        var read = new List<SegmentSeries>();
        foreach (var segment in segments)
            if (await Queries.SegmentSeriesAsync(model, null, segment.Id, range.ModelFrom, range.ModelTo, points, ct) is { } one)
                read.Add(one);
        series = read;
    }
}
