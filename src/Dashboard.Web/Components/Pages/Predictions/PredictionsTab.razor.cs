using Dashboard.Core;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Predictions;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Predictions;

public sealed partial class PredictionsTab
{
    private const int Take = 50;

    /// <summary>Longer lists are for a file, not for a page.</summary>
    private const int MostShown = 1000;

    private enum Dialog { None, Save, Manage, Erase }

    private readonly List<PredictionEntry> entries = [];
    private IReadOnlyList<PredictionRow> rows = [];
    private IReadOnlyList<SegmentView> segments = [];
    private IReadOnlyList<int> versions = [];
    private PredictionResults page = new([], 0, null, null, 0);
    private PredictionChoice choice = PredictionChoice.None;
    private PredictionFilter filter = new();
    private ModelSignature? signature;
    private NewerPredictions? newer;
    private Error? problem;
    private string? shown;
    private bool looking;
    private Dialog dialog;

    [Parameter, EditorRequired] public string Model { get; set; } = "";

    [Inject] private PredictionSearch Search { get; set; } = null!;

    [Inject] private ModelSignatures Signatures { get; set; } = null!;

    [Inject] private SegmentStore Segments { get; set; } = null!;

    [Inject] private ModelRegistry Registry { get; set; } = null!;

    [Inject] private MonitoringQueries Queries { get; set; } = null!;

    protected override TimeSpan Rest => TimeSpan.FromSeconds(1);

    /// <summary>What the list stands for: another range or choice is another list.</summary>
    private string Wanted => $"{Model} {State.Range.Text} {PredictionChoice.Of(State)}";

    private string Looked => page.DownTo is { } time
        ? page.Next is null ? $"All {Format.Count(page.LookedThrough, "prediction")} of this time range were looked through." : $"Looked through {Format.Count(page.LookedThrough, "prediction")} down to {Format.Instant(time)}."
        : "";

    private string Summary => problem is not null ? "" : page.Next is null
        ? choice.IsNone ? Format.Count(entries.Count, "prediction") : $"{Format.Count(entries.Count)} of {Format.Count(page.LookedThrough, "prediction")}"
        : $"the newest {Format.Count(entries.Count)}";

    protected override bool Concerns(Notification notification) =>
        notification.Topic is Topics.Monitoring or Topics.Segments or Topics.Registry or Topics.Deployments && (notification.Model is null || notification.Model == Model);

    protected override bool NeedsReload(TimeSelection before) => Wanted != shown;

    /// <summary>Reads the list where another one is wanted; otherwise the list stays as it is and only what is newer is counted.</summary>
    protected override async Task LoadAsync(CancellationToken ct)
    {
        if ((await Signatures.FindAsync(Model, ct)) is var found && !found.IsSuccess)
        {
            (signature, problem) = (null, found.Error);
            return;
        }

        signature = found.Value;
        segments = (await Segments.ListAsync(Model, ct)) is { IsSuccess: true } listed ? listed.Value : [];
        versions = await Registry.FindAsync(Model, ct) is { } model ? [.. model.Versions.Select(version => version.Number).OrderDescending()] : [];
        if (Wanted != shown || problem is not null)
            await ReadAsync(ct);
        else if (await Search.NewerAsync(Model, filter, page.Newest, ct) is { IsSuccess: true } counted)
            newer = counted.Value;
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        var wanted = Wanted;
        choice = PredictionChoice.Of(State);
        // A range without an end stays open, so that what is newer belongs to it.
        var newest = State.Range.Length is null ? null : await Queries.SpanAsync(Model, ct);
        filter = choice.ToFilter(State.Range.From ?? (State.Range.Length is { } length && newest is { } span ? span.Newest - length : null), State.Range.To);
        var read = await Search.FindAsync(Model, filter, null, Take, ct);
        (shown, problem, newer) = (wanted, read.Error, null);
        Show(read.IsSuccess ? read.Value : new([], 0, null, null, 0), fresh: true);
    }

    private async Task RefreshAsync()
    {
        shown = null;
        await ReloadAsync();
    }

    private async Task FurtherAsync()
    {
        looking = true;
        var asked = shown;
        try
        {
            var read = await Search.FindAsync(Model, filter, page.Next, Take, Leaving);
            // Meanwhile the person may have looked for something else.
            if (asked != shown)
                return;
            problem = read.Error;
            if (read.IsSuccess)
                Show(read.Value, fresh: false);
        }
        finally
        {
            looking = false;
        }
    }

    private void Show(PredictionResults read, bool fresh)
    {
        if (fresh)
            entries.Clear();
        entries.AddRange(read.Entries);
        page = read;
        rows = PredictionRow.Of(entries);
    }
}
