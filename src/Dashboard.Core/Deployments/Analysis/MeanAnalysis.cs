using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Deployments.Analysis;

/// <summary>Means, and means of logarithms, by the interval of the mixture SPRT with the margin as the effect that matters.</summary>
internal static class MeanAnalysis
{
    public static MetricFinding Judge(MetricRule rule, MetricEvidence evidence, RiskShare risk)
    {
        var (a, b) = (evidence.Champion.Mean, evidence.Challenger.Mean);
        var margin = rule.ReadingMargin;
        var look = MixtureSprt.Means(a, b, margin, risk.OfMeans);
        var verdict = Math.Min(a.Count, b.Count) < rule.MinimumSamples || !look.IsEnough ? Verdict.Inconclusive
            : Guardrail.Decide(Harm(rule, look.Band), rule.ReadingTolerance) == Verdict.Fail ? Verdict.Fail
            : Passes(rule, Harm(rule, MixtureSprt.Means(a, b, margin, risk.OfPassing).Band), margin) ? Verdict.Pass
            : Verdict.Inconclusive;
        Posterior? standing = look.IsEnough ? BayesianComparison.Means(look.Band.Estimate, look.Variance) : null;
        var (champion, challenger, band) = rule.Form == MetricForm.LogMean
            ? (Math.Exp(a.Mean) - Added(rule), Math.Exp(b.Mean) - Added(rule), new AnytimeBand(Math.Exp(look.Band.Lower) - 1, Math.Exp(look.Band.Estimate) - 1, Math.Exp(look.Band.Upper) - 1))
            : (a.Mean, b.Mean, look.Band);
        return new(rule.Name, rule.Form, rule.Role, verdict, a.Count, b.Count, champion, challenger, band, rule.Margin, rule.Tolerance ?? rule.Margin, null, null, standing,
            FindingWords.OfMeans(rule, verdict, a.Count, b.Count, champion, challenger, band));
    }

    /// <summary>What was added to each reading before its logarithm was taken.</summary>
    private static double Added(MetricRule rule) => rule.Name == StandardMetrics.Latency.Name ? StandardMetrics.SecondsOnTheWay : 0;

    private static bool Passes(MetricRule rule, AnytimeBand harm, double margin) => rule.Role == MetricRole.Objective ? harm.Upper < 0 : Guardrail.Decide(harm, margin) == Verdict.Pass;

    private static AnytimeBand Harm(MetricRule rule, AnytimeBand difference) => rule.Harm switch
    {
        HarmDirection.Up => difference,
        HarmDirection.Down => Guardrail.Negated(difference),
        _ => Guardrail.Magnitude(difference),
    };
}
