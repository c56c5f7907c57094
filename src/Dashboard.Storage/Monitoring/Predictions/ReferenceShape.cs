using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Explanations;

namespace Dashboard.Storage.Monitoring.Predictions;

/// <summary>A feature's distribution over the rows that its version learnt from, and where one value lies in it.</summary>
/// <param name="Bars">Their <see cref="DistributionBar.CurrentShare"/> is the reference's.</param>
/// <param name="Marked">The bar that the value is in; -1 where the reference has none for it.</param>
public sealed record ReferenceShape(ReferencePlace Place, IReadOnlyList<DistributionBar> Bars, int Marked)
{
    /// <summary>The shape of one encoded feature; null for a version without a reference.</summary>
    public static ReferenceShape? Of(MonitoredVersion version, int feature, float encoded)
    {
        var (preprocessing, reference) = (version.Manifest.Preprocessing, version.Reference?.Profile.Feature(feature));
        if (reference is null || ReferencePlace.Of(reference, preprocessing.Inputs[preprocessing.Features[feature].Input].Type, encoded) is not { } place)
            return null;
        var bars = Distributions.Bars(null, reference);
        return new(place, bars, Mark(bars, preprocessing.Features[feature], encoded));
    }

    private static int Mark(IReadOnlyList<DistributionBar> bars, EncodedFeature feature, float encoded)
    {
        if (float.IsNaN(encoded))
            return IndexOf(bars, bar => bar.Label == (FeatureEncoder.IsUnknownCategory(encoded) ? Distributions.Unknown : Distributions.Missing));
        if (feature.IsCategorical)
            return IndexOf(bars, bar => bar.Label == feature.Categories[(int)encoded]) is var own and >= 0 ? own : IndexOf(bars, bar => bar.Low is null && bar.Label.EndsWith(" others", StringComparison.Ordinal));
        var at = IndexOf(bars, bar => bar.Low <= encoded && encoded < bar.High);
        if (at >= 0)
            return at;
        // Beyond the bars the outermost one is the nearest.
        return encoded < bars[0].Low ? 0 : IndexOf(bars, bar => bar.High is null) is var end and > 0 ? end - 1 : bars.Count - 1;
    }

    private static int IndexOf(IReadOnlyList<DistributionBar> bars, Func<DistributionBar, bool> holds)
    {
        for (var i = 0; i < bars.Count; i++)
            if (holds(bars[i]))
                return i;
        return -1;
    }
}
