namespace Dashboard.Core.Monitoring.Alerts;

public enum AlertSeverity { Info, Warning, Critical }

public enum AlertComparison { Above, AtLeast, Below, AtMost }

/// <summary>What it means for a rule that there is nothing to compute its signal from.</summary>
public enum NoDataMeaning
{
    /// <summary>Nothing is known: the alert's state is "no data".</summary>
    Unknown,

    /// <summary>As bad as a breach.</summary>
    Breach,

    /// <summary>As good as a value within the limit.</summary>
    Fine,
}

/// <summary>
/// When an alert begins and when it is over. It begins when the signal has been past the threshold for <paramref name="HoldFor"/>, and is over when the signal has been
/// on the good side of the clearing threshold for <paramref name="ClearFor"/>; between the two it stays as it is (hysteresis), so that a value that trembles at the limit does not ring twice.
/// </summary>
/// <param name="ClearThreshold">On the good side of the threshold, or equal to it; null: the threshold itself.</param>
/// <param name="Window">How much of its clock each reading covers; zero for signals without a window.</param>
/// <param name="HoldFor">On the signal's clock, as is <paramref name="ClearFor"/>; zero: at once.</param>
/// <param name="MinimumSample">Fewer rows, requests or items than this are not judged.</param>
public sealed record AlertRule(string Name, AlertSignal Signal, AlertComparison Comparison, double Threshold, double? ClearThreshold, TimeSpan Window, TimeSpan HoldFor, TimeSpan ClearFor,
    AlertSeverity Severity, long MinimumSample = 0, NoDataMeaning NoData = NoDataMeaning.Unknown)
{
    public const int MaxName = 100;

    public static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(10);

    /// <summary>Of a window, a holding or a clearing time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    public SignalInfo Info => SignalInfo.Of(Signal.Kind);

    /// <summary>The bad side is the upper one.</summary>
    public bool HighIsBad => Comparison is AlertComparison.Above or AlertComparison.AtLeast;

    public bool IsBreach(double value) => Comparison switch
    {
        AlertComparison.Above => value > Threshold,
        AlertComparison.AtLeast => value >= Threshold,
        AlertComparison.Below => value < Threshold,
        _ => value <= Threshold,
    };

    /// <summary>On the good side of the clearing threshold. Neither a breach nor clear: the alert stays as it is.</summary>
    public bool IsClear(double value) => !IsBreach(value) && (HighIsBad ? value <= (ClearThreshold ?? Threshold) : value >= (ClearThreshold ?? Threshold));

    /// <summary>What is wrong with the rule, by field; null when nothing is.</summary>
    public Error? Check()
    {
        var info = Info;
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > MaxName)
            return InvalidValue.Of("name", string.IsNullOrWhiteSpace(Name) ? null : $"{Name.Length} characters", $"text of 1 to {MaxName} characters");
        if (info.Subject == SignalSubject.None ? Signal.Name is not null : info.NeedsName && string.IsNullOrWhiteSpace(Signal.Name))
            return InvalidValue.Of("signal.name", Signal.Name, info.Subject == SignalSubject.None ? $"nothing: '{info.Noun}' has no name" : "the name of an input of the model");
        if (!double.IsFinite(Threshold))
            return InvalidValue.Of("threshold", $"{Threshold}", "a finite number");
        if (info.Unit == SignalUnit.Share && info.Kind != SignalKind.MetricLoss && Threshold is < 0 or > 1)
            return InvalidValue.Of("threshold", $"{Threshold}", "a share from 0 to 1");
        if (info.Unit is SignalUnit.Milliseconds or SignalUnit.Seconds or SignalUnit.PerSecond or SignalUnit.Count && Threshold < 0)
            return InvalidValue.Of("threshold", $"{Threshold}", "a number from 0 on");
        if (ClearThreshold is { } clear && (!double.IsFinite(clear) || (HighIsBad ? clear > Threshold : clear < Threshold)))
            return InvalidValue.Of("clearThreshold", $"{clear}", $"a number {(HighIsBad ? "at most" : "at least")} the threshold ({Threshold})");
        if (info.HasWindow ? Window < ShortestWindow || Window > Longest : Window != TimeSpan.Zero)
            return InvalidValue.Of("windowSeconds", $"{Window.TotalSeconds}", info.HasWindow ? $"{ShortestWindow.TotalSeconds} to {Longest.TotalSeconds} seconds" : $"0: '{info.Noun}' has no window");
        foreach (var (field, length) in (ReadOnlySpan<(string, TimeSpan)>)[("holdSeconds", HoldFor), ("clearSeconds", ClearFor)])
            if (length < TimeSpan.Zero || length > Longest)
                return InvalidValue.Of(field, $"{length.TotalSeconds}", $"0 to {Longest.TotalSeconds} seconds");
        return MinimumSample is < 0 or > 1_000_000_000 ? InvalidValue.Of("minimumSample", $"{MinimumSample}", "0 to 1000000000") : null;
    }
}
