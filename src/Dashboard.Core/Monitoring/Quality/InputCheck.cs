using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Quality;

/// <summary>One encoded feature held against the reference.</summary>
/// <param name="Skew">Null without a reference or without rows.</param>
public sealed record FeatureCheck(string Name, IReadOnlyList<QualityFinding> Findings, SkewEffect? Skew)
{
    /// <summary>So many rows of one value are no accident.</summary>
    private const int ManyRows = 100;

    /// <param name="feature">The encoded feature's position.</param>
    /// <param name="reference">The same feature in the reference; null without one.</param>
    public static FeatureCheck Of(Preprocessing preprocessing, int feature, FeatureSummary? reference, FeatureSummary now)
    {
        var findings = new List<QualityFinding>();
        var name = preprocessing.Features[feature].Name;
        var known = reference is { Rows: > 0 } ? reference : null;
        if (now.Rows > 0)
        {
            Missing(findings, name, known, now);
            OutOfRange(findings, name, known, now);
            NewCategories(findings, name, known, now);
            // The hours of one hour and the weekdays of one day are all the same, and nothing is wrong with them.
            if (preprocessing.Inputs[preprocessing.Features[feature].Input].Type != InputType.Timestamp)
                SingleValue(findings, name, known, now);
        }

        return new(name, findings, known is null ? null : SkewEffect.Of(preprocessing, feature, known, now));
    }

    private static void Missing(List<QualityFinding> findings, string name, FeatureSummary? reference, FeatureSummary now)
    {
        if (reference is null)
            return;
        double share = (double)now.Missing / now.Rows, was = (double)reference.Missing / reference.Rows;
        if (now.Missing == 0 && reference.Missing == 0)
            return;
        var (level, severity) = share >= was ? QualityRule.Judge(now.Missing, now.Rows, was) : QualityRule.JudgeBelow(now.Missing, now.Rows, was);
        if (level == QualityLevel.Fine && reference.Missing > 0)
            return;
        findings.Add(new(share >= was ? QualityIssue.Missing : QualityIssue.FewerMissing, level, share, was, severity,
            $"{QualityWords.Begin(share)} of {name} are missing, {(reference.Missing == 0 ? "none" : QualityWords.Share(was))} in the reference."));
    }

    private static void OutOfRange(List<QualityFinding> findings, string name, FeatureSummary? reference, FeatureSummary now)
    {
        if (reference is null || now is not { BelowRange: { } below, AboveRange: { } above } || below + above == 0)
            return;
        // The bins end with the smallest and the largest number of the whole reference, also where it is a segment's part of it that is compared.
        float low = now.Bins.Edges[0], high = float.BitDecrement(now.Bins.Edges[^1]);
        // A fresh sample of the same source lies beyond the extremes of n rows with two chances of n + 1.
        var (level, severity) = QualityRule.Judge(below + above, now.Rows, 2.0 / (reference.Rows + 1));
        findings.Add(new(QualityIssue.OutOfRange, level, (double)(below + above) / now.Rows, 0, severity,
            $"{QualityWords.Begin((double)(below + above) / now.Rows)} of {name} lie outside of the reference’s {QualityWords.Number(low)} to {QualityWords.Number(high)}{(below > 0 && above > 0 ? $", {QualityWords.Share((double)below / now.Rows)} below and {QualityWords.Share((double)above / now.Rows)} above" : below > 0 ? ", all below" : ", all above")}."));
    }

    private static void NewCategories(List<QualityFinding> findings, string name, FeatureSummary? reference, FeatureSummary now)
    {
        if (now.Unknown == 0)
            return;
        var was = reference is null ? (double?)null : (double)reference.Unknown / reference.Rows;
        var (level, severity) = QualityRule.Judge(now.Unknown, now.Rows, was ?? 0);
        var most = now.UnknownValues?.Largest().Select(pair => $", most often “{QualityWords.Text(pair.Key)}”").FirstOrDefault();
        findings.Add(new(QualityIssue.NewCategories, level, (double)now.Unknown / now.Rows, was, severity, $"{QualityWords.Begin((double)now.Unknown / now.Rows)} of {name} are values that the model does not know{(was is > 0 and var some ? $" ({QualityWords.Share(some)} in the reference)" : "")}{most}."));
    }

    private static void SingleValue(List<QualityFinding> findings, string name, FeatureSummary? reference, FeatureSummary now)
    {
        if (reference is not { Distinct: > 1.5 and var before } || now.Distinct is not (> 0 and < 1.5) || now.Rows - now.Missing < ManyRows)
            return;
        findings.Add(new(QualityIssue.SingleValue, QualityLevel.Look, 1, null, 1, string.Create(CultureInfo.InvariantCulture, $"All {now.Rows - now.Missing:#,0} values of {name} are the same; the reference has {Math.Round(before):#,0} different ones.")));
    }
}

/// <summary>One raw input: the features made of it, and the requests that were refused because of it.</summary>
/// <param name="Features">Empty where the model does not use the input.</param>
/// <param name="Findings">Of all its features and of refused requests, the most severe first.</param>
public sealed record InputCheck(string Name, InputType Type, IReadOnlyList<FeatureCheck> Features, long Refused, IReadOnlyList<QualityFinding> Findings, QualityLevel Level)
{
    /// <param name="isKnown">Whether there were rows, and a reference to hold them against.</param>
    /// <param name="refused">Requests refused because of this input.</param>
    /// <param name="requests">All requests of the same time, answered or not.</param>
    public static InputCheck Of(FeatureInput input, IReadOnlyList<FeatureCheck> features, bool isKnown, long refused, long requests)
    {
        // A timestamp that is missing is missing in every feature that is made of it.
        var findings = features.SelectMany(feature => feature.Findings).GroupBy(finding => finding.Issue).SelectMany(same => same.Key is QualityIssue.Missing or QualityIssue.FewerMissing ? same.Take(1) : same).ToList();
        if (refused > 0)
        {
            var (level, severity) = QualityRule.Judge(refused, Math.Max(refused, requests), 0);
            findings.Add(new(QualityIssue.Refused, level, (double)refused / Math.Max(refused, requests), null, severity, $"{QualityWords.Refused(refused, Math.Max(refused, requests))} because of {input.Name}."));
        }

        var worst = findings.Count == 0 ? QualityLevel.Unknown : findings.Max(finding => finding.Level);
        return new(input.Name, input.Type, features, refused, [.. findings.OrderByDescending(finding => finding.Level).ThenByDescending(finding => finding.Severity)],
            worst > QualityLevel.Fine ? worst : isKnown && features.Count > 0 ? QualityLevel.Fine : QualityLevel.Unknown);
    }

    /// <summary>How far the worst finding is beyond its limit.</summary>
    public double Severity => Findings.Count == 0 ? 0 : Findings.Max(finding => finding.Severity);

    /// <summary>How far its features lie from the reference; 0 where that is not known.</summary>
    public double Skew => Features.Count == 0 ? 0 : Features.Max(feature => feature.Skew is { } skew ? Math.Max(0, skew.Size - skew.Chance) : 0);

    /// <summary>The worst first: by level, then by how far beyond the limit, then by the difference in distribution.</summary>
    public static IReadOnlyList<InputCheck> WorstFirst(IEnumerable<InputCheck> inputs) =>
        [.. inputs.OrderByDescending(input => input.Level).ThenByDescending(input => input.Severity).ThenByDescending(input => input.Skew)];
}
