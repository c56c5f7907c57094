using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>What a window keeps of the losses that are expected of a regression's predictions: their exact sums.</summary>
public sealed class LossEstimates : EstimateProfile
{
    private ExactSum absolute = new();
    private ExactSum squared = new();

    internal double Absolute => absolute.ToDouble();

    internal double Squared => squared.ToDouble();

    /// <summary>Counts a prediction.</summary>
    /// <param name="expectedAbsolute">The expected |y − ŷ|, finite.</param>
    /// <param name="expectedSquared">The expected (y − ŷ)², finite.</param>
    internal void Add(double expectedAbsolute, double expectedSquared, bool isOutside)
    {
        Count(isOutside);
        absolute.Add(expectedAbsolute);
        squared.Add(expectedSquared);
    }

    public override void Add(EstimateProfile other)
    {
        if (other is not LossEstimates more)
            throw new ArgumentException("Only estimates of losses add up with estimates of losses.", nameof(other));
        base.Add(other);
        absolute.Add(more.absolute);
        squared.Add(more.squared);
    }

    public override void Clear()
    {
        base.Clear();
        absolute.Clear();
        squared.Clear();
    }

    private protected override void WriteSums(ProfileWriter writer)
    {
        absolute.Write(writer);
        squared.Write(writer);
    }

    private protected override void ReadSums(ref ProfileReader reader)
    {
        absolute = ExactSum.Read(ref reader);
        squared = ExactSum.Read(ref reader);
    }
}
