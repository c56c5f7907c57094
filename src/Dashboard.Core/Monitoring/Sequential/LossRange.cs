using Dashboard.Core.Deployments.Statistics;

namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>
/// The range to which a loss without bounds is clipped, so that a band can be given: the band is then one for the mean of min(max(x, lower), upper), and says nothing of what lies outside.
/// Fix it beforehand, from the reference (for example its 99.9 % quantile), never from the rows that the band is about.
/// </summary>
public readonly record struct LossRange
{
    /// <exception cref="ArgumentOutOfRangeException">Either end is not finite, or they are not in order.</exception>
    public LossRange(double lower, double upper)
    {
        if (!double.IsFinite(lower) || !double.IsFinite(upper) || lower >= upper)
            throw new ArgumentOutOfRangeException(nameof(upper), upper, $"A loss is clipped to a finite range; expected more than {lower}.");
        (Lower, Upper) = (lower, upper);
    }

    public double Lower { get; }

    public double Upper { get; }

    /// <summary>The clipped loss, mapped to [0, 1].</summary>
    public double ToUnit(double loss) => (Math.Clamp(loss, Lower, Upper) - Lower) / (Upper - Lower);

    /// <summary>A band for the mapped mean in the loss's own unit.</summary>
    public AnytimeBand FromUnit(AnytimeBand band) => new(FromUnit(band.Lower), FromUnit(band.Estimate), FromUnit(band.Upper));

    private double FromUnit(double mapped) => Lower + (mapped * (Upper - Lower));
}
