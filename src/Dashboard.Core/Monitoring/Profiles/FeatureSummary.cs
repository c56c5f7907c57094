using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>One encoded feature in a profile.</summary>
/// <param name="Rows">All rows, with and without a value.</param>
/// <param name="Counts">A count for each bin of <paramref name="Bins"/>.</param>
/// <param name="Mean">Of the finite numbers; null for categories and without values.</param>
/// <param name="StandardDeviation">Of the sample (n − 1); null below two values.</param>
public sealed record FeatureSummary(BinLayout Bins, long Rows, long Missing, ReadOnlyMemory<long> Counts, double? Mean, double? StandardDeviation, double? Minimum, double? Maximum)
{
    /// <summary>For a category: rows whose value the model does not know.</summary>
    public long Unknown => Bins.IsCategorical ? Counts.Span[^1] : 0;

    /// <summary>The distribution of a number's finite values; null for categories, without values, and where some were counted before sketches were kept.</summary>
    public KllSketch? Values { get; init; }

    /// <summary>
    /// How many different values there were: exact up to some hundred numbers, an estimate beyond (<see cref="HyperLogLog.StandardError"/>), and for categories known and unknown ones together.
    /// Null without values, and where that is not known.
    /// </summary>
    public double? Distinct { get; init; }

    /// <summary>For a category: the values that the model does not know, with their counts; null without any.</summary>
    public ValueCounts? UnknownValues { get; init; }

    /// <summary>For a number with a reference: values below the smallest of the reference. Null where there is no such range.</summary>
    public long? BelowRange => HasRange ? Counts.Span[0] : null;

    /// <summary>For a number with a reference: values above the largest of the reference. Null where there is no such range.</summary>
    public long? AboveRange => HasRange ? Counts.Span[^1] : null;

    private bool HasRange => !Bins.IsCategorical && Bins.Deciles.Length > 0;

    /// <summary>The smallest value with at least a share of the values at or below it; null where <see cref="Values"/> is.</summary>
    /// <param name="share">0 to 1.</param>
    public double? Quantile(double share) => Values?.Quantile(share);
}
