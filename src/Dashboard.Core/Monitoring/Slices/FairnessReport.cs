using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Slices;

/// <summary>A figure of one group, with a band that may be looked at as rows arrive (95 %).</summary>
/// <param name="Rows">What it is a share or a mean of.</param>
public sealed record GroupFigure(double Value, double Low, double High, long Rows)
{
    /// <summary>Below so many rows a figure takes no part in comparisons.</summary>
    public const int FewestRows = 30;

    public bool IsEnough => Rows >= FewestRows;
}

/// <summary>How a model treats the rows of one group.</summary>
/// <param name="Rows">Predictions, labelled or not.</param>
/// <param name="Figures">By the keys of <see cref="FairnessFigures"/>; a share of no rows is absent, and a mean of fewer than two.</param>
public sealed record FairnessGroup(SliceGroup Group, long Rows, long Labelled, IReadOnlyDictionary<string, GroupFigure> Figures);

/// <summary>The largest difference between groups.</summary>
/// <param name="Key">See <see cref="FairnessFigures"/>.</param>
/// <param name="Low">The interval holds the largest difference between all the groups that were compared with at least 95 %, since each group's band is widened for their number.</param>
/// <param name="Figure">The key of the figure that differs most.</param>
/// <param name="Highest">The group in which it is highest.</param>
public sealed record FairnessGap(string Key, double Value, double Low, double High, string Figure, string Highest, string Lowest);

/// <summary>
/// Figures of fairness between the values of one feature. What they are called is Fairlearn's: demographic parity compares selection rates, equal opportunity true-positive rates, equalised odds the larger of the
/// differences in true- and false-positive rates; differences and ratios are between the highest and the lowest group.
/// </summary>
/// <param name="Class">Classification: the class that counts as selected. Null for a regression.</param>
/// <param name="Groups">Most rows first.</param>
/// <param name="Gaps">Those that can be given: two groups or more have enough rows for them.</param>
public sealed record FairnessReport(string Feature, string? Class, IReadOnlyList<FairnessGroup> Groups, IReadOnlyList<FairnessGap> Gaps)
{
    /// <summary>What such figures can say and what they cannot, for people.</summary>
    public const string Caveat = "Such figures show that outcomes differ between groups, not why, and not whether the difference is unjust. Groups may differ in what is predicted, and then selection rates, true-positive rates and "
        + "precision cannot all be equal at once; ground truth that is itself one-sided makes every figure but the selection rate so, too; and groups that nobody recorded are not among them.";

    private const double Miscoverage = 0.05;

    /// <summary>The figures of a feature.</summary>
    /// <param name="feature">The encoded feature's position.</param>
    /// <param name="selected">Classification: the position of the class that counts as selected.</param>
    public static FairnessReport Of(Preprocessing preprocessing, ProfileLayout layout, SliceProfile slices, int feature, int selected)
    {
        var isRegression = layout.Output.Task == ModelTask.Regression;
        var names = new GroupNames(preprocessing, feature, layout.Features[feature]);
        var counted = slices.Of(feature).Where(slice => slice.Rows > 0).Select(slice => (Name: Name(names, slice), Slice: slice, Sums: FairnessFigures.Of(slice, selected))).ToList();
        var groups = counted.ConvertAll(one => new FairnessGroup(one.Name, one.Slice.Rows, one.Slice.Labelled,
            one.Sums.Where(sum => sum.Value.HasBand).ToDictionary(sum => sum.Key, sum => sum.Value.At(Miscoverage), StringComparer.Ordinal)));
        FairnessGap?[] gaps = isRegression
            ? [Difference(FairnessFigures.PredictionGap, [FairnessFigures.MeanPrediction]), Difference(FairnessFigures.ErrorGap, [FairnessFigures.MeanError]), Difference(FairnessFigures.AbsoluteGap, [FairnessFigures.AbsoluteError])]
            : [Difference(FairnessFigures.DemographicParity, [FairnessFigures.SelectionRate]), Ratio(), Difference(FairnessFigures.EqualOpportunity, [FairnessFigures.TruePositiveRate]),
                Difference(FairnessFigures.EqualizedOdds, [FairnessFigures.TruePositiveRate, FairnessFigures.FalsePositiveRate])];
        return new(layout.Features[feature].Name, isRegression ? null : layout.Output.Classes[selected], [.. groups.OrderByDescending(group => group.Rows)], [.. gaps.OfType<FairnessGap>()]);

        // Each band is widened for the number of groups and figures, so that all of them hold together; then no difference of two can be larger or smaller than their ends allow.
        List<(string Group, GroupFigure Figure)> Bands(string figure, int figures)
        {
            var enough = counted.Where(one => one.Sums[figure].Rows >= GroupFigure.FewestRows).ToList();
            return enough.ConvertAll(one => (one.Name.Text, one.Sums[figure].At(Miscoverage / (enough.Count * figures))));
        }

        FairnessGap? Difference(string key, string[] figures)
        {
            var all = figures.Select(figure => (figure, Bands: Bands(figure, figures.Length))).ToList();
            if (all.Exists(one => one.Bands.Count < 2))
                return null;
            var (largest, bands) = all.MaxBy(one => one.Bands.Max(band => band.Figure.Value) - one.Bands.Min(band => band.Figure.Value));
            var (highest, lowest) = (bands.MaxBy(band => band.Figure.Value), bands.MinBy(band => band.Figure.Value));
            return new(key, highest.Figure.Value - lowest.Figure.Value,
                Math.Max(0, all.Max(one => one.Bands.Max(band => band.Figure.Low) - one.Bands.Min(band => band.Figure.High))),
                all.Max(one => one.Bands.Max(band => band.Figure.High) - one.Bands.Min(band => band.Figure.Low)), largest, highest.Group, lowest.Group);
        }

        FairnessGap? Ratio()
        {
            var bands = Bands(FairnessFigures.SelectionRate, 1);
            if (bands.Count < 2 || bands.Max(band => band.Figure.Value) is not (> 0 and var most))
                return null;
            var (highest, lowest) = (bands.MaxBy(band => band.Figure.Value), bands.MinBy(band => band.Figure.Value));
            var low = bands.Min(band => band.Figure.Low) / bands.Max(band => band.Figure.High);
            var high = bands.Max(band => band.Figure.Low) is > 0 and var floor ? Math.Min(1, bands.Min(band => band.Figure.High) / floor) : 1;
            return new(FairnessFigures.DemographicParityRatio, lowest.Figure.Value / most, low, high, FairnessFigures.SelectionRate, highest.Group, lowest.Group);
        }
    }

    private static SliceGroup Name(GroupNames names, FeatureSlice slice) =>
        slice.IsMissing ? names.Missing() : slice.IsUnknown ? names.Unknown() : slice.Bins.IsCategorical ? names.Category(slice.Group!.Value) : names.Band(slice.Group!.Value, slice.Group!.Value);
}
