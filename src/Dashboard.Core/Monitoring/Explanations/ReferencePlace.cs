using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Core.Monitoring.Explanations;

/// <summary>Where one value lies among the rows that a version learnt from.</summary>
/// <param name="Percentile">For a number: the share of the reference's values below it, and half of those equal to it, 0 to 1. Read from bins: exact where each value has its own, otherwise within the bin of about one percent.</param>
/// <param name="Share">For a category, a boolean, a part of a timestamp and a missing value: the share of the reference's rows with the same, 0 to 1.</param>
/// <param name="IsNew">The reference has nothing of the kind: a category that it did not know, a value that was never missing, a number beyond its smallest or largest.</param>
public sealed record ReferencePlace(double? Percentile, double? Share, bool IsNew)
{
    /// <summary>Finds the place of an encoded value.</summary>
    /// <param name="reference">The feature over the reference's rows.</param>
    /// <param name="type">The type of the raw input that the feature comes from.</param>
    /// <param name="encoded">What the model saw; NaN is missing, <see cref="FeatureEncoder.UnknownCategory"/> a category that it does not know.</param>
    /// <returns>Null where the reference has no rows.</returns>
    public static ReferencePlace? Of(FeatureSummary reference, InputType type, float encoded)
    {
        if (reference.Rows == 0)
            return null;
        var bins = reference.Bins;
        if (float.IsNaN(encoded) && !FeatureEncoder.IsUnknownCategory(encoded))
            return OfShare(reference.Missing, reference.Rows);
        var bin = bins.BinOf(encoded);
        if (bins.IsCategorical || (type is InputType.Boolean or InputType.Timestamp && bins.HasOwnBins))
            return OfShare(Holds(bins, bin, encoded) ? reference.Counts.Span[bin] : 0, reference.Rows);

        double below = 0, present = 0;
        for (var i = 0; i < reference.Counts.Length; i++)
        {
            present += reference.Counts.Span[i];
            if (i < bin)
                below += reference.Counts.Span[i];
        }

        if (present == 0)
            return new(null, 0, true);
        return new((below + (Within(bins, bin, encoded) * reference.Counts.Span[bin])) / present, null, encoded < reference.Minimum || encoded > reference.Maximum);
    }

    private static ReferencePlace OfShare(long count, long rows) => new(null, (double)count / rows, count == 0);

    /// <summary>Whether a bin of its own is the value's own: between two values of the reference lies none.</summary>
    private static bool Holds(BinLayout bins, int bin, float encoded) => bins.IsCategorical || (bin > 0 && bins.Edges[bin - 1] == encoded);

    /// <summary>How much of its bin lies below a value, 0 to 1.</summary>
    private static double Within(BinLayout bins, int bin, float encoded)
    {
        if (bin == 0 || bin == bins.Edges.Length)
            return bin == 0 ? 0 : 1;
        double low = bins.Edges[bin - 1], high = bins.Edges[bin];
        return bins.HasOwnBins ? encoded == low ? 0.5 : 1 : Math.Clamp((encoded - low) / (high - low), 0, 1);
    }
}
