using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>
/// The default preset: a number by Kolmogorov–Smirnov, a category or boolean by chi-square with rare categories pooled, each with the tests of missing values and new categories where those can find anything.
/// <para>Within a column the test of the values has nine tenths of the level and the others share the tenth (weighted Bonferroni: Genovese, Roeder and Wasserman 2006): a value that is really new or really missing
/// is far beyond any level, so that this costs them nothing and the main test little. A column's p is the least pᵢ/wᵢ. Whether a test takes part (values that are all equal and missing rows too few to tell do not) depends on both sides' rows together, never on how they fell on the
/// sides, so that the level holds.</para>
/// <para>Over the columns Benjamini–Hochberg keeps the rate of false alarms. A column that is significant has drifted where one of its significant tests has an effect size of at least the smallest that counts; a sketch's
/// error is taken off first. Otherwise the change is small.</para>
/// </summary>
internal static class DefaultRule
{
    private const double ShapeShare = 0.9;

    /// <param name="columns">Null where a column was not tested.</param>
    /// <returns>For each tested column its verdict.</returns>
    public static Judgement?[] Judge(IReadOnlyList<TestedColumn?> columns, double alpha, double smallestEffect)
    {
        var weighted = columns.Select(column => column is null ? [] : Weighted(column, alpha)).ToArray();
        var ofColumn = Array.ConvertAll(weighted, tests => tests.Length == 0 ? double.NaN : Math.Min(1, tests.Min(test => test.P)));
        var decisions = MultipleTesting.BenjaminiHochberg(ofColumn, alpha);
        // What a single test must not exceed so that its column is rejected.
        var level = decisions.Rejections * alpha / Math.Max(1, ofColumn.Count(p => !double.IsNaN(p)));
        var judged = new Judgement?[columns.Count];
        for (var i = 0; i < judged.Length; i++)
            if (weighted[i].Length == 0)
                judged[i] = columns[i]?.Shape is { } constant ? Judgement.Of(ColumnVerdict.Steady, constant, 1) : null;
            else
                judged[i] = Judge(columns[i]!, weighted[i], decisions.Reject[i], level, decisions.Adjusted[i], alpha, smallestEffect);
        return judged;
    }

    private static Judgement Judge(TestedColumn column, (DriftStatistic Test, double P)[] tests, bool isRejected, double level, double adjusted, double alpha, double smallestEffect)
    {
        var least = tests.MinBy(test => test.P).Test;
        if (!isRejected)
            return Judgement.Of(column.Shape is null ? Unsaid(column) : CanFind(column, alpha) ? ColumnVerdict.Steady : ColumnVerdict.TooFewRows, column.Shape ?? least, adjusted);
        var found = tests.Where(test => test.P <= level).OrderBy(test => test.P).Select(test => test.Test).ToList();
        var large = found.Where(test => test.EffectSize - (test.Error ?? 0) >= smallestEffect).ToList();
        return large.Count > 0 ? Judgement.Of(ColumnVerdict.Drift, large[0], adjusted, [.. large.Select(test => test.Test)]) : Judgement.Of(ColumnVerdict.Small, least, adjusted, [.. found.Select(test => test.Test)]);
    }

    /// <summary>What a column without a test of its values is called.</summary>
    public static ColumnVerdict Unsaid(TestedColumn column) => column.Type is Data.ColumnType.Text or Data.ColumnType.Timestamp ? ColumnVerdict.NotCompared : ColumnVerdict.NoData;

    /// <summary>The tests that take part, with their p over their share of the level.</summary>
    private static (DriftStatistic Test, double P)[] Weighted(TestedColumn column, double alpha)
    {
        List<DriftStatistic> others = [];
        if (column.Missing is { } missing && MissingRate.SmallestP(column.Reference.Missing + column.Current.Missing, column.Reference.Rows, column.Current.Rows) <= alpha)
            others.Add(missing);
        if (column.NewValues is { } newValues)
            others.Add(newValues);
        if (column.Shape is not { } shape || IsConstant(column))
            return [.. others.Select(test => (test, test.PValue!.Value * others.Count))];
        if (others.Count == 0)
            return [(shape, shape.PValue!.Value)];
        return [(shape, shape.PValue!.Value / ShapeShare), .. others.Select(test => (test, test.PValue!.Value * others.Count / (1 - ShapeShare)))];
    }

    /// <summary>Whether all rows of both sides have one value: nothing can be found, and the other columns need not share the level with it.</summary>
    private static bool IsConstant(TestedColumn column) => column.Type == Data.ColumnType.Number
        ? column.Reference.Minimum == column.Current.Maximum && column.Reference.Maximum == column.Current.Minimum
        : column is { Reference.Distinct: <= 1, Current.Distinct: <= 1, Shape.Statistic: 0 };

    /// <summary>Whether rows that do not overlap at all would be significant: 2/C(n + m, n) is the chance of that.</summary>
    private static bool CanFind(TestedColumn column, double alpha)
    {
        double n = column.Reference.Rows - column.Reference.Missing, m = column.Current.Rows - column.Current.Missing, chance = 2;
        for (var i = 1; i <= Math.Min(n, m) && chance > alpha; i++)
            chance *= i / (Math.Max(n, m) + i);
        return chance <= alpha;
    }
}
