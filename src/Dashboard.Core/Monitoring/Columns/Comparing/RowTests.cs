using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns.Rows;
using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>The exact tests of a column on its rows. Numbers are sorted once and every test walks over the same pair.</summary>
internal static class RowTests
{
    private const int Deciles = 10;

    /// <param name="type">As which both sides are taken.</param>
    public static TestedColumn Of(ColumnRows reference, ColumnRows current, ColumnType type) => type switch
    {
        ColumnType.Number => OfNumbers(reference, current),
        ColumnType.Category or ColumnType.Boolean => OfCategories(reference, current, type),
        _ => MissingOnly(reference, current, type),
    };

    /// <summary>The tests of a column whose values are not compared.</summary>
    internal static TestedColumn MissingOnly(ColumnData reference, ColumnData current, ColumnType type)
    {
        ColumnFacts before = new(reference.Rows, reference.Missing + reference.Broken(type)), now = new(current.Rows, current.Missing + current.Broken(type));
        var missing = MissingTest(before, now);
        return new(type, null, missing, null, missing is null ? [] : [missing], before, now, true, null, null);
    }

    internal static DriftStatistic? MissingTest(ColumnFacts reference, ColumnFacts current) => MissingRate.Of(reference.Missing, reference.Rows, current.Missing, current.Rows);

    private static TestedColumn OfNumbers(ColumnRows reference, ColumnRows current)
    {
        SortedSample r = SortedSample.Of(reference.NumbersAs(ColumnType.Number)), c = SortedSample.Of(current.NumbersAs(ColumnType.Number));
        var pair = SamplePair.Of(r, c);
        ColumnFacts before = Facts(r), now = Facts(c);
        var (shape, missing) = (KolmogorovSmirnov.Of(pair), MissingTest(before, now));
        List<DriftStatistic?> figures = [shape, missing, AndersonDarling.Of(pair), CramerVonMises.Of(pair), Wasserstein.Of(pair)];
        if (pair.HasBoth)
        {
            var edges = PopulationStabilityIndex.QuantileEdges(r, Deciles);
            long[] referenceBins = PopulationStabilityIndex.Count(r, edges), currentBins = PopulationStabilityIndex.Count(c, edges);
            figures.AddRange([PopulationStabilityIndex.OfCounts(referenceBins, currentBins), JensenShannon.OfCounts(referenceBins, currentBins), Hellinger.OfCounts(referenceBins, currentBins), KullbackLeibler.OfCounts(referenceBins, currentBins)]);
        }

        return new(ColumnType.Number, shape, missing, null, [.. figures.OfType<DriftStatistic>()], before, now, true, Moved(before, now), null);
    }

    private static TestedColumn OfCategories(ColumnRows reference, ColumnRows current, ColumnType type)
    {
        CategoryCounts r = reference.CategoriesAs(type), c = current.CategoriesAs(type);
        var tests = new CategoryTests(r, c);
        ColumnFacts before = Facts(reference, r), now = Facts(current, c);
        var (shape, missing, appeared) = (tests.Shape, MissingTest(before, now), tests.NewValues);
        return new(type, shape, missing, appeared, [.. new[] { shape, missing, appeared }.OfType<DriftStatistic>(), .. tests.Others()], before, now, true, tests.Moved(), tests.Appeared());
    }

    /// <summary>How the middle and the spread of a number moved, in words.</summary>
    internal static string? Moved(ColumnFacts reference, ColumnFacts current) => reference.Mean is null || current.Mean is null ? null
        : $"mean {Words.Number(reference.Mean.Value)} → {Words.Number(current.Mean.Value)}" + (reference.StandardDeviation is { } before && current.StandardDeviation is { } now ? $", sd {Words.Number(before)} → {Words.Number(now)}" : "");

    private static ColumnFacts Facts(SortedSample sample)
    {
        var rows = sample.Count + sample.Missing;
        var finite = sample.Finite().Values;
        if (sample.Count == 0)
            return new(rows, sample.Missing);
        var facts = new ColumnFacts(rows, sample.Missing, Minimum: sample.Values[0], Median: sample.Quantile(0.5), Maximum: sample.Values[^1]);
        if (finite.IsEmpty)
            return facts;
        // Deviations are taken from a value inside, so that neither large numbers nor their squares overflow or cancel.
        double shift = finite[finite.Length / 2], sum = 0, squares = 0;
        foreach (var value in finite)
            sum += (value - shift) / finite.Length;
        foreach (var value in finite)
            squares += (value - shift - sum) / Math.Max(1, finite.Length - 1) * (value - shift - sum);
        return facts with { Mean = Finite(shift + sum), StandardDeviation = finite.Length < 2 ? null : Finite(Math.Sqrt(squares)) };
    }

    private static ColumnFacts Facts(ColumnRows column, CategoryCounts counts) => new(column.Rows, column.Rows - counts.Total, Distinct: counts.Counts.Count(pair => pair.Value > 0));

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
