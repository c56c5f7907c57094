using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Core.Tests.Monitoring.RootCause;

/// <summary>Two independent categories of which every density is known, in place of a classifier: place is north or south, hour is day or night.</summary>
internal sealed class KnownDensities(ObservedRows reference, double southNow, double nightNow, double[]? spread = null) : ICauseModels
{
    public const double SouthBefore = 0.2, NightBefore = 0.5;

    public static readonly EncodedFeature[] Features = [new("place", 0, true, ["north", "south"]), new("hour", 1, true, ["day", "night"])];

    public static readonly FeatureGroup[] Groups = [new("place", [0]), new("hour", [1])];

    public double[] ChanceOfCurrent(IReadOnlyList<int> columns, RowSample sample, CancellationToken ct) => Array.ConvertAll(sample.Reference, row =>
    {
        var ratio = 1.0;
        if (columns.Contains(0))
            ratio *= reference.FeaturesOf(row)[0] == 1 ? southNow / SouthBefore : (1 - southNow) / (1 - SouthBefore);
        if (columns.Contains(1))
            ratio *= reference.FeaturesOf(row)[1] == 1 ? nightNow / NightBefore : (1 - nightNow) / (1 - NightBefore);
        var odds = ratio * sample.Current.Length / sample.Reference.Length;
        return odds / (1 + odds);
    });

    public double[]? SpreadOfDifference(double[] referenceLosses, double[] currentLosses, CancellationToken ct) => spread;

    /// <summary>Rows with their losses: 0.2 in the north and 0.6 in the south, more by <paramref name="atNight"/> at night, each with noise.</summary>
    public static (ObservedRows Rows, double[] Losses) Draw(int count, int seed, double south = SouthBefore, double night = NightBefore, double atNight = 0)
    {
        var random = new Random(seed);
        var (features, losses) = (new float[count * 2], new double[count]);
        for (var row = 0; row < count; row++)
        {
            (features[row * 2], features[(row * 2) + 1]) = (random.NextDouble() < south ? 1 : 0, random.NextDouble() < night ? 1 : 0);
            losses[row] = (features[row * 2] == 1 ? 0.6 : 0.2) + (features[(row * 2) + 1] == 1 ? atNight : 0) + (0.1 * (random.NextDouble() - 0.5));
        }

        return (new(2, 1, features, new float[count], new double[count], []), losses);
    }
}
