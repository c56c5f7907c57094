using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;

namespace Dashboard.Web.Components.Pages.Alerts;

/// <summary>A rule as it is typed: numbers in the unit that people use, lengths of time as text.</summary>
internal sealed class RuleForm
{
    private static readonly Dictionary<SignalUnit, (string High, string Low)> Usual = new()
    {
        [SignalUnit.Share] = ("5", "50"), [SignalUnit.Milliseconds] = ("100", "1"), [SignalUnit.Seconds] = ("1 h", "1 s"), [SignalUnit.PerSecond] = ("100", "1"),
        [SignalUnit.Count] = ("1", "0"), [SignalUnit.Metric] = ("1", "0.5"), [SignalUnit.Flag] = ("1", "0"),
    };

    public string Name { get; set; } = "";

    public SignalKind Kind { get; set; }

    public string Subject { get; set; } = "";

    public AlertComparison Comparison { get; set; }

    public string Threshold { get; set; } = "";

    public string Clear { get; set; } = "";

    public string Window { get; set; } = "";

    public string Hold { get; set; } = "";

    public string ClearFor { get; set; } = "";

    public AlertSeverity Severity { get; set; } = AlertSeverity.Warning;

    public long MinimumSample { get; set; }

    public NoDataMeaning NoData { get; set; }

    public bool Enabled { get; set; } = true;

    public SignalInfo Info => SignalInfo.Of(Kind);

    /// <summary>What stands after the threshold's field.</summary>
    public string Unit => Info.Unit switch { SignalUnit.Share => "%", SignalUnit.Milliseconds => "ms", SignalUnit.PerSecond => "/s", SignalUnit.Seconds => "a length of time", _ => "" };

    public static RuleForm Of(AlertRule rule)
    {
        var form = new RuleForm
        {
            Name = rule.Name, Kind = rule.Signal.Kind, Subject = rule.Signal.Name ?? "", Comparison = rule.Comparison, Window = Text(rule.Window), Hold = Text(rule.HoldFor), ClearFor = Text(rule.ClearFor),
            Severity = rule.Severity, MinimumSample = rule.MinimumSample, NoData = rule.NoData,
        };
        (form.Threshold, form.Clear) = (form.Write(rule.Threshold), rule.ClearThreshold is { } clear ? form.Write(clear) : "");
        return form;
    }

    /// <summary>Another signal: what was typed for the last one does not fit it.</summary>
    public void Choose(SignalKind kind)
    {
        Kind = kind;
        var info = Info;
        Comparison = info.Unit is SignalUnit.Flag or SignalUnit.Count ? AlertComparison.AtLeast : info.HighIsBad ? AlertComparison.Above : AlertComparison.Below;
        (Subject, Clear) = ("", "");
        Threshold = info.HighIsBad ? Usual[info.Unit].High : Usual[info.Unit].Low;
        Window = !info.HasWindow ? "" : info.Clock == SignalClock.Model ? "1 d" : info.ShortestWindow > TimeSpan.FromMinutes(5) ? "1 h" : "5 min";
        (Hold, ClearFor) = info.Clock == SignalClock.Model ? ("1 d", "1 d") : info.HasWindow ? ("1 min", "5 min") : ("", "5 min");
        MinimumSample = info.SampleWord is null || info.IsOfBlocks ? 0 : info.Clock == SignalClock.Model ? 200 : 20;
    }

    /// <summary>The rule, or what is wrong with the first field that does not fit.</summary>
    /// <param name="otherwise">Its name where none was typed.</param>
    public Result<AlertRule> Read(string otherwise)
    {
        if (ReadNumber("threshold", Threshold) is not { IsSuccess: true } threshold)
            return ReadNumber("threshold", Threshold).Error!;
        var clear = Clear.Trim().Length == 0 ? default(Result<double>?) : ReadNumber("clearThreshold", Clear);
        if (clear?.Error is { } wrong)
            return wrong;
        var lengths = new TimeSpan[3];
        foreach (var (i, field, text) in (ReadOnlySpan<(int, string, string)>)[(0, "window", Info.HasWindow ? Window : ""), (1, "hold", Hold), (2, "clear", ClearFor)])
        {
            if (text.Trim().Length == 0)
                continue;
            if (LengthText.Parse(text) is not { } length)
                return InvalidValue.Of(field, text, LengthText.Wanted);
            lengths[i] = length;
        }

        var rule = new AlertRule(Name.Trim().Length > 0 ? Name.Trim() : otherwise, new(Kind, Subject.Length > 0 ? Subject : null), Comparison, threshold.Value, clear?.Value, lengths[0], lengths[1], lengths[2], Severity, MinimumSample, NoData);
        return rule.Check() is { } fault ? fault : rule;
    }

    private static string Text(TimeSpan length) => length == TimeSpan.Zero ? "" : SignalInfo.Length(length).Replace('\u202f', ' ');

    private Result<double> ReadNumber(string field, string text)
    {
        if (Info.Unit == SignalUnit.Seconds)
            return LengthText.Parse(text) is { } length ? length.TotalSeconds : InvalidValue.Of(field, text, LengthText.Wanted);
        return double.TryParse(text.Trim().TrimEnd('%').TrimEnd(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? Info.Unit == SignalUnit.Share ? Math.Round(number / 100, 12) : number
            : InvalidValue.Of(field, text, Info.Unit == SignalUnit.Share ? "a number of per cent, such as 1.5" : "a number, such as 0.65");
    }

    private string Write(double value) => Info.Unit switch
    {
        SignalUnit.Seconds => Text(TimeSpan.FromSeconds(value)),
        SignalUnit.Share => Math.Round(value * 100, 10).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };
}
