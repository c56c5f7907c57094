namespace Dashboard.Core.Monitoring.Drift;

/// <summary>What is said of a feature in one window.</summary>
public enum DriftLevel { NoReference, NoData, Steady, MovedALittle, Moved }

/// <summary>
/// The one place that turns figures into a word. PSI says how much: under 0.1 steady, up to 0.25 moved a little, above moved (the limits of credit scoring, Siddiqi 2006). A test says
/// whether it can be chance: where no test finds a difference at 5 % the feature is steady, since in few rows PSI alone is mostly noise.
/// </summary>
public static class DriftRule
{
    public const double MovedALittleFrom = 0.1;
    public const double MovedFrom = 0.25;
    public const double Chance = 0.05;

    /// <param name="psi">Null where it could not be computed.</param>
    /// <param name="pValues">Of the tests that were made; none means that chance was not tested.</param>
    public static DriftLevel Judge(long referenceRows, long currentRows, double? psi, params ReadOnlySpan<double?> pValues)
    {
        if (referenceRows == 0)
            return DriftLevel.NoReference;
        if (currentRows == 0 || psi is not { } moved)
            return DriftLevel.NoData;
        var (tested, found) = (false, false);
        foreach (var p in pValues)
        {
            tested |= p is not null;
            found |= p <= Chance;
        }

        return (tested && !found) || moved < MovedALittleFrom ? DriftLevel.Steady : moved <= MovedFrom ? DriftLevel.MovedALittle : DriftLevel.Moved;
    }

    /// <summary>The level in words.</summary>
    public static string Words(DriftLevel level) => level switch
    {
        DriftLevel.NoReference => "no reference",
        DriftLevel.NoData => "no data",
        DriftLevel.Steady => "steady",
        DriftLevel.MovedALittle => "moved a little",
        _ => "moved",
    };
}
