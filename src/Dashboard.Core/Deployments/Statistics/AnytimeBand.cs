namespace Dashboard.Core.Deployments.Statistics;

/// <summary>An estimate and an interval that may be looked at after every observation: the chance that it ever leaves the truth out is at most the level it was made for.</summary>
/// <param name="Estimate">NaN before there is anything.</param>
public readonly record struct AnytimeBand(double Lower, double Estimate, double Upper)
{
    public double Width => Upper - Lower;

    public bool Holds(double value) => Lower <= value && value <= Upper;
}
