using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Deployments.Analysis;

/// <summary>Verdicts in words.</summary>
internal static class FindingWords
{
    /// <param name="bin">The one that a finding about shares is about, as it goes on from "predictions": "between 0.10 and 0.20".</param>
    public static string OfRates(MetricRule rule, Verdict verdict, RateArm champion, RateArm challenger, string bin)
    {
        var name = rule.Form == MetricForm.Shares ? $"{Name(rule)} {bin}" : Name(rule);
        return champion.Trials == 0 || challenger.Trials == 0
            ? Nothing(rule, champion.Trials, challenger.Trials)
            : $"{name}: {challenger.Rate:P2} against {champion.Rate:P2} ({Samples(champion.Trials, challenger.Trials)}): {Decision(rule, verdict, champion.Trials, challenger.Trials)}";
    }

    public static string OfMeans(MetricRule rule, Verdict verdict, long champion, long challenger, double championMean, double challengerMean, AnytimeBand band)
    {
        if (champion == 0 || challenger == 0)
            return Nothing(rule, champion, challenger);
        var difference = rule.Form == MetricForm.LogMean ? $"{band.Estimate:+0.0 %;−0.0 %}, from {band.Lower:+0.0 %;−0.0 %} to {band.Upper:+0.0 %;−0.0 %}" : $"{band.Estimate:+0.####;−0.####;0}, from {band.Lower:+0.####;−0.####;0} to {band.Upper:+0.####;−0.####;0}";
        var interval = double.IsFinite(band.Lower) && double.IsFinite(band.Upper) ? $"{difference}{(rule.Name == StandardMetrics.Latency.Name ? " with 1 ms on the way" : "")}; " : "";
        return $"{Name(rule)}: {Mean(rule, challengerMean)} against {Mean(rule, championMean)} ({interval}{Samples(champion, challenger)}): {Decision(rule, verdict, champion, challenger)}";
    }

    /// <summary>A standard metric in words; any other by its own name.</summary>
    private static string Name(MetricRule rule) => rule.Name switch
    {
        "errors" => "Errors",
        "latency" => "Latency",
        "predictions" => "Predictions",
        StandardMetrics.EstimatedLossName => "Estimated loss",
        StandardMetrics.RealisedLossName => "Realised loss",
        var name => name,
    };

    /// <summary>A latency is in seconds, and seldom are there whole ones.</summary>
    private static string Mean(MetricRule rule, double mean) => rule is { Form: MetricForm.LogMean, Name: "latency" } ? mean < 1e-3 ? $"{mean * 1e6:G3} µs" : mean < 1 ? $"{mean * 1e3:G3} ms" : $"{mean:G3} s" : $"{mean:G4}";

    private static string Nothing(MetricRule rule, long champion, long challenger) => $"{Name(rule)}: nothing to compare yet ({Samples(champion, challenger)}).";

    private static string Samples(long champion, long challenger) => $"{challenger:N0} and {champion:N0} observations";

    private static string Decision(MetricRule rule, Verdict verdict, long champion, long challenger) => (verdict, rule.Role) switch
    {
        // Where any change is harm nothing is worse or better.
        (Verdict.Fail, _) when rule.Harm == HarmDirection.Either => $"moved by more than {Amount(rule, rule.Tolerance ?? rule.Margin)}.",
        (Verdict.Pass, _) when rule.Harm == HarmDirection.Either => $"moved by less than {Amount(rule, rule.Margin)}.",
        (Verdict.Fail, _) when rule.Tolerance == 0 => "worse.",
        (Verdict.Fail, _) => $"worse by more than {Amount(rule, rule.Tolerance ?? rule.Margin)}.",
        (Verdict.Pass, MetricRole.Objective) => "better.",
        (Verdict.Pass, _) => $"not worse by {Amount(rule, rule.Margin)}.",
        _ when Math.Min(champion, challenger) < rule.MinimumSamples => $"too few, {rule.MinimumSamples} are needed of each version.",
        (_, MetricRole.Objective) => "not yet shown to be better.",
        _ when rule.Harm == HarmDirection.Either => $"not yet shown to have moved by less than {Amount(rule, rule.Margin)}, nor by more{(rule.Tolerance is { } tolerance && tolerance != rule.Margin ? $" than {Amount(rule, tolerance)}" : "")}.",
        _ => $"not yet shown to be within the margin of {Amount(rule, rule.Margin)}, nor to be {(rule.Tolerance == 0 ? "worse" : $"worse by {Amount(rule, rule.Tolerance ?? rule.Margin)}")}.",
    };

    private static string Amount(MetricRule rule, double harm) => rule.Form switch
    {
        MetricForm.Rate or MetricForm.Shares => harm == 0.01 ? "1 percentage point" : $"{harm * 100:0.###} percentage points",
        MetricForm.LogMean => $"{harm * 100:0.###} %",
        _ => $"{harm:G4}",
    };
}
