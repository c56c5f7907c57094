using System.Globalization;
using Dashboard.Core;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Web.Components.Charts;

public sealed partial class TimeChart
{
    private readonly HashSet<string> hidden = new(StringComparer.Ordinal);
    private ElementReference element;
    private IJSObjectReference? module;
    private IJSObjectReference? chart;
    private string? sent;
    private double smoothing;
    private bool dirty;
    private bool sending;
    private bool disposed;

    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>Which clock the chart is on, or what it shows.</summary>
    [Parameter] public string? Note { get; set; }

    [Parameter, EditorRequired] public IReadOnlyList<TimeSeries> Series { get; set; } = [];

    [Parameter] public IReadOnlyList<ChartMarker> Markers { get; set; } = [];

    /// <summary>Shaded stretches; null: those that the page has for all its charts, on this chart's clock.</summary>
    [Parameter] public IReadOnlyList<ChartSpan>? Spans { get; set; }

    [CascadingParameter] private ChartSpans? PageSpans { get; set; }

    /// <summary>The axis' ends, where the data's own are not meant.</summary>
    [Parameter] public DateTimeOffset? From { get; set; }

    [Parameter] public DateTimeOffset? To { get; set; }

    /// <summary>In pixels.</summary>
    [Parameter] public int Height { get; set; } = 220;

    /// <summary>At least <see cref="Height"/>, and as high as what stands beside it.</summary>
    [Parameter] public bool Fill { get; set; }

    /// <summary>The x axis counts steps (rounds) instead of time.</summary>
    [Parameter] public bool Steps { get; set; }

    [Parameter] public string XLabel { get; set; } = "Step";

    /// <summary>Times in the viewer's own zone: for the service's clock. The model's clock is shown as it was sent.</summary>
    [Parameter] public bool LocalTime { get; set; }

    /// <summary>Drag to zoom, double click for all, shift + wheel to pan, ctrl + wheel to zoom.</summary>
    [Parameter] public bool Zoom { get; set; } = true;

    [Parameter] public bool AllowSmoothing { get; set; }

    /// <summary>0 to 0.99, where the page has one slider for several charts; null: the chart's own.</summary>
    [Parameter] public double? Smoothing { get; set; }

    /// <summary>Charts with the same key show the cursor at the same time.</summary>
    [Parameter] public string? Sync { get; set; }

    [Parameter] public bool Plain { get; set; }

    /// <summary>On a screen that nobody touches: only the plot, as large as its place, with type as large as its place's.</summary>
    [Parameter] public bool Wall { get; set; }

    /// <summary>What to say when there is no point to draw.</summary>
    [Parameter] public string? Empty { get; set; }

    [Parameter] public RenderFragment? Tools { get; set; }

    [Inject] private IJSRuntime Js { get; set; } = null!;

    /// <summary>More stretches than this are a texture, not a message: the newest are shown.</summary>
    private const int MostSpans = 40;

    private IReadOnlyList<ChartSpan> Shaded => [.. (Steps ? [] : Spans ?? (LocalTime ? PageSpans?.Service : PageSpans?.Model) ?? [])
        .Where(span => (To is not { } to || span.From <= Seconds(to)) && (From is not { } from || span.To is not { } end || end >= Seconds(from))).OrderBy(span => span.From).TakeLast(MostSpans)];

    private bool HasPoints => Series.Any(one => !one.IsFlat && one.Y.Any(double.IsFinite));

    protected override void OnParametersSet()
    {
        smoothing = Smoothing is { } weight ? Math.Clamp(weight, 0, 0.99) : smoothing;
        dirty = true;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!dirty || sending || !HasPoints)
            return;
        sending = true;
        try
        {
            if (chart is null)
            {
                module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/time-chart.js");
                chart = await module.InvokeAsync<IJSObjectReference>("create", element);
            }

            while (dirty && !disposed)
            {
                dirty = false;
                var (config, points) = Compose();
                await chart.InvokeVoidAsync("update", config == sent ? null : config, points, Seconds(From), Seconds(To));
                sent = config;
            }
        }
        catch (Exception exception) when (exception is JSDisconnectedException or OperationCanceledException || (disposed && exception is JSException or ObjectDisposedException))
        {
            // The browser has left the page.
        }
        finally
        {
            sending = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        try
        {
            if (chart is not null)
            {
                await chart.InvokeVoidAsync("dispose");
                await chart.DisposeAsync();
            }

            if (module is not null)
                await module.DisposeAsync();
        }
        catch (Exception exception) when (exception is JSDisconnectedException or OperationCanceledException)
        {
            // The browser has gone and took the chart with it.
        }
    }

    private (string Config, byte[] Points) Compose()
    {
        var frame = new TimeChartFrame(Series, hidden, smoothing);
        var config = CanonicalJson.Serialize(new
        {
            time = !Steps,
            local = LocalTime,
            xLabel = XLabel,
            zoom = Zoom && !Wall,
            wall = Wall,
            sync = Sync,
            markers = Markers.OrderBy(marker => marker.At),
            spans = Shaded.Count == 0 ? null : Shaded.Select(span => new { from = span.From, to = span.To, label = span.Label, kind = span.Kind.Name() }),
            series = frame.Described,
        });
        return (config, frame.Encode());
    }

    private static double? Seconds(DateTimeOffset? at) => at is { } time ? time.ToUnixTimeMilliseconds() / 1000.0 : null;

    private void Toggle(string name)
    {
        if (!hidden.Remove(name))
            hidden.Add(name);
        dirty = true;
    }

    private void Smooth(ChangeEventArgs e)
    {
        smoothing = double.TryParse(e.Value?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) ? Math.Clamp(weight, 0, 0.99) : 0;
        dirty = true;
    }

    private string Describe()
    {
        var parts = Series.Where(one => !one.IsFlat && one.Y.Any(double.IsFinite))
            .Select(one => $"{one.Name} {Format.Number(one.Y.Last(double.IsFinite), one.Unit)}, between {Format.Number(one.Y.Where(double.IsFinite).Min(), one.Unit)} and {Format.Number(one.Y.Where(double.IsFinite).Max(), one.Unit)}");
        return $"{Title}: {string.Join("; ", parts.Concat(Shaded.Select(Describe)))}";
    }

    private static string Describe(ChartSpan span) => $"{span.Label} from {Instant(span.From)}{(span.To is { } to ? $" to {Instant(to)}" : " on")}";

    private static string Instant(double seconds) => Format.Instant(DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)));

    private IEnumerable<(double At, IReadOnlyList<(double? Value, string Unit)> Values)> Rows()
    {
        var shown = Series.Where(one => !one.IsFlat)
            .Select(one => (one.Unit, Points: Downsample.Keep(one.X, one.Y).GroupBy(i => one.X[i]).ToDictionary(same => same.Key, same => one.Y[same.First()])))
            .ToList();
        var all = shown.SelectMany(one => one.Points.Keys).Distinct();
        foreach (var at in (Steps ? all.Order() : all.OrderDescending()).Take(Downsample.MostPoints))
            yield return (at, [.. shown.Select(one => (one.Points.TryGetValue(at, out var value) ? value : (double?)null, one.Unit))]);
    }
}
