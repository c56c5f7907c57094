using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Models.Drift;

public sealed partial class DriftTab : IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private DriftMap map = DriftMap.Empty;
    private IReadOnlyList<ChartMarker> markers = [];
    private (int, int)? selected;
    private JudgedBlock? block;
    private DistributionView? detail;

    [Parameter, EditorRequired] public ModelPicture Picture { get; set; } = null!;

    [Parameter, EditorRequired] public ModelStatus Status { get; set; } = null!;

    [Inject] private MonitoringQueries Queries { get; set; } = null!;

    /// <summary>The chosen input: from the URL, else the one with most importance.</summary>
    private string Feature => map.Names.Contains(State["feature"]) ? State["feature"]! : map.Names.FirstOrDefault(name => name != DriftMap.WholeModel) ?? BlockLayout.Prediction;

    private string When => block is null ? "this time range" : DriftMap.NameOf(block);

    private string CalibrationNote => !Status.Drift.HasTimes ? $"held against {Status.Drift.ReferenceBlocks} runs of the reference’s rows"
        : Status.Drift.IsCalibrated ? $"model’s clock; calibrated on {Status.Drift.ReferenceBlocks} reference {Status.Drift.Period}s"
        : $"uncalibrated: {Status.Drift.ReferenceBlocks} reference {Status.Drift.Period}s";

    private string EmptyText => Status.Series.Total.Rows == 0 ? "No prediction in this time range." : $"No {Status.Drift.Period} of this time range was judged yet.";

    /// <summary>The verdict of now, then what happened in the range.</summary>
    private string Sentence
    {
        get
        {
            var judged = Status.Drift.Judged.ToList();
            var moved = judged.Count(one => one.Moved.Any() || one.ModelMoved);
            var range = judged.Count == 0 || Status.Standing.Moved is null && moved == 0 ? ""
                : $" In this time range something moved in {moved} of {Format.Count(judged.Count, Status.Drift.Period)}.";
            return Status.Standing.Sentence + range;
        }
    }

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        map = DriftMap.Of(Status.Drift, Status.Importance);
        markers = Picture.Markers(modelClock: true);
        block = long.TryParse(State["at"], out var at) ? Status.Drift.Blocks.FirstOrDefault(one => one.Start.ToUnixTimeSeconds() == at) : null;
        selected = block is null ? null : map.Place(Feature, block);
        detail = map.Names.Count == 0 ? null
            : await Queries.DistributionAsync(Picture.Name, null, Feature == DriftMap.WholeModel ? BlockLayout.Prediction : Feature, block?.Start ?? Status.Range.ModelFrom, block?.End ?? Status.Range.ModelTo, leaving.Token);
    }

    private void Choose(string feature, JudgedBlock? at) =>
        State.Replace(("feature", feature == DriftMap.WholeModel ? null : feature), ("at", at?.Start.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
