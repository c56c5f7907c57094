using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Slices;

/// <summary>
/// Finds where a model does worse than elsewhere: every group of every feature, rare categories together, and neighbouring groups of a number as one band are held against all other rows.
/// What is called worse is worse beyond chance although so many were looked at: the intervals are simultaneous (Bonferroni: 5 % shared by all of them), so that all hold together with 95 %, whichever a person picks.
/// </summary>
public static class WorstSegments
{
    /// <summary>Groups with fewer labelled rows are not ranked.</summary>
    public const int FewestRows = 100;

    /// <summary>The chance that any of the intervals leaves the truth out.</summary>
    public const double Miscoverage = 0.05;

    /// <summary>At most so many groups of a number make a band.</summary>
    private const int WidestBand = 10;

    /// <summary>Ranks the groups by what they add to the loss.</summary>
    /// <param name="blocks">The slices of one version by time, in about 20 to 100 steps; they are what rows may go together in.</param>
    /// <param name="reference">The slices of the version's reference; null without one.</param>
    public static SegmentRanking Rank(Preprocessing preprocessing, ProfileLayout layout, IReadOnlyList<SliceProfile> blocks, SliceProfile? reference)
    {
        var losses = new BlockLosses(layout, blocks);
        var before = reference is null ? null : new BlockLosses(layout, [reference]);
        var (candidates, small) = (new List<Candidate>(), 0);
        for (var feature = 0; feature < layout.Features.Count; feature++)
            small += Collect(preprocessing, layout, feature, losses, candidates);

        var ranked = new List<WorstSegment>();
        if (candidates.Count > 0)
        {
            var miscoverage = Miscoverage / candidates.Count;
            foreach (var ofFeature in candidates.GroupBy(candidate => candidate.Feature))
                ranked.AddRange(Chosen(ofFeature, miscoverage).Select(candidate => Segment(candidate, losses, before, miscoverage)));
        }

        return new(layout.Output.Task == ModelTask.Regression ? "mae" : "log_loss", losses.Rows == 0 ? null : losses.Loss / losses.Rows, losses.Rows, candidates.Count, small, losses.Blocks, losses.Blocks >= BlockLosses.FewestBlocks,
            [.. ranked.OrderByDescending(segment => segment.Impact)]);
    }

    /// <returns>How many groups with rows are too small.</returns>
    private static int Collect(Preprocessing preprocessing, ProfileLayout layout, int feature, BlockLosses losses, List<Candidate> candidates)
    {
        var (bins, first, missing) = (layout.Features[feature], layout.FirstSlices[feature], layout.FirstSlices[feature + 1] - 1);
        var names = new GroupNames(preprocessing, feature, bins);
        var small = 0;
        var rare = new List<int>();
        if (bins.IsCategorical)
        {
            for (var code = 0; code < bins.Categories.Count; code++)
            {
                var category = code;
                if (losses.RowsOf(first + code) is > 0 and < FewestRows)
                    rare.Add(code);
                else
                    Try([first + code], () => names.Category(category));
            }

            // None of them is ranked by itself; together they may be.
            if (rare.Count > 1)
                Try([.. rare.Select(code => first + code)], () => names.Pooled(rare));
            small += rare.Count;
            Try([first + bins.Categories.Count], names.Unknown);
        }
        else
        {
            for (var from = first; from < missing; from++)
                for (var to = from; to < missing && to - from < WidestBand; to++)
                {
                    var (low, high) = (from - first, to - first);
                    Try([.. Enumerable.Range(from, to - from + 1)], () => names.Band(low, high), countSmall: from == to);
                }
        }

        Try([missing], names.Missing);
        return small;

        void Try(int[] slices, Func<SliceGroup> name, bool countSmall = true)
        {
            var rows = slices.Sum(losses.RowsOf);
            // A group that appears in some blocks only says little of any other.
            if (rows >= FewestRows && losses.Rows - rows >= FewestRows && losses.Compare(slices) is var compared
                && (losses.Blocks < BlockLosses.FewestBlocks || compared.Present >= BlockLosses.FewestBlocks))
                candidates.Add(new(feature, slices, name, compared));
            else if (rows > 0 && losses.Rows - rows >= FewestRows && countSmall)
                small++;
        }
    }

    /// <summary>Of groups that share rows the one with the strongest evidence: a band is taken where it says more than its parts.</summary>
    private static List<Candidate> Chosen(IEnumerable<Candidate> ofFeature, double miscoverage)
    {
        var chosen = new List<Candidate>();
        foreach (var candidate in ofFeature.OrderByDescending(candidate => candidate.Compared.Evidence).ThenBy(candidate => candidate.Slices.Length))
        {
            // No interval is narrower than two standard errors.
            if (candidate.Compared.Evidence < 2)
                break;
            if (chosen.TrueForAll(other => !other.Slices.Intersect(candidate.Slices).Any()) && candidate.Compared.Difference > candidate.Compared.HalfWidth(miscoverage))
                chosen.Add(candidate);
        }

        return chosen;
    }

    private static WorstSegment Segment(Candidate candidate, BlockLosses losses, BlockLosses? before, double miscoverage)
    {
        var (compared, half) = (candidate.Compared, candidate.Compared.HalfWidth(miscoverage));
        var share = (double)compared.Rows / losses.Rows;
        var segment = new WorstSegment(candidate.Name(), candidate.Slices.Sum(slice => losses.Predictions[slice]), compared.Rows, share, compared.Loss, compared.Elsewhere,
            compared.Difference, compared.Difference - half, compared.Difference + half, share * compared.Difference);
        var known = before is null ? 0 : candidate.Slices.Sum(before.RowsOf);
        return known >= FewestRows && before!.Rows - known >= FewestRows && before.Compare(candidate.Slices) is var was
            ? segment with { ReferenceLoss = was.Loss, ReferenceElsewhere = was.Elsewhere }
            : segment;
    }

    private sealed record Candidate(int Feature, int[] Slices, Func<SliceGroup> Name, GroupComparison Compared);
}
