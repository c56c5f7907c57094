using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>A rule and what it found, in sentences that need no manual.</summary>
public static class RuleWords
{
    /// <summary>The whole rule: when it begins, when it is over, and what is not judged.</summary>
    public static string Sentence(AlertRule rule)
    {
        var hold = rule.HoldFor > TimeSpan.Zero ? $" for {SignalInfo.Length(rule.HoldFor)}" : "";
        var parts = new List<string> { $"{rule.Severity} when {Condition(rule)}{Over(rule)}{(hold.Length > 0 ? $", and that holds{hold}" : "")}.", End(rule) };
        if (rule.MinimumSample > 0 && rule.Info.SampleWord is { } word)
            parts.Add($"Fewer than {rule.MinimumSample:#,0} {word} are not judged.");
        if (rule.NoData != NoDataMeaning.Unknown)
            parts.Add(rule.NoData == NoDataMeaning.Breach ? "No data counts as a breach." : "No data counts as fine.");
        return string.Join(' ', parts);
    }

    /// <summary>The signal by name: "ROC-AUC", "missing values of origin", "p95 latency".</summary>
    public static string Signal(AlertSignal signal)
    {
        var info = SignalInfo.Of(signal.Kind);
        return signal.Kind switch
        {
            SignalKind.Metric => Metric(signal),
            SignalKind.MetricLoss => $"{Metric(signal)} against its baseline",
            SignalKind.InputDrift => $"drift of {signal.Name}",
            SignalKind.PredictionDrift => "drift of the predictions",
            _ when info.Subject == SignalSubject.Input => signal.Name is null ? $"{info.Noun} (worst input)" : $"{info.Noun} of {signal.Name}",
            _ => info.Noun,
        };
    }

    /// <summary>What was found, against what was allowed: "rate of failed requests is 3.4 %, limit 1 %, of 120 requests".</summary>
    /// <param name="metric">The metric's key where the rule leaves it to the model.</param>
    public static string Situation(AlertRule rule, double? value, long sample, string? metric = null)
    {
        var info = rule.Info;
        var named = metric is not null && rule.Signal.Name is null && info.Subject == SignalSubject.Metric ? rule.Signal with { Name = metric } : rule.Signal;
        var noun = Signal(named);
        if (value is not { } now)
            return rule.NoData == NoDataMeaning.Breach ? $"{Capital(noun)}: no data." : $"{Capital(noun)} is not known.";
        var behind = info.SampleWord is { } word && sample > 0 ? $", {sample:#,0} {(sample == 1 ? word.TrimEnd('s') : word)}" : "";
        return rule.Signal.Kind switch
        {
            SignalKind.MetricLoss => $"{Metric(named)} is {(now >= 0 ? $"{info.Format(now)} worse" : $"{info.Format(-now)} better")} than its baseline; the limit is {info.Format(rule.Threshold)}{behind}.",
            SignalKind.InputDrift => $"{rule.Signal.Name} {(now > 0 ? "has moved" : "is steady")}{behind}.",
            SignalKind.PredictionDrift => $"The predictions {(now > 0 ? "have moved" : "are steady")}{behind}.",
            SignalKind.PredictionAge => $"No prediction for {info.Format(now)}; the limit is {info.Format(rule.Threshold)}.",
            SignalKind.EventAge => $"The newest event is {info.Format(now)} old; the limit is {info.Format(rule.Threshold)}.",
            SignalKind.FailedJobs => now > 0 ? $"{info.Format(now)} {(now == 1 ? "training has" : "trainings have")} failed." : "No training has failed since the last success.",
            SignalKind.DriftedInputs => $"{info.Format(now)} {(now == 1 ? "input has" : "inputs have")} moved; the limit is {info.Format(rule.Threshold)}{behind}.",
            SignalKind.DriftedImportance => $"The inputs that moved carry {info.Format(now)} of the importance; the limit is {info.Format(rule.Threshold)}{behind}.",
            _ => $"{Capital(noun)} is {info.Format(now, named.Name)}; the limit is {info.Format(rule.Threshold, named.Name)}{behind}.",
        };
    }

    /// <summary>The comparison as people read it before a number.</summary>
    public static string Words(AlertComparison comparison) => comparison switch
    {
        AlertComparison.Above => "above",
        AlertComparison.AtLeast => "at least",
        AlertComparison.Below => "below",
        _ => "at most",
    };

    private static string Condition(AlertRule rule)
    {
        var limit = rule.Info.Format(rule.Threshold, rule.Signal.Name);
        var than = rule.Comparison switch { AlertComparison.Above => "more than ", AlertComparison.AtLeast => "at least ", AlertComparison.Below => "less than ", _ => "at most " };
        return rule.Signal.Kind switch
        {
            SignalKind.MetricLoss => $"{Metric(rule.Signal)} is worse than its baseline by {than}{limit}",
            SignalKind.DriftedImportance => $"the inputs that moved carry {than}{limit} of the model’s importance",
            SignalKind.DriftedInputs => $"{than}{limit} {(rule.Threshold == 1 ? "input has" : "inputs have")} moved",
            SignalKind.InputDrift => $"the input {rule.Signal.Name} has moved",
            SignalKind.PredictionDrift => "the predictions have moved",
            SignalKind.FailedJobs => rule.Threshold <= 1 && rule.Comparison == AlertComparison.AtLeast ? $"a training has failed in the last {SignalInfo.Length(rule.Window)} and none has succeeded since" : $"{than}{limit} trainings have failed in the last {SignalInfo.Length(rule.Window)} since the last success",
            SignalKind.PredictionAge when rule.HighIsBad => $"no prediction has arrived for {limit}",
            SignalKind.EventAge when rule.HighIsBad => $"the newest event is older than {limit}",
            SignalKind.ServerErrorRate when rule.HighIsBad => $"{than}{limit} of the requests fail in the service",
            SignalKind.ErrorRate when rule.HighIsBad => $"{than}{limit} of the requests fail or are refused",
            _ => $"{Signal(rule.Signal)} is {Words(rule.Comparison)} {limit}",
        };
    }

    private static string Over(AlertRule rule) => !rule.Info.HasWindow || rule.Signal.Kind == SignalKind.FailedJobs ? "" : $" over the last {SignalInfo.Length(rule.Window)}{(rule.Info.Clock == SignalClock.Model ? " of events" : "")}";

    private static string End(AlertRule rule)
    {
        var waits = rule.ClearFor > TimeSpan.Zero ? $" for {SignalInfo.Length(rule.ClearFor)}" : "";
        if (rule.Info.Unit == SignalUnit.Flag || rule.ClearThreshold is not { } clear || clear == rule.Threshold)
            return waits.Length > 0 ? $"Over when that has not been so{waits}." : "Over as soon as that is no longer so.";
        return $"Over when it has been {rule.Info.Format(clear, rule.Signal.Name)} or {(rule.HighIsBad ? "less" : "more")}{waits}.";
    }

    private static string Metric(AlertSignal signal) => signal.Name is { } key ? MetricInfo.For(key).Name : "the main metric";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
