using Dashboard.Web.People;
using Dashboard.Core.Governance.People;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Registry;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Alerts;

public sealed partial class RuleDialog : IDisposable
{
    private static readonly TimeSpan Looked = TimeSpan.FromDays(30);

    private readonly CancellationTokenSource leaving = new();
    private RuleForm form = new();
    private IReadOnlyList<string> models = [];
    private IReadOnlyList<string> inputs = [];
    private IReadOnlyList<(string Key, string Text)> metrics = [];
    private IReadOnlyList<ReplayedFiring> firings = [];
    private string model = "";
    private string? sample;
    private string? metric;
    private string? original;
    private string suggested = "";
    private AlertRule? rule;
    private SignalPast? past;
    private (string?, AlertSignal, TimeSpan) shown;
    private Error? fault;
    private bool reading;
    private bool missing;
    private int round;

    /// <summary>Null: a new one.</summary>
    [Parameter] public int? Id { get; set; }

    /// <summary>For a new one: the model that the page looks at.</summary>
    [Parameter] public string? Model { get; set; }

    [Parameter] public EventCallback OnClose { get; set; }

    [Inject] private PageAccess Access { get; set; } = null!;

    [Inject] private AlertRules Rules { get; set; } = null!;

    [Inject] private ModelRegistry Registry { get; set; } = null!;

    [Inject] private SignalHistory History { get; set; } = null!;

    [Inject] private SignalReader Reader { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    private string Verdict
    {
        get
        {
            if (past!.Readings.All(one => one.Value is null))
                return $"Nothing is known of this signal over the last 30 days of {sample}.";
            if (firings.Count == 0)
                return $"It would not have fired over the last 30 days of {sample}.";
            var length = TimeSpan.FromTicks(firings.Sum(firing => ((firing.To ?? past.To) - firing.From).Ticks));
            return $"It would have fired {(firings.Count == 1 ? "once" : $"{firings.Count} times")} over the last 30 days of {sample}, for {Format.Duration(length)} {(firings.Count == 1 ? "" : "together")}{(firings[^1].To is null ? ", and would fire now" : "")}.".Replace(" .", ".", StringComparison.Ordinal);
        }
    }

    private string Last => past!.Readings.LastOrDefault(one => one.Value is not null) is { Value: { } value } last ? $"Now: {RuleWords.Situation(rule!, value, last.Sample, metric)}" : "";

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        models = await Registry.NamesAsync(leaving.Token);
        if (Id is { } id)
        {
            if (await Rules.FindAsync(id, leaving.Token) is { } found)
            {
                (form, model, original) = (RuleForm.Of(found.Rule), found.Model ?? "", found.Rule.Name);
                form.Enabled = found.Enabled;
            }
            else
            {
                missing = true;
            }
        }
        else
        {
            form.Choose(SignalKind.ServerErrorRate);
            model = Model ?? (models.Count > 0 ? models[0] : "");
        }

        await DescribeAsync();
        await PreviewAsync();
    }

    private async Task ChooseAsync(ChangeEventArgs e)
    {
        if (Enum.TryParse<SignalKind>(e.Value?.ToString(), out var kind))
            form.Choose(kind);
        await PreviewAsync();
    }

    private async Task ScopeAsync(ChangeEventArgs e)
    {
        model = e.Value?.ToString() ?? "";
        await DescribeAsync();
        await PreviewAsync();
    }

    /// <summary>Reads which metrics and inputs there are to choose from.</summary>
    private async Task DescribeAsync()
    {
        sample = model.Length > 0 ? model : models.Count > 0 ? models[0] : null;
        (inputs, metrics) = ([], []);
        if (sample is null || await Registry.FindAsync(sample, leaving.Token) is not { } found)
            return;
        var version = found.Aliases.Find(alias => alias.Alias == ModelAlias.Champion) is { } champion ? found.Versions.Find(one => one.Id == champion.VersionId) : found.Versions.LastOrDefault();
        if (version is null)
            return;
        var manifest = CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson);
        inputs = [.. manifest.Preprocessing.Features.Select(feature => feature.Name)];
        metrics = [.. manifest.Metrics.Keys.Select(key => (key, MetricInfo.For(key).Name)).OrderBy(pair => pair.Name, StringComparer.Ordinal)];
    }

    /// <summary>What the rule says and what it would have done; the signal's past is read again only when another one is asked for.</summary>
    private async Task PreviewAsync()
    {
        suggested = Suggested();
        var read = form.Read(suggested);
        rule = read.IsSuccess ? read.Value : null;
        fault = read.Error;
        if (rule is null || sample is null)
            return;
        var wanted = (sample, rule.Signal, rule.Window);
        if (past is null || shown != wanted)
        {
            var mine = ++round;
            reading = true;
            StateHasChanged();
            try
            {
                var found = await Registry.FindAsync(sample, leaving.Token);
                var read30 = found is null ? null : await History.LastAsync(found, rule.Signal, rule.Window, Looked, Time.GetUtcNow(), leaving.Token);
                // Another choice may have been made meanwhile.
                if (mine != round)
                    return;
                (past, shown, metric) = (read30, wanted, found is null ? null : Reader.MetricOf(found, rule.Signal));
            }
            catch (OperationCanceledException) when (leaving.IsCancellationRequested)
            {
                return;
            }
            finally
            {
                reading = mine != round && reading;
            }
        }

        firings = past is null || rule is null ? [] : AlertReplay.Run(rule, past.Readings);
    }

    private string Suggested()
    {
        var signal = RuleWords.Signal(new(form.Kind, form.Subject.Length > 0 ? form.Subject : form.Info.NeedsName ? "an input" : null));
        return char.ToUpperInvariant(signal[0]) + signal[1..];
    }

    private async Task<Error?> SaveAsync(CancellationToken ct)
    {
        if (Access.Refusal(Permission.Configure) is { } forbidden)
            return forbidden;
        var read = form.Read(suggested);
        if (read.Error is { } wrong)
            return wrong;
        var scope = model.Length > 0 ? model : null;
        var saved = Id is { } id ? await Rules.UpdateAsync(id, scope, read.Value, form.Enabled, Access.Name, ct) : await Rules.CreateAsync(scope, read.Value, form.Enabled, Access.Name, ct);
        return saved.Error;
    }
}
