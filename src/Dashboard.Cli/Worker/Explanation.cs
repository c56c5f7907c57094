using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.XGBoost;

namespace Dashboard.Cli.Worker;

/// <summary>What each feature contributes: mean absolute TreeSHAP contribution over held-out rows, with XGBoost's gain beside it.</summary>
internal static class Explanation
{
    /// <summary>Rows enough for a stable mean; exact contributions cost about a millisecond a row.</summary>
    public const int MaximumRows = 2_000;

    /// <summary>The features, the heaviest first. With many classes the contributions to all of them are averaged.</summary>
    /// <param name="encoded">Encoded held-out rows; evenly spaced ones are taken where there are more than <see cref="MaximumRows"/>.</param>
    public static IReadOnlyList<FeatureImportance> Of(TrainedBooster booster, IReadOnlyList<EncodedFeature> features, float[] encoded, int rows)
    {
        var columns = features.Count;
        var taken = Math.Min(rows, MaximumRows);
        var sample = new float[taken * columns];
        for (var i = 0; i < taken; i++)
            encoded.AsSpan((int)((long)i * rows / taken) * columns, columns).CopyTo(sample.AsSpan(i * columns));

        var contributions = booster.Contributions(new MatrixData(sample, taken, columns));
        var sums = new double[columns];
        var groups = contributions.Length / (columns + 1);
        for (var group = 0; group < groups; group++)
        {
            for (var column = 0; column < columns; column++)
                sums[column] += Math.Abs(contributions[(group * (columns + 1)) + column]);
        }

        var gain = booster.Gain();
        return [.. features.Select((feature, column) => new FeatureImportance(feature.Name, sums[column] / groups, gain.TryGetValue(feature.Name, out var value) ? value : null))
            .OrderByDescending(importance => importance.MeanAbsoluteShap).ThenBy(importance => importance.Feature, StringComparer.Ordinal)];
    }
}
