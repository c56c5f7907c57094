using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Pages.Models.Segments;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Models.Drift;

public sealed partial class DriftTab : IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private CancellationToken gone;
    private IReadOnlyList<SegmentView> segments = [];

    /// <summary>The segment that the tab is about; null for all predictions.</summary>
    private SegmentView? chosen;

    /// <summary>Of the chosen segment; null for all predictions.</summary>
    private DriftHistory? part;
    private DriftMap map = DriftMap.Empty;
    private IReadOnlyList<ChartMarker> markers = [];
    private (int, int)? selected;
    private JudgedBlock? block;
    private DistributionView? detail;

    [Parameter, EditorRequired] public ModelPicture Picture { get; set; } = null!;

    [Parameter, EditorRequired] public ModelStatus Status { get; set; } = null!;

    [Inject] private MonitoringQueries Queries { get; set; } = null!;

    [Inject] private SegmentStore Store { get; set; } = null!;

    private DriftHistory Drift => part ?? Status.Drift;

    /// <summary>The chosen input: from the URL, else the one with most importance.</summary>
    private string Feature => map.Names.Contains(State["feature"]) ? State["feature"]! : map.Names.FirstOrDefault(name => name != DriftMap.WholeModel) ?? BlockLayout.Prediction;

    private string When => block is null ? "this time range" : DriftMap.NameOf(block);

    private string CalibrationNote => !Drift.HasTimes ? $"held against {Drift.ReferenceBlocks} runs of {(part is null ? "" : "its rows in ")}the reference{(part is null ? "’s rows" : "")}"
        : Drift.IsCalibrated ? $"model’s clock; calibrated on {Drift.ReferenceBlocks} reference {Drift.Period}s"
        : $"uncalibrated: {Drift.ReferenceBlocks} reference {Drift.Period}s";

    private string EmptyText => Status.Series.Total.Rows == 0 ? "No prediction in this time range." : chosen is { } segment && Drift.Newest is null ? $"No {Drift.Period} with predictions of {segment.Name} is over yet." : $"No {Drift.Period} of this time range was judged yet.";

    /// <summary>The verdict of now, then what happened in the range.</summary>
    private string Sentence
    {
        get
        {
            var standing = part is null ? Status.Standing : ModelStatusQuery.StandingOf(part, Status.Importance);
            var judged = Drift.Judged.ToList();
            var moved = judged.Count(one => one.Moved.Any() || one.ModelMoved);
            var range = judged.Count == 0 || standing.Moved is null && moved == 0 ? ""
                : $" In this time range something moved in {moved} of {Format.Count(judged.Count, Drift.Period)}.";
            return (part is null ? standing.Sentence : $"{chosen!.Name}: {(part.HasReference ? char.ToLowerInvariant(standing.Sentence[0]) + standing.Sentence[1..] : "drift is not judged.")}") + range;
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
        part = chosen is null ? null : await Queries.DriftAsync(Picture.Name, null, chosen.Id, Status.Range.ModelFrom, Status.Range.ModelTo, gone);
        map = DriftMap.Of(Drift, Status.Importance);
        markers = Picture.Markers(modelClock: true);
        block = long.TryParse(State["at"], out var at) ? Drift.Blocks.FirstOrDefault(one => one.Start.ToUnixTimeSeconds() == at) : null;
        selected = block is null ? null : map.Place(Feature, block);
        detail = map.Names.Count == 0 ? null
            : await Queries.DistributionAsync(Picture.Name, null, part is null ? null : chosen?.Id, Feature == DriftMap.WholeModel ? BlockLayout.Prediction : Feature, block?.Start ?? Status.Range.ModelFrom, block?.End ?? Status.Range.ModelTo, gone);
    }

    private void Choose(string feature, JudgedBlock? at) =>
        State.Replace(("feature", feature == DriftMap.WholeModel ? null : feature), ("at", at?.Start.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
