using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Drift.Peers;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>What a rule says of a column, and the figures by which it does.</summary>
internal sealed record Judgement(ColumnVerdict Verdict, string Test, double Statistic, double? PValue, double? AdjustedPValue, double? EffectSize, double? EffectError, double? Limit)
{
    public static Judgement Of(ColumnVerdict verdict, DriftStatistic test, double adjusted) =>
        new(verdict, test.Test, test.Statistic, test.PValue, adjusted, test.EffectSize, test.Error ?? 0, null);

    public static Judgement Of(PeerVerdict verdict) =>
        new(verdict.Drifted ? ColumnVerdict.Drift : ColumnVerdict.Steady, verdict.Test, verdict.Score, verdict.IsPValue ? verdict.Score : null, null, null, null, verdict.Limit);
}
