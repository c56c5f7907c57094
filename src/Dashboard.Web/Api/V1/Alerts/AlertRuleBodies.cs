using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;

namespace Dashboard.Web.Api.V1.Alerts;

/// <summary>A signal: its kind, and the metric's key or the input's name where it takes one.</summary>
internal sealed record SignalBody(string? Kind, string? Name);

/// <summary>A rule as it is sent. Times are seconds.</summary>
/// <param name="Model">Left out: every model.</param>
/// <param name="Comparison">above, atLeast, below or atMost; left out: the direction in which the signal is bad.</param>
/// <param name="ClearThreshold">Left out: the threshold.</param>
/// <param name="WindowSeconds">Left out: five minutes on the service's clock, a day on the model's, none where the signal has no window.</param>
/// <param name="NoData">unknown, breach or fine.</param>
internal sealed record AlertRuleBody(string? Model, string? Name, SignalBody? Signal, string? Comparison, double? Threshold, double? ClearThreshold, double? WindowSeconds, double? HoldSeconds, double? ClearSeconds,
    string? Severity, long? MinimumSample, string? NoData, bool? Enabled)
{
    private const double MostSeconds = 1e9;

    /// <summary>The rule, or what is wrong with the first field that does not fit.</summary>
    public Result<AlertRule> Read()
    {
        var kind = EnumText.Parse<SignalKind>("signal.kind", Signal?.Kind);
        if (kind.Error is { } noKind)
            return noKind;
        var info = SignalInfo.Of(kind.Value);
        var comparison = EnumText.Parse<AlertComparison>("comparison", Comparison, info.HighIsBad ? AlertComparison.Above : AlertComparison.Below);
        var severity = EnumText.Parse<AlertSeverity>("severity", Severity, AlertSeverity.Warning);
        var noData = EnumText.Parse<NoDataMeaning>("noData", NoData, NoDataMeaning.Unknown);
        if ((comparison.Error ?? severity.Error ?? noData.Error) is { } fault)
            return fault;
        if (Threshold is not { } threshold)
            return InvalidValue.Of("threshold", null, "a number in the unit of the signal");
        foreach (var (field, seconds) in (ReadOnlySpan<(string, double?)>)[("windowSeconds", WindowSeconds), ("holdSeconds", HoldSeconds), ("clearSeconds", ClearSeconds)])
            if (seconds is { } given && !(given >= 0 && given <= MostSeconds))
                return InvalidValue.Of(field, $"{given}", "seconds from 0 on");
        var window = TimeSpan.FromSeconds(WindowSeconds ?? (!info.HasWindow ? 0 : info.Clock == SignalClock.Model ? 86_400 : 300));
        var rule = new AlertRule(Name?.Trim() ?? "", new(kind.Value, string.IsNullOrWhiteSpace(Signal!.Name) ? null : Signal.Name.Trim()), comparison.Value, threshold, ClearThreshold, window,
            TimeSpan.FromSeconds(HoldSeconds ?? 0), TimeSpan.FromSeconds(ClearSeconds ?? 0), severity.Value, MinimumSample ?? 0, noData.Value);
        return rule.Check() is { } wrong ? wrong : rule;
    }
}

/// <summary>A rule as the API shows it.</summary>
/// <param name="Sentence">The whole rule in words.</param>
internal sealed record AlertRuleView(int Id, string? Model, string Name, string Sentence, bool Enabled, bool IsDefault, AlertSignal Signal, AlertComparison Comparison, double Threshold, double? ClearThreshold,
    double WindowSeconds, double HoldSeconds, double ClearSeconds, AlertSeverity Severity, long MinimumSample, NoDataMeaning NoData, string ChangedBy, DateTimeOffset ChangedAt)
{
    public static AlertRuleView Of(RuleView view)
    {
        var rule = view.Rule;
        return new(view.Id, view.Model, rule.Name, view.Sentence, view.Enabled, view.IsDefault, rule.Signal, rule.Comparison, rule.Threshold, rule.ClearThreshold, rule.Window.TotalSeconds, rule.HoldFor.TotalSeconds,
            rule.ClearFor.TotalSeconds, rule.Severity, rule.MinimumSample, rule.NoData, view.ChangedBy, view.ChangedAt);
    }
}

/// <summary>An alert as it stands, as the API shows it.</summary>
internal sealed record AlertNowView(int RuleId, string Rule, string Model, AlertState State, AlertSeverity Severity, string Situation, double? Value, long Sample, DateTimeOffset Since, DateTimeOffset ReadAt, int? IncidentId, DateTimeOffset? SilencedUntil)
{
    public static AlertNowView Of(AlertView view) => new(view.RuleId, view.Rule.Name, view.Model, view.State, view.Rule.Severity, view.Situation, view.Value, view.Sample, view.ChangedAt, view.ReadAt, view.IncidentId, view.SilencedUntil);
}

/// <summary>What a rule would have done over the past of a model.</summary>
/// <param name="Clock">On which clock the times are.</param>
/// <param name="Readings">At most 400 of those that were judged.</param>
internal sealed record RulePreview(string Sentence, SignalClock Clock, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<ReplayedFiring> Firings, IReadOnlyList<SignalReading> Readings);
