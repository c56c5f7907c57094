using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Core.Monitoring.Quality;

/// <summary>
/// When a share is worth a look: where it lies at least <see cref="LookFrom"/> beyond the reference's, and from <see cref="BrokenFrom"/> on something is broken. What counts is the lower end of
/// a 95 % band that may be looked at all the time, so that a handful of rows raises nothing.
/// </summary>
public static class QualityRule
{
    public const double LookFrom = 0.01;

    public const double BrokenFrom = 0.1;

    private const double Miscoverage = 0.05;

    /// <summary>The rule in words.</summary>
    public const string Words = "Worth a look: at least 1 % of the rows (or requests) beyond what the reference has, surely so (lower end of a 95 % band); broken from 10 % on.";

    /// <summary>Judges a share against the reference's.</summary>
    /// <param name="allowed">What is not counted: the reference's own share.</param>
    internal static (QualityLevel Level, double Severity) Judge(long part, long rows, double allowed) => rows == 0 ? (QualityLevel.Unknown, 0) : Level(MixtureBand.Of(Math.Clamp(part, 0, rows), rows, Miscoverage).Lower - allowed);

    /// <summary>Judges how far a share lies below the reference's.</summary>
    internal static (QualityLevel Level, double Severity) JudgeBelow(long part, long rows, double was) => rows == 0 ? (QualityLevel.Unknown, 0) : Level(was - MixtureBand.Of(Math.Clamp(part, 0, rows), rows, Miscoverage).Upper);

    private static (QualityLevel Level, double Severity) Level(double beyond) =>
        (beyond >= BrokenFrom ? QualityLevel.Broken : beyond >= LookFrom ? QualityLevel.Look : QualityLevel.Fine, Math.Max(0, beyond / LookFrom));
}
