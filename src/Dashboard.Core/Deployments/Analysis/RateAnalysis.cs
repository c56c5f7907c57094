using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Deployments.Analysis;

/// <summary>Rates and shares by the exact e-process: it needs no gate and holds at any weight. Its interval is only shown.</summary>
internal static class RateAnalysis
{
    /// <summary>The evidence with what came since the last look as a block of its own.</summary>
    public static MetricEvidence Gather(MetricRule rule, MetricEvidence earlier, MetricReading reading)
    {
        var rates = earlier.Rates.Count > 0 ? earlier.Rates : Begin(rule, reading);
        RateArm News(ArmReading now, ArmReading before, int bin) => rule.Form == MetricForm.Rate ? now.Rate - before.Rate : now.InBin(bin) - before.InBin(bin);
        return new(rule.Name, reading.Champion, reading.Challenger,
            [.. rates.Select(rate => rate.With(News(reading.Champion, earlier.Champion, rate.Bin), News(reading.Challenger, earlier.Challenger, rate.Bin)))]);
    }

    /// <summary>Bins must be the same in both versions and through the whole rollout.</summary>
    public static Error? CheckBins(MetricRule rule, MetricEvidence earlier, MetricReading reading)
    {
        if (rule.Form != MetricForm.Shares)
            return null;
        var expected = earlier.Rates.Count > 0 ? earlier.Rates[^1].Bin + 1 : reading.Champion.Bins?.Count ?? reading.Challenger.Bins?.Count ?? 0;
        foreach (var (name, bins) in (ReadOnlySpan<(string, IReadOnlyList<long>?)>)[("champion", reading.Champion.Bins), ("challenger", reading.Challenger.Bins)])
            if (bins is not null && bins.Count != expected)
                return InvalidValue.Of($"{rule.Name}.{name}.bins", $"{bins.Count} bins", $"{expected} bins, the same in both versions at every look");
        return null;
    }

    public static MetricFinding Judge(MetricRule rule, MetricEvidence evidence, RiskShare risk, IReadOnlyList<string>? binNames)
    {
        var (champion, challenger) = (evidence.Champion, evidence.Challenger);
        var share = risk.OfRates(evidence.Rates.Count);
        var shown = Shown(rule, evidence);
        var (a, b) = rule.Form == MetricForm.Rate ? (champion.Rate, challenger.Rate) : (champion.InBin(shown), challenger.InBin(shown));
        var verdict = Math.Min(a.Trials, b.Trials) < rule.MinimumSamples || evidence.Rates.Count == 0 ? Verdict.Inconclusive
            : evidence.Rates.Any(rate => rate.Harm.HasShown(share)) ? Verdict.Fail
            : evidence.Rates.All(rate => rate.Safe.Shows(risk.OfPassing) && (rule.Role != MetricRole.Objective || rate.Gain!.Shows(risk.OfPassing))) ? Verdict.Pass
            : Verdict.Inconclusive;
        var band = MixtureSprt.Rates(a, b, rule.Margin, share).Band;
        double? peak = evidence.Rates.Count == 0 ? null : evidence.Rates.Max(rate => rate.Harm.Peak);
        Posterior? standing = rule.Form == MetricForm.Rate && a.Trials > 0 && b.Trials > 0 ? BayesianComparison.Rates(a, b) : null;
        return new(rule.Name, rule.Form, rule.Role, verdict, a.Trials, b.Trials, a.Rate, b.Rate, band, rule.Margin, rule.Tolerance ?? rule.Margin, peak, peak is null ? null : -Math.Log(share), standing,
            FindingWords.OfRates(rule, verdict, a, b, shown < binNames?.Count ? binNames[shown] : $"in bin {shown + 1}"));
    }

    private static List<RateEvidence> Begin(MetricRule rule, MetricReading reading)
    {
        var bins = rule.Form == MetricForm.Rate ? 1 : Math.Max(reading.Champion.Bins?.Count ?? 0, reading.Challenger.Bins?.Count ?? 0);
        var rates = new List<RateEvidence>();
        for (var bin = 0; bin < bins; bin++)
        {
            if (rule.Harm is HarmDirection.Up or HarmDirection.Either)
                rates.Add(RateEvidence.Of(rule, bin, up: true));
            if (rule.Harm is HarmDirection.Down or HarmDirection.Either)
                rates.Add(RateEvidence.Of(rule, bin, up: false));
        }

        return rates;
    }

    /// <summary>The bin with the most evidence of harm, or else the one that moved most; 0 for a rate.</summary>
    private static int Shown(MetricRule rule, MetricEvidence evidence)
    {
        if (rule.Form == MetricForm.Rate || evidence.Champion.Count == 0 || evidence.Challenger.Count == 0)
            return 0;
        return evidence.Rates.OrderByDescending(rate => rate.Harm.Peak).ThenByDescending(rate => Math.Abs(evidence.Challenger.InBin(rate.Bin).Rate - evidence.Champion.InBin(rate.Bin).Rate)).First().Bin;
    }
}
