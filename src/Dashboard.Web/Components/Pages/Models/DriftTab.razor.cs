using Dashboard.Core.Monitoring.Drift;
using Dashboard.Storage.Monitoring;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Models;

public sealed partial class DriftTab : IDisposable
{
    /// <summary>What the telemetry calls the model's output.</summary>
    private const string Prediction = "prediction";

    private readonly CancellationTokenSource leaving = new();
    private IReadOnlyList<string> names = [];
    private IReadOnlyList<string> columns = [];
    private IReadOnlyList<HeatMap.HeatRow> rows = [];
    private IReadOnlyList<ChartMarker> markers = [];
    private (int, int)? selected;
    private DriftWindow? window;
    private DistributionView? detail;

    [Parameter, EditorRequired] public ModelPicture Picture { get; set; } = null!;

    [Parameter, EditorRequired] public ModelStatus Status { get; set; } = null!;

    [Inject] private MonitoringQueries Queries { get; set; } = null!;

    /// <summary>The chosen input: from the URL, else the one with most importance.</summary>
    private string Feature => names.Contains(State["feature"]) ? State["feature"]! : names.Count > 0 ? names[0] : Prediction;

    private string When => window is null ? "this time range" : Name(window.Start);

    private string StepName => Status.Drift.Step switch { { TotalDays: 1 } => "day", { TotalHours: 1 } => "hour", var step => Format.Duration(step) };

    private string Sentence
    {
        get
        {
            if (!Status.Drift.HasReference || Status.Drift.Total is not { } total)
                return Status.Health.Sentence;
            var moved = total.Features.Where(feature => feature.Verdict.Level == DriftLevel.Moved).Select(feature => feature.Name).ToList();
            var little = total.Features.Where(feature => feature.Verdict.Level == DriftLevel.MovedALittle).Select(feature => feature.Name).ToList();
            var opening = moved.Count == 0 ? "No input moved in this time range" : $"{string.Join(", ", moved)} moved in this time range";
            return $"{opening}{(little.Count > 0 ? $"; {string.Join(", ", little)} a little" : "")}. The predictions are {DriftRule.Words(total.Prediction.Verdict.Level)}.";
        }
    }

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var windows = Status.Drift.Windows;
        // Versions may have other inputs: rows are those of the newest window, by importance, the prediction last.
        names = windows.Count == 0 ? [] : [.. windows[^1].Features.Select(feature => feature.Name).OrderByDescending(name => Status.Importance.GetValueOrDefault(name)), Prediction];
        columns = [.. windows.Select(one => Name(one.Start))];
        rows = [.. names.Select(name => new HeatMap.HeatRow(name, [.. windows.Select(one => Cell(name, Of(one, name)))]))];
        markers = Picture.Markers(modelClock: true);
        window = long.TryParse(State["at"], out var at) ? windows.FirstOrDefault(one => one.Start.ToUnixTimeSeconds() == at) : null;
        selected = window is null ? null : (IndexOf(Feature), windows.TakeWhile(one => one != window).Count());
        detail = names.Count == 0 ? null
            : await Queries.DistributionAsync(Picture.Name, null, Feature, window?.Start ?? Status.Range.ModelFrom, window is null ? Status.Range.ModelTo : window.Start + window.Length, leaving.Token);
    }

    internal static DriftVerdict? Of(DriftWindow window, string name) =>
        name == Prediction ? window.Prediction.Verdict : window.Features.FirstOrDefault(feature => feature.Name == name)?.Verdict;

    private HeatMap.HeatCell? Cell(string name, DriftVerdict? verdict)
    {
        if (verdict is { Level: DriftLevel.NoData, CurrentRows: > 0 } && Picture.Manifest is { } manifest && CalendarPeriod.Of(manifest.Preprocessing, name) is { Ticks: > 0 } period)
            return new(0, false, $"not compared, the window holds no whole {(period.TotalDays < 2 ? "day" : period.TotalDays < 8 ? "week" : "year")}") { IsCompared = false };
        if (verdict is not { Level: DriftLevel.Steady or DriftLevel.MovedALittle or DriftLevel.Moved } || verdict["psi"] is not { } psi)
            return null;
        // Full colour at twice the limit; what is steady by the tests stays pale however noisy its distance.
        var strength = psi.Statistic / (2 * DriftRule.MovedFrom);
        return new(verdict.Level == DriftLevel.Steady ? Math.Min(strength, 0.2) : Math.Max(strength, 0.3), verdict.Level == DriftLevel.Moved, $"{DriftRule.Words(verdict.Level)}, PSI {Format.Number(psi.Statistic)}");
    }

    private string Name(DateTimeOffset start) => Status.Drift.Step < TimeSpan.FromDays(1) ? Format.Instant(start) : Format.Date(start);

    private int IndexOf(string name)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == name)
                return i;
        return -1;
    }

    private void Choose(string feature, DriftWindow? at) =>
        State.Replace(("feature", feature), ("at", at?.Start.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
