using Dashboard.Web.People;
using Dashboard.Core.Governance.People;
using Dashboard.Core;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Live;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Wall;

/// <summary>
/// A screen that runs by itself. What is stored is read by <see cref="WallReadings"/> for all screens together, what is live comes from <see cref="LivePulse"/>;
/// once a second the page's turn and every age are looked at, and <c>data-beat</c> tells the watchdog in the browser (wall.js) that the screen is alive.
/// </summary>
public sealed partial class WallScreen
{
    /// <summary>Models that are on no page now are read again when what is known of them is this old, a few at a time: the summary counts them.</summary>
    private static readonly TimeSpan OffscreenAge = TimeSpan.FromSeconds(30);

    private const int OffscreenAtOnce = 3;

    private readonly Dictionary<string, WallReading> readings = new(StringComparer.Ordinal);
    private WallOptions options = WallOptions.Default;
    private IReadOnlyList<Error> faults = [];
    private WallPlan plan = new([], []);
    private WallPage? current;
    private HashSet<string> known = [];
    private IReadOnlyList<Error> missing = [];
    private IReadOnlyList<WallNotice> notices = [];
    private IReadOnlyDictionary<string, ModelPulse> pulses = new Dictionary<string, ModelPulse>();
    private IDisposable? watching;
    private IReadOnlyList<string> watched = [];
    private string query = "";
    private ITimer? clock;
    private DateTimeOffset now;
    private int turn;
    private long beat;

    [Inject] private PageAccess Access { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private WallReadings Readings { get; set; } = null!;

    [Inject] private LivePulse Pulse { get; set; } = null!;

    protected override TimeSpan Rest => TimeSpan.FromSeconds(1);

    private DateTimeOffset? Unread => Failure is null ? null : ReadAt;

    private long Total => plan.Chosen.Sum(model => pulses.TryGetValue(model, out var pulse) ? pulse.Predictions : 0);

    /// <summary>To the second, so that it is not written ten times a second.</summary>
    private DateTimeOffset? LastData => plan.Chosen.Max(model => pulses.TryGetValue(model, out var pulse) ? pulse.LastPrediction : null) is { } last
        ? DateTimeOffset.FromUnixTimeSeconds(last.ToUnixTimeSeconds())
        : null;

    /// <summary>How many models are in each state that asks for attention, on all pages.</summary>
    private IEnumerable<(StateKind Kind, string Text)> Summary => current is { IsSingle: true } || faults.Count > 0 ? [] : plan.Chosen
        .Select(model => readings.TryGetValue(model, out var reading) ? WallState.Of(reading, pulses.GetValueOrDefault(model), options.Stale, now, Unread) : null)
        .OfType<WallState>()
        .GroupBy(state => (state.Kind, Word: state.Word.Split(' ') is ["Errors", ..] ? "failing" : state.Word.ToLowerInvariant()))
        .OrderBy(group => group.Key.Kind switch { StateKind.Bad => 0, StateKind.Warn => 1, StateKind.None => 2, _ => 3 })
        .Select(group => (group.Key.Kind, $"{group.Count()} {group.Key.Word}"));

    private RenderFragment Empty => missing.Count > 0
        ? builder =>
        {
            builder.OpenComponent<WallFault>(0);
            builder.AddComponentParameter(1, nameof(WallFault.Title), "There is no model to show.");
            builder.AddComponentParameter(2, nameof(WallFault.Faults), missing);
            builder.CloseComponent();
        }
        : builder => builder.AddMarkupContent(0, "<section class=\"wall-fault\"><h2>No model is registered yet.</h2><p>This wall shows models as soon as there are some.</p></section>");

    protected override void OnInitialized()
    {
        ReadUrl();
        now = Time.GetUtcNow();
        base.OnInitialized();
    }

    protected override bool Concerns(Notification notification) =>
        notification.Topic is Topics.Registry or Topics.Deployments || AlertSubjects.IsOfIncidents(notification) || (notification.Topic == Topics.Monitoring && (notification.Model is not { } model || known.Contains(model)));

    protected override bool NeedsReload(TimeSelection before) => ReadUrl();

    protected override async Task LoadAsync(CancellationToken ct)
    {
        if (faults.Count > 0)
            return;
        var registered = (await Readings.ModelsAsync(ct)).Where(model => Access.May(Permission.Watch, model.Name)).ToList();
        (known, plan, missing) = (registered.Select(model => model.Name).ToHashSet(StringComparer.Ordinal), WallPlan.Of(options, registered), WallPlan.Missing(options, registered));
        var chosen = plan.Chosen.ToHashSet(StringComparer.Ordinal);
        notices = [.. WallNotices.Of(await Readings.IncidentsAsync(ct), chosen), .. WallNotices.Of(await Readings.RolloutsAsync(ct), chosen, now), .. WallNotices.Of(await Readings.DeploymentsAsync(ct), chosen, now)];
        Turn();
        Watch();
        foreach (var gone in readings.Keys.Where(model => !known.Contains(model)).ToList())
            readings.Remove(gone);
        await Task.WhenAll(Wanted().Select(async wanted =>
        {
            if (await Readings.OfAsync(wanted.Model, options.Range, wanted.PresentWillDo, ct) is { } reading)
                readings[wanted.Model] = reading;
        }));
    }

    protected override void OnAfterRender(bool firstRender)
    {
        // Only where a browser is connected: the first picture of a current is drawn without one, and nobody would stop its clock.
        if (!firstRender)
            return;
        clock = Time.CreateTimer(_ => _ = InvokeAsync(TickAsync), null, UntilNextSecond(), Timeout.InfiniteTimeSpan);
        Watch();
    }

    protected override void Dispose(bool disposing)
    {
        clock?.Dispose();
        clock = null;
        watching?.Dispose();
        watching = null;
        base.Dispose(disposing);
    }

    /// <summary>What is on the screen is read as it is now, the next page ahead of its turn, the others once in a while.</summary>
    private IEnumerable<(string Model, bool PresentWillDo)> Wanted()
    {
        var shown = current?.Models ?? [];
        var next = plan.Pages.Count > 1 ? plan.Pages[(turn + 1) % plan.Pages.Count].Models : [];
        var others = plan.Chosen.Except(shown, StringComparer.Ordinal).Except(next, StringComparer.Ordinal).Where(IsOld).Take(OffscreenAtOnce);
        return shown.Select(model => (model, !readings.ContainsKey(model)))
            .Concat(next.Except(shown, StringComparer.Ordinal).Where(IsOld).Concat(others).Select(model => (model, true)))
            .Where(wanted => known.Contains(wanted.model));
    }

    private bool IsOld(string model) => !readings.TryGetValue(model, out var reading) || now - reading.ReadAt > OffscreenAge;

    private void Turn()
    {
        turn = plan.TurnAt(now, options.Every);
        current = plan.Pages.Count > 0 ? plan.Pages[turn] : null;
    }

    /// <summary>Watches the chosen models' pulse, once there is a browser.</summary>
    private void Watch()
    {
        string[] wanted = [.. plan.Chosen.Where(known.Contains)];
        if (clock is null || wanted.SequenceEqual(watched))
            return;
        watching?.Dispose();
        watched = wanted;
        watching = wanted.Length == 0 ? null : Pulse.Watch(wanted, delivered => InvokeAsync(() =>
        {
            pulses = delivered;
            StateHasChanged();
        }));
    }

    private async Task TickAsync()
    {
        if (clock is null)
            return;
        clock.Change(UntilNextSecond(), Timeout.InfiniteTimeSpan);
        now = Time.GetUtcNow();
        beat++;
        var before = current;
        Turn();
        StateHasChanged();
        if (current != before || plan.Chosen.Any(IsOld))
            await ReloadAsync();
    }

    private bool ReadUrl()
    {
        var present = new Uri(Navigation.Uri).Query;
        if (present == query)
            return false;
        query = present;
        (options, faults) = WallOptions.Parse(present);
        return true;
    }

    private TimeSpan UntilNextSecond() => TimeSpan.FromMilliseconds(1000 - (Time.GetUtcNow().ToUnixTimeMilliseconds() % 1000));
}
