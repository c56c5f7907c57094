using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Blocks;

/// <summary>One thing whose distribution is watched: an encoded feature, or the prediction.</summary>
/// <param name="First">Where its counts begin among a block's counts; the missing values come last.</param>
/// <param name="Bins">The number of bins, missing not among them.</param>
/// <param name="IsOrdered">True where bins ascend (a number, a score); false for categories.</param>
public readonly record struct BlockColumn(string Name, int First, int Bins, bool IsOrdered)
{
    /// <summary>Where the missing values are counted.</summary>
    public int MissingAt => First + Bins;
}

/// <summary>
/// Where a block's counts have their place: the bins of every feature, then those of the prediction. A probability's bins are merged into at most a hundred of about
/// equal mass in the reference, so that a block stays small.
/// </summary>
public sealed class BlockLayout
{
    /// <summary>The name of the column that holds the prediction.</summary>
    public const string Prediction = "prediction";

    private const int MostGroups = 100;

    private readonly ProfileLayout profile;
    private readonly int[] outputGroups;

    /// <param name="layout">The version's layout.</param>
    /// <param name="reference">What the version predicted for its reference: it says where the prediction's bins are cut.</param>
    public BlockLayout(ProfileLayout layout, OutputProfile reference)
    {
        profile = layout;
        var columns = new BlockColumn[layout.Features.Count + 1];
        var at = 0;
        for (var i = 0; i < layout.Features.Count; i++)
        {
            var bins = layout.Features[i];
            columns[i] = new(bins.Name, at, bins.Count, !bins.IsCategorical);
            at += bins.Count + 1;
        }

        var classes = layout.Output.Task == ModelTask.MulticlassClassification;
        outputGroups = classes ? [] : EqualMass(reference.Histogram);
        columns[^1] = new(Prediction, at, classes ? layout.Output.Classes.Count : outputGroups[^1] + 1, !classes);
        Columns = columns;
        Length = columns[^1].MissingAt + 1;
    }

    /// <summary>The features in the model's order, then the prediction.</summary>
    public IReadOnlyList<BlockColumn> Columns { get; }

    /// <summary>How many counts a block has.</summary>
    internal int Length { get; }

    /// <summary>The counts of a window of the same profile layout.</summary>
    /// <exception cref="ArgumentException">The window is of another layout.</exception>
    public BlockCounts Count(WindowProfile window)
    {
        if (window.Layout.Fingerprint != profile.Fingerprint)
            throw new ArgumentException("The window is of another layout than the reference.", nameof(window));
        var counts = new long[Length];
        for (var i = 0; i < profile.Features.Count; i++)
        {
            var feature = window.Feature(i);
            feature.Counts.Span.CopyTo(counts.AsSpan(Columns[i].First));
            counts[Columns[i].MissingAt] = feature.Missing;
        }

        var (output, last) = (window.Output, Columns[^1]);
        if (outputGroups.Length == 0)
            output.Predicted.CopyTo(counts.AsSpan(last.First));
        else
            for (var bin = 0; bin < outputGroups.Length; bin++)
                counts[last.First + outputGroups[bin]] += output.Histogram[bin];
        counts[last.MissingAt] = output.Invalid;
        return new(counts, window.FeatureRows, output.Labelled, BlockLoss.SumOf(output));
    }

    /// <summary>Groups neighbouring bins so that each group but the last holds at least a hundredth of the mass.</summary>
    private static int[] EqualMass(ReadOnlySpan<long> counts)
    {
        double all = 0, filled = 0;
        foreach (var count in counts)
            all += count;
        var groups = new int[counts.Length];
        var group = 0;
        for (var bin = 0; bin < counts.Length; bin++)
        {
            if (filled * MostGroups >= all && filled > 0 && group < MostGroups - 1)
                (group, filled) = (group + 1, 0);
            groups[bin] = group;
            filled += counts[bin];
        }

        return groups;
    }
}
