using System.Globalization;
using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Training;

namespace Dashboard.Storage.Monitoring;

/// <summary>Compares profiles with their reference, and turns bins into bars that people can read.</summary>
internal static class Distributions
{
    public const string Prediction = "prediction";

    /// <summary>The bar of values that were not there.</summary>
    public const string Missing = "missing";

    /// <summary>The bar of categories that the model does not know.</summary>
    public const string Unknown = "unknown to the model";

    private const int MostBars = 30;
    private const int MostCategories = 24;

    public static DriftFigures Feature(WindowProfile reference, WindowProfile current, int index)
    {
        FeatureSummary r = reference.Feature(index), c = current.Feature(index);
        if (r.Bins.IsCategorical)
            return DriftFigures.OfCategory(r.Counts.Span, r.Missing, c.Counts.Span, c.Missing);
        return OfNumber(Edges(r.Bins), r.Bins.HasOwnBins, r.Counts.Span, r.Missing, c.Counts.Span, c.Missing, r.Bins.CoarseBins());
    }

    public static DriftFigures Output(OutputProfile reference, OutputProfile current)
    {
        var layout = reference.Layout;
        return layout.Task switch
        {
            ModelTask.MulticlassClassification => DriftFigures.OfCategory(reference.Predicted, reference.Invalid, current.Predicted, current.Invalid),
            ModelTask.Regression => OfNumber(Edges(layout.Values!), layout.Values!.HasOwnBins, reference.Histogram, reference.Invalid, current.Histogram, current.Invalid, layout.Values!.CoarseBins()),
            _ => OfNumber(Edges(layout.Scores), false, reference.Histogram, reference.Invalid, current.Histogram, current.Invalid, TenthsOf(reference.Histogram)),
        };
    }

    /// <summary>A distribution that has no reference to stand beside.</summary>
    public static DriftFigures WithoutReference(long currentRows) => new(0, currentRows, []);

    private static DriftFigures OfNumber(double[] edges, bool ownBins, ReadOnlySpan<long> reference, long referenceMissing, ReadOnlySpan<long> current, long currentMissing, int[] coarse)
    {
        var (middles, widths) = (new double[edges.Length - 1], new double[edges.Length - 1]);
        for (var bin = 0; bin < middles.Length; bin++)
        {
            widths[bin] = ownBins ? 0 : edges[bin + 1] - edges[bin];
            middles[bin] = edges[bin] + (widths[bin] / 2);
        }

        // The open ends have the width of nothing; what lies there must still stand outside of its neighbour.
        middles[0] = Math.Min(middles[0], Math.BitDecrement(middles[1]));
        middles[^1] = Math.Max(middles[^1], Math.BitIncrement(middles[^2]));
        return DriftFigures.OfNumber(middles, widths, reference, referenceMissing, current, currentMissing, coarse);
    }

    private static double[] Edges(ScoreBins scores)
    {
        var edges = new double[scores.Count + 1];
        for (var bin = 0; bin <= scores.Count; bin++)
            edges[bin] = scores.LowerEdge(bin);
        return edges;
    }

    public static IReadOnlyList<DistributionBar> Bars(FeatureSummary? reference, FeatureSummary current)
    {
        double rows = reference?.Rows ?? 0, currentRows = current.Rows;
        ReadOnlySpan<long> was = reference is null ? new long[current.Bins.Count] : reference.Counts.Span;
        var bars = current.Bins.IsCategorical
            ? Categories(current.Bins.Categories, was, rows, current.Counts.Span, currentRows)
            : Numbers(Edges(current.Bins), current.Bins.HasOwnBins && current.Bins.Edges.Length <= MostBars + 1, was, rows, current.Counts.Span, currentRows);
        if (current.Missing > 0 || reference?.Missing > 0)
            bars.Add(new(Missing, null, null, Share(reference?.Missing ?? 0, rows), Share(current.Missing, currentRows)));
        return bars;
    }

    public static IReadOnlyList<DistributionBar> Bars(OutputProfile? reference, OutputProfile current)
    {
        double rows = reference?.Rows ?? 0, currentRows = current.Rows;
        var layout = current.Layout;
        if (layout.Task == ModelTask.MulticlassClassification)
            return Categories(layout.Classes, reference is null ? new long[layout.Classes.Count] : reference.Predicted, rows, current.Predicted, currentRows);
        ReadOnlySpan<long> was = reference is null ? new long[layout.Bins] : reference.Histogram;
        if (layout.Values is { } values)
            return Numbers(Edges(values), values.HasOwnBins && values.Edges.Length <= MostBars + 1, was, rows, current.Histogram, currentRows);
        return Numbers(Edges(layout.Scores), false, was, rows, current.Histogram, currentRows, 0, 1);
    }

    /// <summary>Groups bins into ten of about equal mass.</summary>
    private static int[] TenthsOf(ReadOnlySpan<long> counts)
    {
        long all = 0, before = 0;
        foreach (var count in counts)
            all += count;
        var groups = new int[counts.Length];
        var group = 0;
        for (var bin = 0; bin < counts.Length; bin++)
        {
            // A bin starts the next group once what lies before it fills the present one.
            if (group < 9 && all > 0 && before * 10 >= all * (group + 1L) && bin > 0)
                group++;
            groups[bin] = group;
            before += counts[bin];
        }

        return groups;
    }

    private static double[] Edges(BinLayout bins)
    {
        // The open ends get the width of nothing: what lies there is shown in the outermost bars.
        var edges = new double[bins.Count + 1];
        for (var i = 0; i < bins.Edges.Length; i++)
            edges[i + 1] = bins.Edges[i];
        edges[0] = edges[1];
        edges[^1] = edges[^2];
        return edges;
    }

    private static List<DistributionBar> Numbers(double[] edges, bool ownBins, ReadOnlySpan<long> was, double rows, ReadOnlySpan<long> now, double currentRows, double? from = null, double? to = null)
    {
        var bars = new List<DistributionBar>();
        if (ownBins)
        {
            for (var bin = 0; bin < was.Length; bin++)
            {
                if (was[bin] + now[bin] == 0)
                    continue;
                var label = bin == 0 ? $"below {Text(edges[1])}" : bin == was.Length - 1 ? $"above {Text(edges[^3])}" : Text(edges[bin]);
                bars.Add(new(label, edges[bin], edges[bin + 1], Share(was[bin], rows), Share(now[bin], currentRows)));
            }

            return bars;
        }

        var (low, high) = (from ?? Quantile(edges, was, now, 0.005), to ?? Quantile(edges, was, now, 0.995));
        if (!(high > low))
            (low, high) = (edges[1], Math.Max(edges[^2], edges[1] + 1));
        double[] before = Spread(edges, was, low, high), after = Spread(edges, now, low, high);
        for (var bar = 0; bar < MostBars; bar++)
        {
            double left = low + ((high - low) * bar / MostBars), right = low + ((high - low) * (bar + 1) / MostBars);
            bars.Add(new($"{Text(left)} – {Text(right)}", left, right, rows > 0 ? before[bar] / rows : 0, currentRows > 0 ? after[bar] / currentRows : 0));
        }

        return bars;
    }

    /// <summary>Spreads bins evenly over bars of equal width; what lies outside falls into the outermost bars.</summary>
    private static double[] Spread(double[] edges, ReadOnlySpan<long> counts, double low, double high)
    {
        var bars = new double[MostBars];
        var width = (high - low) / MostBars;
        for (var bin = 0; bin < counts.Length; bin++)
        {
            if (counts[bin] == 0)
                continue;
            double left = Math.Clamp(edges[bin], low, high), right = Math.Clamp(edges[bin + 1], low, high);
            int first = Math.Clamp((int)((left - low) / width), 0, MostBars - 1), last = Math.Clamp((int)((right - low) / width), 0, MostBars - 1);
            if (first == last || right <= left)
            {
                bars[first] += counts[bin];
                continue;
            }

            for (var bar = first; bar <= last; bar++)
            {
                var part = Math.Min(right, low + ((bar + 1) * width)) - Math.Max(left, low + (bar * width));
                bars[bar] += counts[bin] * Math.Max(0, part) / (right - left);
            }
        }

        return bars;
    }

    private static double Quantile(double[] edges, ReadOnlySpan<long> was, ReadOnlySpan<long> now, double level)
    {
        double all = 0, before = 0;
        for (var bin = 0; bin < was.Length; bin++)
            all += was[bin] + now[bin];
        for (var bin = 0; bin < was.Length; bin++)
        {
            before += was[bin] + now[bin];
            if (before >= level * all)
                return level < 0.5 ? edges[bin] : edges[bin + 1];
        }

        return edges[^1];
    }

    private static List<DistributionBar> Categories(IReadOnlyList<string> names, ReadOnlySpan<long> was, double rows, ReadOnlySpan<long> now, double currentRows)
    {
        var all = new List<DistributionBar>();
        for (var i = 0; i < names.Count; i++)
            all.Add(new(names[i], null, null, Share(was[i], rows), Share(now[i], currentRows)));
        var shown = all.OrderByDescending(bar => Math.Max(bar.ReferenceShare, bar.CurrentShare)).Take(MostCategories).OrderByDescending(bar => bar.ReferenceShare).ToList();
        if (all.Count > MostCategories)
        {
            var rest = all.Except(shown).ToList();
            shown.Add(new($"{rest.Count} others", null, null, rest.Sum(bar => bar.ReferenceShare), rest.Sum(bar => bar.CurrentShare)));
        }

        if (now.Length > names.Count && was[names.Count] + now[names.Count] > 0)
            shown.Add(new(Unknown, null, null, Share(was[names.Count], rows), Share(now[names.Count], currentRows)));
        return shown;
    }

    private static double Share(long count, double rows) => rows > 0 ? count / rows : 0;

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
