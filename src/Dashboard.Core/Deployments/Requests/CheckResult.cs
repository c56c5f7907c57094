using System.Text.Json.Serialization;

namespace Dashboard.Core.Deployments.Requests;

public enum CheckVerdict
{
    Passed,
    Failed,

    /// <summary>It cannot be judged, and its words say why. That is never a pass.</summary>
    NotApplicable,
}

/// <summary>A figure behind a check, as it was computed.</summary>
/// <param name="Unit">"ms", "rows", "%"; null without one.</param>
public sealed record CheckFigure(string Name, double Value, string? Unit = null);

/// <summary>What a check found.</summary>
/// <param name="Name">One of <see cref="CheckNames"/>.</param>
/// <param name="Words">One or two sentences with the figures, for people.</param>
public sealed record CheckResult(string Name, CheckVerdict Verdict, string Words, IReadOnlyList<CheckFigure> Figures)
{
    public static CheckResult Passed(string name, string words, params CheckFigure[] figures) => new(name, CheckVerdict.Passed, words, figures);

    public static CheckResult Failed(string name, string words, params CheckFigure[] figures) => new(name, CheckVerdict.Failed, words, figures);

    public static CheckResult NotApplicable(string name, string why) => new(name, CheckVerdict.NotApplicable, why, []);
}

/// <summary>Somebody's word that a failed check does not matter this time.</summary>
public sealed record Waiver(string Reason, string By, DateTimeOffset At);

/// <summary>A check of a request as it stands.</summary>
/// <param name="IsRequired">By the policy: while it fails, nobody can approve.</param>
/// <param name="Waiver">Null: not waived.</param>
public sealed record StandingCheck(CheckResult Result, bool IsRequired, Waiver? Waiver)
{
    /// <summary>Keeps everybody from approving.</summary>
    [JsonIgnore]
    public bool Blocks => IsRequired && Result.Verdict == CheckVerdict.Failed && Waiver is null;

    /// <summary>passed, failed, notApplicable or waived: a waived check is shown as that whatever it found.</summary>
    public string State => Waiver is not null ? "waived" : Result.Verdict switch { CheckVerdict.Passed => "passed", CheckVerdict.Failed => "failed", _ => "notApplicable" };
}
