using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Registry.Cards;

/// <summary>The figures on held-out rows, each with its interval and with what would come out without a model.</summary>
internal static class MetricsSection
{
    public static CardSection Of(CardFacts facts)
    {
        var metrics = facts.Manifest.Metrics;
        if (metrics.Count == 0)
            return new("metrics", "Metrics", [new CardGap("How good it is is not known: it came without figures on held-out rows.")]);
        var baselines = facts.Evaluation is { } report ? MetricBaselines.Of(report) : new Dictionary<string, double>();
        var primary = MetricInfo.Primary(facts.Manifest.Task);
        var rows = metrics.Where(metric => double.IsFinite(metric.Value)).OrderBy(metric => metric.Key != primary).ThenBy(metric => !MetricInfo.IsKnown(metric.Key)).ThenBy(metric => metric.Key, StringComparer.Ordinal)
            .Select(metric => (IReadOnlyList<string>)[MetricInfo.For(metric.Key).Name, MetricInfo.For(metric.Key).Format(metric.Value), Interval(facts.Intervals, metric.Key), Baseline(baselines, metric.Key), Direction(metric.Key)]);
        var blocks = new List<CardBlock>
        {
            new CardTable("On held-out rows", [new("Metric"), new("Value", IsNumber: true), new("95 % interval", IsNumber: true), new("Without a model", IsNumber: true), new("Better")], [.. rows], Note(facts, baselines.Count > 0)),
        };
        if (facts.Manifest.Task == ModelTask.BinaryClassification)
            blocks.Add(new CardText($"Figures that need a decision (accuracy, precision, recall and what follows from them) hold for the threshold {CardWords.Number(facts.Manifest.DecisionThreshold)}."));
        return new("metrics", "Metrics", blocks);
    }

    private static string Interval(IReadOnlyDictionary<string, MetricInterval> intervals, string metric) =>
        intervals.TryGetValue(metric, out var interval) ? $"{MetricInfo.For(metric).Format(interval.Lower)} to {MetricInfo.For(metric).Format(interval.Upper)}" : CardWords.None;

    private static string Baseline(IReadOnlyDictionary<string, double> baselines, string metric) =>
        baselines.TryGetValue(metric, out var baseline) ? MetricInfo.For(metric).Format(baseline) : CardWords.None;

    private static string Direction(string metric) => MetricInfo.For(metric).HigherIsBetter switch { true => "higher", false => "lower", null => CardWords.None };

    private static string? Note(CardFacts facts, bool hasBaselines)
    {
        var parts = new List<string>();
        if (facts.Intervals.Count > 0)
        {
            parts.Add("Intervals: Wilson’s for shares, DeLong’s for the ROC-AUC, normal for mean losses; they take rows as independent, and rows of one day often are not.");
            if (facts.Evaluation is { } report && facts.Intervals.Values.Min(interval => interval.Method == "Wilson" ? report.Rows : interval.Rows) is var sampled && sampled < report.Rows)
                parts.Add($"The spread of the ROC-AUC and of losses comes from {CardWords.Count(sampled)} of the {CardWords.Count(report.Rows, "held-out row")}.");
        }

        if (hasBaselines)
            parts.Add(MetricBaselines.Sentence(facts.Manifest.Task));
        return parts.Count == 0 ? null : string.Join(' ', parts);
    }
}
