using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Drift.Peers;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>What a rule says of a column, and the figures by which it does.</summary>
/// <param name="Found">The tests that found the change, the one that decided first.</param>
internal sealed record Judgement(ColumnVerdict Verdict, string Test, double Statistic, double? PValue, double? AdjustedPValue, double? EffectSize, double? EffectError, double? Limit, IReadOnlyList<string> Found)
{
    public static Judgement Of(ColumnVerdict verdict, DriftStatistic test, double adjusted, params IReadOnlyList<string> found) =>
        new(verdict, test.Test, test.Statistic, test.PValue, adjusted, test.EffectSize, test.Error ?? 0, null, found);

    public static Judgement Of(PeerVerdict verdict) =>
        new(verdict.Drifted ? ColumnVerdict.Drift : ColumnVerdict.Steady, verdict.Test, verdict.Score, verdict.IsPValue ? verdict.Score : null, null, null, null, verdict.Limit, [verdict.Test]);
}
