using System.Collections.Frozen;
using System.Globalization;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>In what a signal is measured. Shares are 0 to 1, durations seconds, flags 0 or 1.</summary>
public enum SignalUnit { Share, Milliseconds, Seconds, PerSecond, Count, Metric, Flag }

/// <summary>What <see cref="AlertSignal.Name"/> names.</summary>
public enum SignalSubject { None, Metric, Input }

/// <summary>How a kind of signal is read and shown: the one catalogue for pages, the API and the evaluation.</summary>
/// <param name="Group">The heading under which it is offered.</param>
/// <param name="Noun">"error rate", "p95 latency".</param>
/// <param name="NeedsName">Whether a rule must name its subject.</param>
/// <param name="SampleWord">What is counted behind a value; null where there is no such count.</param>
/// <param name="HighIsBad">The direction in which a rule usually looks.</param>
/// <param name="HasWindow">False for ages and counts since something, which look back by themselves.</param>
public sealed record SignalInfo(SignalKind Kind, string Group, string Noun, SignalClock Clock, SignalUnit Unit, SignalSubject Subject = SignalSubject.None, bool NeedsName = false,
    string? SampleWord = null, bool HighIsBad = true, bool HasWindow = true)
{
    private const string Performance = "Performance", Drift = "Drift", Quality = "Data quality", Service = "Service", Labels = "Ground truth", Absence = "Absence of data", Jobs = "Trainings";
    private const string Thin = "\u202f";

    /// <summary>Every kind, in the order in which they are offered.</summary>
    public static readonly IReadOnlyList<SignalInfo> All =
    [
        new(SignalKind.MetricLoss, Performance, "metric against its baseline", SignalClock.Model, SignalUnit.Share, SignalSubject.Metric, SampleWord: "labelled rows"),
        new(SignalKind.Metric, Performance, "metric", SignalClock.Model, SignalUnit.Metric, SignalSubject.Metric, SampleWord: "labelled rows", HighIsBad: false),
        new(SignalKind.DriftedImportance, Drift, "importance of moved inputs", SignalClock.Model, SignalUnit.Share, SampleWord: "predictions"),
        new(SignalKind.DriftedInputs, Drift, "number of moved inputs", SignalClock.Model, SignalUnit.Count, SampleWord: "predictions"),
        new(SignalKind.InputDrift, Drift, "one input moved", SignalClock.Model, SignalUnit.Flag, SignalSubject.Input, NeedsName: true, SampleWord: "predictions"),
        new(SignalKind.PredictionDrift, Drift, "predictions moved", SignalClock.Model, SignalUnit.Flag, SampleWord: "predictions"),
        new(SignalKind.MissingRate, Quality, "missing values", SignalClock.Model, SignalUnit.Share, SignalSubject.Input, SampleWord: "predictions"),
        new(SignalKind.OutOfRange, Quality, "values out of range", SignalClock.Model, SignalUnit.Share, SignalSubject.Input, SampleWord: "predictions"),
        new(SignalKind.UnknownCategories, Quality, "unknown categories", SignalClock.Model, SignalUnit.Share, SignalSubject.Input, SampleWord: "predictions"),
        new(SignalKind.RejectedItems, Quality, "rejected items", SignalClock.Service, SignalUnit.Share, SampleWord: "items"),
        new(SignalKind.Duplicates, Quality, "duplicates", SignalClock.Service, SignalUnit.Share, SampleWord: "items"),
        new(SignalKind.ServerErrorRate, Service, "rate of failed requests", SignalClock.Service, SignalUnit.Share, SampleWord: "requests"),
        new(SignalKind.ErrorRate, Service, "rate of failed or refused requests", SignalClock.Service, SignalUnit.Share, SampleWord: "requests"),
        new(SignalKind.LatencyP50, Service, "p50 latency", SignalClock.Service, SignalUnit.Milliseconds, SampleWord: "requests"),
        new(SignalKind.LatencyP95, Service, "p95 latency", SignalClock.Service, SignalUnit.Milliseconds, SampleWord: "requests"),
        new(SignalKind.LatencyP99, Service, "p99 latency", SignalClock.Service, SignalUnit.Milliseconds, SampleWord: "requests"),
        new(SignalKind.RequestRate, Service, "request rate", SignalClock.Service, SignalUnit.PerSecond, HighIsBad: false),
        new(SignalKind.LabelCoverage, Labels, "label coverage", SignalClock.Model, SignalUnit.Share, SampleWord: "predictions", HighIsBad: false),
        new(SignalKind.LabelLag, Labels, "label lag", SignalClock.Model, SignalUnit.Seconds, SampleWord: "labelled rows"),
        new(SignalKind.PredictionAge, Absence, "time without a prediction", SignalClock.Service, SignalUnit.Seconds, HasWindow: false),
        new(SignalKind.EventAge, Absence, "age of the newest event", SignalClock.Service, SignalUnit.Seconds, HasWindow: false),
        new(SignalKind.FailedJobs, Jobs, "failed trainings", SignalClock.Service, SignalUnit.Count),
    ];

    private static readonly FrozenDictionary<SignalKind, SignalInfo> ByKind = All.ToFrozenDictionary(info => info.Kind);

    public static SignalInfo Of(SignalKind kind) => ByKind[kind];

    /// <summary>A value with its unit, about three digits: 3.4 %, 12 ms, 1 h 30 min, 0.641.</summary>
    /// <param name="name">The metric's key, for its own digits.</param>
    public string Format(double? value, string? name = null) => value is not { } number || !double.IsFinite(number) ? "–" : Unit switch
    {
        SignalUnit.Share => Digits(number * 100) + Thin + "%",
        SignalUnit.Milliseconds => Digits(number) + Thin + "ms",
        SignalUnit.Seconds => Length(TimeSpan.FromSeconds(Math.Clamp(number, 0, 1e9))),
        SignalUnit.PerSecond => Digits(number) + Thin + "/s",
        SignalUnit.Metric when name is not null => MetricInfo.For(name).Format(number),
        SignalUnit.Flag => number > 0 ? "yes" : "no",
        _ => Digits(number),
    };

    /// <summary>A length of time in at most two units, without what is zero: 90 s is 1 min 30 s, 7 d stays 7 d.</summary>
    public static string Length(TimeSpan length)
    {
        (double Size, string Unit)[] parts = [(Math.Floor(length.TotalDays), "d"), (length.Hours, "h"), (length.Minutes, "min"), (length.Seconds, "s")];
        var shown = parts.SkipWhile(part => part.Size == 0).Take(2).Where(part => part.Size > 0).Select(part => part.Size.ToString("0", CultureInfo.InvariantCulture) + Thin + part.Unit).ToList();
        return shown.Count > 0 ? string.Join(' ', shown) : Digits(length.TotalSeconds) + Thin + "s";
    }

    private static string Digits(double value) => value.ToString(Math.Abs(value) switch
    {
        >= 100 => "#,0",
        >= 10 => "0.#",
        >= 1 or 0 => "0.##",
        >= 0.01 => "0.###",
        _ => "0.##e+0",
    }, CultureInfo.InvariantCulture);
}
