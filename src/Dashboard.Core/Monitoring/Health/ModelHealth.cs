using System.Globalization;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Core.Monitoring.Estimation;

namespace Dashboard.Core.Monitoring.Health;

/// <summary>In the order in which they ask for attention. Alarmed: a critical alert fires; Alerted: one of another severity does, and nothing else is wrong.</summary>
public enum HealthState { Failing, Alarmed, Degraded, Drifting, Alerted, NoData, NotDeployed, Healthy }

/// <summary>The verdict on a model: one word and one sentence.</summary>
public sealed record ModelHealth(HealthState State, string Sentence)
{
    /// <summary>From this share of failed requests on a model is failing.</summary>
    public const double FailingShare = 0.01;

    /// <summary>A model is degraded when its figure is worse than the baseline by more than this share of the baseline.</summary>
    public const double DegradedShare = 0.05;

    /// <summary>Below this many labelled rows a figure is too uncertain to judge by.</summary>
    public const int FewLabels = 200;

    /// <summary>The word for a badge.</summary>
    public string Word => State switch
    {
        HealthState.Failing => "Errors",
        HealthState.Alarmed or HealthState.Alerted => "Alert",
        HealthState.Degraded => "Degraded",
        HealthState.Drifting => "Drifting",
        HealthState.NoData => "No data",
        HealthState.NotDeployed => "Not deployed",
        _ => "Healthy",
    };

    /// <summary>The first of these that holds: the service fails requests, a critical alert fires, the figure fell or the loss rose, inputs that matter moved, another alert fires; then whether anything is live and used at all.</summary>
    public static ModelHealth Judge(HealthFacts facts)
    {
        var failing = facts.Requests > 0 && facts.Failures >= facts.Requests * FailingShare;
        if (facts.Champion is null)
            return new(HealthState.NotDeployed, "No version is live: promote one, and it answers at once.");
        if (facts.Predictions == 0 && facts.Requests == 0)
            return new(HealthState.NoData, "No prediction in this time range.");
        string[] sentences =
        [
            facts.Alert is { } alert ? $"Alert: {alert.Title}{(alert.Others > 0 ? $" and {alert.Others} more" : "")}." : "",
            failing ? $"{Percent((double)facts.Failures / facts.Requests)} of the requests failed in the service." : "",
            facts.Drift.Sentence,
            Metric(facts.Metric),
            facts.Drift.HarmSince is { } since ? string.Create(CultureInfo.InvariantCulture, $"The loss has been above what is tolerated since {since.UtcDateTime:d MMM}.") : "",
        ];
        var state = failing ? HealthState.Failing
            : facts.Alert?.Severity == AlertSeverity.Critical ? HealthState.Alarmed
            : IsDegraded(facts) ? HealthState.Degraded
            : facts.Drift.IsDrifting ? HealthState.Drifting
            : facts.Alert is not null ? HealthState.Alerted
            : HealthState.Healthy;
        return new(state, string.Join(' ', sentences.Where(sentence => sentence.Length > 0)));
    }

    private static bool IsDegraded(HealthFacts facts) => facts.Drift.HarmSince is not null
        || (facts.Metric is { Loss: { } loss, Baseline: { } baseline } metric && metric.Labelled >= FewLabels && loss > Math.Abs(baseline) * DegradedShare);

    private static string Metric(MetricStanding? metric)
    {
        if (metric is null)
            return "";
        if (metric.Now is not { } now)
            return $"No ground truth has arrived yet.{Estimate(metric, "")}";
        var compared = metric switch
        {
            { Labelled: < FewLabels } => $", from {metric.Labelled} labelled {(metric.Labelled == 1 ? "row" : "rows")} only",
            { Loss: { } loss, Baseline: { } baseline } => Math.Abs(loss) < Math.Abs(baseline) * 0.005
                ? $", as at its baseline of {metric.Info.Format(baseline)}"
                : $", {metric.Info.FormatDifference(now - baseline)} to its baseline of {metric.Info.Format(baseline)}",
            _ => "",
        };
        return $"{metric.Info.Name} is {metric.Info.Format(now)}{compared}.{Estimate(metric, " of all predictions")}";
    }

    /// <summary>Said where most of the ground truth is still to come.</summary>
    private static string Estimate(MetricStanding metric, string of)
    {
        if (metric.Estimated is not { } estimate)
            return "";
        var change = metric.EstimatedChange switch
        {
            null => "",
            { Low: <= 0, High: >= 0 } => ", which is no clear change",
            { Value: < 0 } fell => $": it fell by {metric.Info.Format(-fell.Value)}",
            { } rose => $": it rose by {metric.Info.Format(rose.Value)}",
        };
        return $" Estimated{of} it is {metric.Info.Format(estimate.Value)} ± {metric.Info.Format(EstimatedFigure.Width * estimate.Error)}{change}.";
    }

    internal static string Percent(double share) => (share * 100).ToString(share is > 0 and < 0.1 ? "0.0" : "0", CultureInfo.InvariantCulture) + "\u202f%";
}
