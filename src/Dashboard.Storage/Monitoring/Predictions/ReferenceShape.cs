using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Explanations;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Predictions;

/// <summary>A feature's distribution over the rows that its version learnt from, and where one value lies in it.</summary>
/// <param name="Bars">Their <see cref="DistributionBar.CurrentShare"/> is the reference's.</param>
/// <param name="Marked">The bar that the value is in; -1 where the reference has none for it.</param>
public sealed record ReferenceShape(ReferencePlace Place, IReadOnlyList<DistributionBar> Bars, int Marked)
{
    private const int MostCategories = 24;

    /// <summary>The shape of one encoded feature; null for a version without a reference.</summary>
    public static ReferenceShape? Of(MonitoredVersion version, int feature, float encoded)
    {
        var (preprocessing, reference) = (version.Manifest.Preprocessing, version.Reference?.Profile.Feature(feature));
        if (reference is null || ReferencePlace.Of(reference, preprocessing.Inputs[preprocessing.Features[feature].Input].Type, encoded) is not { } place)
            return null;
        return preprocessing.Features[feature].IsCategorical ? Categories(reference, place, encoded) : Numbers(reference, place, encoded);
    }

    /// <summary>The most frequent categories and, where it is not among them, the value's own.</summary>
    private static ReferenceShape Categories(FeatureSummary reference, ReferencePlace place, float encoded)
    {
        var (counts, names) = (reference.Counts, reference.Bins.Categories);
        var own = float.IsNaN(encoded) ? -1 : (int)encoded;
        var shown = Enumerable.Range(0, names.Count).OrderByDescending(code => counts.Span[code]).Take(MostCategories).ToList();
        if (own >= 0 && !shown.Contains(own))
            shown.Add(own);
        var bars = shown.ConvertAll(code => Bar(names[code], counts.Span[code], reference.Rows));
        if (own < 0)
            bars.Add(FeatureEncoder.IsUnknownCategory(encoded) ? Bar(Distributions.Unknown, counts.Span[^1], reference.Rows) : Bar(Distributions.Missing, reference.Missing, reference.Rows));
        return new(place, bars, own < 0 ? bars.Count - 1 : shown.IndexOf(own));
    }

    private static ReferenceShape Numbers(FeatureSummary reference, ReferencePlace place, float encoded)
    {
        var bars = Distributions.Bars(null, reference).Where(bar => bar.Label != Distributions.Missing).ToList();
        if (float.IsNaN(encoded))
        {
            bars.Add(Bar(Distributions.Missing, reference.Missing, reference.Rows));
            return new(place, bars, bars.Count - 1);
        }

        var at = bars.FindIndex(bar => bar.Low <= encoded && encoded < bar.High);
        // Beyond the bars the outermost one is the nearest.
        return new(place, bars, at >= 0 || bars.Count == 0 ? at : encoded < bars[0].Low ? 0 : bars.Count - 1);
    }

    private static DistributionBar Bar(string label, long count, long rows) => new(label, null, null, 0, rows > 0 ? (double)count / rows : 0);
}
