namespace Dashboard.Core.Deployments.Statistics;

/// <summary>What evidence comes to. The default is that nothing is known.</summary>
public enum Verdict { Inconclusive, Pass, Fail }

/// <summary>The decision of a guardrail by an interval of the harm.</summary>
public static class Guardrail
{
    /// <summary>Fail when the harm is surely above the margin (its lower bound is), pass when it is surely below (its upper bound is); otherwise inconclusive. A bound that is NaN decides nothing.</summary>
    /// <param name="harm">How much worse the new version is; below 0 it is better.</param>
    /// <param name="margin">How much worse it may be, in the unit of the harm.</param>
    public static Verdict Decide(AnytimeBand harm, double margin) => harm.Lower > margin ? Verdict.Fail : harm.Upper < margin ? Verdict.Pass : Verdict.Inconclusive;

    /// <summary>The band of |d|, where a change in either direction is harm.</summary>
    public static AnytimeBand Magnitude(AnytimeBand difference) => new(
        difference.Lower > 0 ? difference.Lower : difference.Upper < 0 ? -difference.Upper : 0, Math.Abs(difference.Estimate), Math.Max(-difference.Lower, difference.Upper));

    /// <summary>The band of −d, where less is harm.</summary>
    public static AnytimeBand Negated(AnytimeBand difference) => new(-difference.Upper, -difference.Estimate, -difference.Lower);
}
