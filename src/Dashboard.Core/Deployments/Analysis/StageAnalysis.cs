using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Deployments.Analysis;

/// <summary>
/// Compares the new version with the champion's concurrent traffic and comes to one verdict. Pure: the same look twice changes nothing the second time.
/// <para>Fail: a deciding metric is shown to be worse by more than its tolerance. The plan's risk is shared evenly among the deciding metrics, and for means (whose looks at one stage do not combine with those of
/// another) among the stages, too; so a version that is as good as the champion fails with at most that probability in the whole rollout, however often one looks. Pass: every guardrail is shown to
/// be no worse than by its margin, every objective to be better, each at the plan's risk, and traffic is split as planned. Everything else, too few samples included, is inconclusive.</para>
/// <para>Tests assume independent observations. Mirrored requests are paired with the champion's; where that makes both err together the e-process only becomes more careful.</para>
/// </summary>
public static class StageAnalysis
{
    /// <summary>One look.</summary>
    /// <returns>The report, or what is wrong with the look: it is of another stage, names an unknown metric, or its counts are impossible or went back.</returns>
    public static Result<StageReport> Of(RolloutPlan plan, StageFrame frame, StageEvidence evidence, StageLook look)
    {
        if (Check(plan, frame, evidence, look) is { } error)
            return error;
        var risk = new RiskShare(plan);
        var findings = new List<MetricFinding>(plan.Metrics.Count);
        var remembered = new List<MetricEvidence>(plan.Metrics.Count);
        for (var i = 0; i < plan.Metrics.Count; i++)
        {
            var (rule, earlier) = (plan.Metrics[i], evidence.Metrics[i]);
            var reading = look.Metrics.FirstOrDefault(one => one.Metric == rule.Name) ?? new(rule.Name, earlier.Champion, earlier.Challenger);
            var now = rule.Form is MetricForm.Rate or MetricForm.Shares ? RateAnalysis.Gather(rule, earlier, reading) : earlier with { Champion = reading.Champion, Challenger = reading.Challenger };
            remembered.Add(now);
            findings.Add(rule.Form is MetricForm.Rate or MetricForm.Shares ? RateAnalysis.Judge(rule, now, risk, look.BinNames) : MeanAnalysis.Judge(rule, now, risk));
        }

        double? mismatch = look.Assigned is { } assigned && frame.Weight.Parts > 0 ? RatioMismatch.LogE(assigned.Champion, assigned.Challenger, frame.Weight.Share) : null;
        var untrusted = mismatch is { } logE && RatioMismatch.IsAlarm(logE);
        var verdict = Combine(findings, untrusted);
        return new StageReport(frame.Stage, look.Until, verdict, Reasons(findings, verdict, untrusted, look, frame), findings, mismatch, untrusted, new(remembered));
    }

    private static Verdict Combine(List<MetricFinding> findings, bool untrusted) =>
        findings.Exists(finding => finding is { Verdict: Verdict.Fail, Role: not MetricRole.DryRun }) ? Verdict.Fail
        : !untrusted && Needed(findings).Any() && Needed(findings).All(finding => finding.Verdict == Verdict.Pass) ? Verdict.Pass
        : Verdict.Inconclusive;

    private static IEnumerable<MetricFinding> Needed(IEnumerable<MetricFinding> findings) => findings.Where(finding => finding.Role is MetricRole.Guardrail or MetricRole.Objective);

    private static List<string> Reasons(List<MetricFinding> findings, Verdict verdict, bool untrusted, StageLook look, StageFrame frame)
    {
        var deciding = findings.Where(finding => finding.Role != MetricRole.DryRun).ToList();
        List<string> reasons = [.. deciding.Where(finding => finding.Verdict == verdict).Select(finding => finding.Reason)];
        if (untrusted)
            reasons.Insert(verdict == Verdict.Fail ? reasons.Count : 0, $"Traffic is not split as planned: {look.Assigned!.Challenger} of {look.Assigned.Champion + look.Assigned.Challenger} went to the new version at {frame.Weight}. A comparison of such traffic proves nothing.");
        reasons.AddRange(deciding.Where(finding => finding.Verdict != verdict).Select(finding => finding.Reason));
        return reasons;
    }

    private static Error? Check(RolloutPlan plan, StageFrame frame, StageEvidence evidence, StageLook look)
    {
        if (look.Stage != frame.Stage)
            return new Conflict($"The look is of stage {look.Stage}, the rollout is in stage {frame.Stage}; expected readings of the present stage.");
        if (look.Until < frame.Since)
            return InvalidValue.Of("until", $"{look.Until:O}", $"a time from the stage's beginning ({frame.Since:O}) on");
        if (look.Assigned is { } assigned && (assigned.Champion < 0 || assigned.Challenger < 0))
            return InvalidValue.Of("assigned", $"{assigned.Champion}, {assigned.Challenger}", "counts of 0 or more");
        foreach (var reading in look.Metrics)
        {
            var place = plan.Metrics.TakeWhile(rule => rule.Name != reading.Metric).Count();
            if (place == plan.Metrics.Count)
                return InvalidValue.Of("metric", reading.Metric, $"one of {string.Join(", ", plan.Metrics.Select(rule => rule.Name))}");
            if (look.Metrics.Count(other => other.Metric == reading.Metric) > 1)
                return InvalidValue.Of("metric", reading.Metric, "one reading of each metric");
            var (rule, earlier) = (plan.Metrics[place], evidence.Metrics[place]);
            if ((reading.Champion.Check(rule.Form, $"{rule.Name}.champion", earlier.Champion) ?? reading.Challenger.Check(rule.Form, $"{rule.Name}.challenger", earlier.Challenger)
                ?? RateAnalysis.CheckBins(rule, earlier, reading)) is { } error)
                return error;
        }

        return null;
    }
}
