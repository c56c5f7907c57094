namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>Which alerts a silence covers: all that fit every part that is given.</summary>
public sealed record SilenceMatcher(int? RuleId, string? Model, AlertSeverity? Severity)
{
    public bool Matches(int ruleId, string model, AlertSeverity severity) =>
        (RuleId is null || RuleId == ruleId) && (Model is null || Model == model) && (Severity is null || Severity == severity);
}
