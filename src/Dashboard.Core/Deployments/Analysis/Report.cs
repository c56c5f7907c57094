using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Deployments.Analysis;

/// <summary>How one metric stands.</summary>
/// <param name="Champion">Its estimate: a rate, a mean, or for means of logarithms the geometric mean; of shares, of the bin that moved most. NaN without observations.</param>
/// <param name="Challenger">The same of the new version.</param>
/// <param name="Difference">The new version − the champion with its always-valid interval; for means of logarithms the ratio less one.</param>
/// <param name="Margin">The line that harm must be shown to be below, to pass; in the unit of the difference.</param>
/// <param name="Tolerance">The line that harm must be shown to be above, to fail; in the unit of the difference.</param>
/// <param name="LogEvidence">Rates and shares: the largest ln E for harm beyond the tolerance. Null for means.</param>
/// <param name="LogNeeded">The ln E from which it fails; null for means.</param>
/// <param name="Standing">To show: P(the new version is higher) and expected losses; null while there is too little, and for shares.</param>
/// <param name="Reason">The verdict in words.</param>
public sealed record MetricFinding(string Metric, MetricForm Form, MetricRole Role, Verdict Verdict, long ChampionSamples, long ChallengerSamples, double Champion, double Challenger,
    AnytimeBand Difference, double Margin, double Tolerance, double? LogEvidence, double? LogNeeded, Posterior? Standing, string Reason);

/// <summary>What a look at a stage comes to.</summary>
/// <param name="Stage">The stage that it is of.</param>
/// <param name="Until">Up to when was counted.</param>
/// <param name="Reasons">In words, what decides first.</param>
/// <param name="MismatchLogE">ln E that traffic is not split as planned; null when not counted.</param>
/// <param name="IsUntrusted">Traffic is not split as planned: nothing can pass.</param>
/// <param name="Evidence">What the next look goes on from.</param>
public sealed record StageReport(int Stage, DateTimeOffset Until, Verdict Verdict, IReadOnlyList<string> Reasons, IReadOnlyList<MetricFinding> Metrics, double? MismatchLogE, bool IsUntrusted,
    StageEvidence Evidence);
