using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Monitoring.Slices;

namespace Dashboard.Core.Monitoring.Quality;

/// <summary>How different two distributions are, in one word. It is no alarm: whether days usually differ as much is judged by blocks, as drift.</summary>
public enum SkewWord { Alike, Different, VeryDifferent }

/// <summary>How far a feature lies from its reference.</summary>
/// <param name="LargestShare">The largest difference of a group's share (about ten groups of a number, each category, missing), 0 to 1.</param>
/// <param name="Where">The group.</param>
/// <param name="Wasserstein">For numbers: the earth mover's distance in standard deviations of the reference; null for categories, and where a side has no number.</param>
/// <param name="Chance">About what the figure would be between two samples as large of one source.</param>
public sealed record SkewEffect(double LargestShare, string Where, double? Wasserstein, double Chance)
{
    public const double DifferentFrom = 0.1;

    public const double VeryDifferentFrom = 0.25;

    private const double SmallestDeviation = 0.001;

    /// <summary>The figure that the word is about: the distance of numbers, the largest difference of shares of categories.</summary>
    public double Size => Wasserstein ?? LargestShare;

    /// <summary>Different from 0.1 beyond chance on, very different from 0.25 on.</summary>
    public SkewWord Word => Size - Chance >= VeryDifferentFrom ? SkewWord.VeryDifferent : Size - Chance >= DifferentFrom ? SkewWord.Different : SkewWord.Alike;

    /// <summary>Null where a side has no row.</summary>
    /// <param name="feature">The encoded feature's position.</param>
    public static SkewEffect? Of(Preprocessing preprocessing, int feature, FeatureSummary reference, FeatureSummary now)
    {
        if (reference.Rows == 0 || now.Rows == 0)
            return null;
        var (largest, where) = LargestOf(new(preprocessing, feature, now.Bins), reference, now);
        // For a normal source the expected distance of two samples is about 0.8 deviations × √(1/n + 1/m); a largest share varies less.
        return new(largest, where, WassersteinOf(reference, now), 1.5 * Math.Sqrt((1.0 / reference.Rows) + (1.0 / now.Rows)));
    }

    private static (double Largest, string Where) LargestOf(GroupNames names, FeatureSummary reference, FeatureSummary now)
    {
        var groups = now.Bins.CoarseBins();
        var (was, present) = (new double[groups.Max() + 1], new double[groups.Max() + 1]);
        for (var bin = 0; bin < groups.Length; bin++)
        {
            was[groups[bin]] += (double)reference.Counts.Span[bin] / reference.Rows;
            present[groups[bin]] += (double)now.Counts.Span[bin] / now.Rows;
        }

        double Gap(int group) => Math.Abs(present[group] - was[group]);
        var missing = Math.Abs(((double)now.Missing / now.Rows) - ((double)reference.Missing / reference.Rows));
        var largest = Enumerable.Range(0, was.Length).MaxBy(Gap);
        if (missing >= Gap(largest))
            return (missing, missing == 0 ? "nowhere" : names.Missing().Value);
        return (Gap(largest), now.Bins.IsCategorical ? largest == now.Bins.Categories.Count ? names.Unknown().Value : names.Category(largest).Value : names.Band(largest, largest).Value);
    }

    /// <summary>
    /// ∫|F − G| from the bins: both distributions are known exactly at the edges (the reference's percentiles), and taken as straight between them; where each number has a bin of its own nothing lies between.
    /// Sketches of this size would be off by as much as what is looked for.
    /// </summary>
    private static double? WassersteinOf(FeatureSummary reference, FeatureSummary now)
    {
        double before = reference.Rows - reference.Missing, present = now.Rows - now.Missing;
        if (now.Bins.IsCategorical || reference is not { StandardDeviation: { } deviation, Minimum: { } low, Maximum: { } high } || now is not { Minimum: { } least, Maximum: { } most } || before <= 0 || present <= 0)
            return null;
        var edges = now.Bins.Edges;
        double distance = 0, at = Math.Min(least, low), gap = 0;
        for (var bin = 0; bin < now.Bins.Count; bin++)
        {
            double end = bin < edges.Length ? edges[bin] : Math.Max(Math.Max(most, high), edges[^1]);
            var next = gap + (reference.Counts.Span[bin] / before) - (now.Counts.Span[bin] / present);
            // Within its own bin a number lies at the lower edge.
            var area = bin > 0 && bin < edges.Length && now.Bins.HasOwnBins ? Math.Abs(next)
                : gap * next >= 0 ? Math.Abs(gap + next) / 2 : ((gap * gap) + (next * next)) / 2 / Math.Abs(gap - next);
            distance += Math.Max(0, end - at) * area;
            (at, gap) = (end, next);
        }

        return distance / Math.Max(deviation, SmallestDeviation) is var size && double.IsFinite(size) ? size : null;
    }
}
