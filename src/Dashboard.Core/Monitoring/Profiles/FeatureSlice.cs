using Dashboard.Core.Monitoring.Sketches;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>How the model did where a feature lies in one group. Valid as long as its profile is not changed.</summary>
public sealed class FeatureSlice
{
    private readonly OutputLayout output;
    private readonly long[] counts;
    private readonly ExactSum[] sums;

    internal FeatureSlice(BinLayout bins, int? group, OutputLayout output, long[] counts, ExactSum[] sums)
    {
        (Bins, Group, this.output, this.counts, this.sums) = (bins, group, output, counts, sums);
        if (group is not { } known)
            return;
        if (bins.IsCategorical)
        {
            Category = known < bins.Categories.Count ? bins.Categories[known] : null;
            return;
        }

        var groups = bins.CoarseBins();
        int first = Array.IndexOf(groups, known), last = Array.LastIndexOf(groups, known);
        Low = first > 0 ? bins.Edges[first - 1] : null;
        High = last < bins.Edges.Length ? bins.Edges[last] : null;
    }

    /// <summary>The feature.</summary>
    public BinLayout Bins { get; }

    /// <summary>The group's position; null for the rows where the feature is missing.</summary>
    public int? Group { get; }

    public bool IsMissing => Group is null;

    /// <summary>The category; null for numbers, for missing and for all categories that the model does not know.</summary>
    public string? Category { get; }

    /// <summary>True for the categories that the model does not know, taken together.</summary>
    public bool IsUnknown => Bins.IsCategorical && Group == Bins.Categories.Count;

    /// <summary>For numbers: values from here on; null for no lower end.</summary>
    public double? Low { get; }

    /// <summary>For numbers: values below this; null for no upper end.</summary>
    public double? High { get; }

    /// <summary>Predictions, labelled or not, with a finite output.</summary>
    public long Rows => IsRegression ? counts[0] : Sum(Predicted);

    /// <summary>Predictions whose ground truth has arrived.</summary>
    public long Labelled => IsRegression ? counts[1] : Sum(Actual);

    /// <summary>Classification: how often each class was predicted, over all rows. Empty for regression.</summary>
    public ReadOnlySpan<long> Predicted => Part(0);

    /// <summary>Classification: how often each class was true, over labelled rows.</summary>
    public ReadOnlySpan<long> Actual => Part(1);

    /// <summary>Classification: how often each class was true and predicted, over labelled rows.</summary>
    public ReadOnlySpan<long> Hit => Part(2);

    /// <summary>Classification: how often a class was predicted, over labelled rows.</summary>
    public long Answered(int c) => output.Task == ModelTask.MulticlassClassification ? Part(3)[c] : Hit[c] + Actual[1 - c] - Hit[1 - c];

    /// <summary>Classification: the sum of the log loss over labelled rows, in nats.</summary>
    public double LogLoss => IsRegression ? double.NaN : sums[0].ToDouble();

    /// <summary>The sum of what ranks groups, over labelled rows: the log loss, or the absolute error of a regression.</summary>
    public double Loss => sums[0].ToDouble();

    /// <summary>The sum of the squares of <see cref="Loss"/>.</summary>
    public double LossSquares => IsRegression ? SquaredError : counts[^1] / SliceProfile.SquareUnits;

    /// <summary>Regression: Σ |ŷ − y| over labelled rows; NaN for classification, as the next two.</summary>
    public double AbsoluteError => IsRegression ? sums[0].ToDouble() : double.NaN;

    /// <summary>Regression: Σ (ŷ − y)².</summary>
    public double SquaredError => IsRegression ? sums[1].ToDouble() : double.NaN;

    /// <summary>Regression: Σ (ŷ − y).</summary>
    public double Error => IsRegression ? sums[2].ToDouble() : double.NaN;

    /// <summary>Regression: Σ ŷ over all rows; NaN for classification, as the next.</summary>
    public double Output => IsRegression ? sums[3].ToDouble() : double.NaN;

    /// <summary>Regression: Σ ŷ² over all rows.</summary>
    public double OutputSquares => IsRegression ? sums[4].ToDouble() : double.NaN;

    private bool IsRegression => output.Task == ModelTask.Regression;

    private ReadOnlySpan<long> Part(int part) => IsRegression ? [] : counts.AsSpan(part * output.Classes.Count, output.Classes.Count);

    private static long Sum(ReadOnlySpan<long> values)
    {
        long sum = 0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
