using Dashboard.Core.Monitoring.Health;

namespace Dashboard.Core.Monitoring.Alerts;

/// <summary>The rules that a new model begins with: few, and slow to speak. The limits are those at which a model's page changes its word (<see cref="ModelHealth"/>).</summary>
public static class DefaultRules
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1), Day = TimeSpan.FromDays(1);

    public static readonly IReadOnlyList<AlertRule> All =
    [
        new("Requests fail", new(SignalKind.ServerErrorRate), AlertComparison.Above, ModelHealth.FailingShare, ModelHealth.FailingShare / 2, 5 * Minute, Minute, 5 * Minute, AlertSeverity.Critical, MinimumSample: 20),
        new("No predictions arrive", new(SignalKind.PredictionAge), AlertComparison.Above, Hour.TotalSeconds, null, TimeSpan.Zero, TimeSpan.Zero, 5 * Minute, AlertSeverity.Warning),
        // A week, so that what repeats with the weekday is compared with whole weeks; a day's holding, so that one odd day says nothing.
        new("Inputs moved", new(SignalKind.DriftedImportance), AlertComparison.Above, 0.3, 0.2, 7 * Day, Day, Day, AlertSeverity.Warning, MinimumSample: 500),
        new("Worse than its baseline", new(SignalKind.MetricLoss), AlertComparison.Above, ModelHealth.DegradedShare, ModelHealth.DegradedShare * 0.6, 7 * Day, Day, Day, AlertSeverity.Warning, MinimumSample: ModelHealth.FewLabels),
        new("A training failed", new(SignalKind.FailedJobs), AlertComparison.AtLeast, 1, null, Day, TimeSpan.Zero, TimeSpan.Zero, AlertSeverity.Info),
    ];
}
