using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>
/// The tests of a column on two profiles. Where both count every value (up to 1,000 different ones) they are the exact ones. Numbers beyond that come from sketches: the distance is known up to the sketches' error, which
/// widens the effect size, and p is that of the smallest distance that is possible. Categories beyond that are known by their frequent values: p is that of the smallest difference that is possible.
/// </summary>
internal static class ProfileTests
{
    /// <param name="type">As which both sides are taken.</param>
    public static TestedColumn Of(ColumnProfile reference, ColumnProfile current, ColumnType type) => type switch
    {
        ColumnType.Number => OfNumbers(reference, current),
        ColumnType.Category or ColumnType.Boolean => OfCategories(reference, current, type),
        _ => RowTests.MissingOnly(reference, current, type),
    };

    private static TestedColumn OfNumbers(ColumnProfile reference, ColumnProfile current)
    {
        NumberPart? r = reference.NumbersAs(ColumnType.Number), c = current.NumbersAs(ColumnType.Number);
        var (referenceSteps, currentSteps) = (r?.ToSteps(), c?.ToSteps());
        ColumnFacts before = Facts(reference, r, referenceSteps), now = Facts(current, c, currentSteps);
        var missing = RowTests.MissingTest(before, now);
        if (referenceSteps is null || currentSteps is null)
            return new(ColumnType.Number, null, missing, null, missing is null ? [] : [missing], before, now, true, null, null);
        var pair = new StepPair(referenceSteps, currentSteps);
        var shape = pair.KolmogorovSmirnov();
        return new(ColumnType.Number, shape, missing, null, [.. new[] { shape, missing }.Concat(pair.Others()).OfType<DriftStatistic>()], before, now, shape.Error is null, RowTests.Moved(before, now), null);
    }

    private static TestedColumn OfCategories(ColumnProfile reference, ColumnProfile current, ColumnType type)
    {
        CategoryCounts r = reference.CategoriesAs(type), c = current.CategoriesAs(type);
        ColumnFacts before = Facts(reference, r), now = Facts(current, c);
        var missing = RowTests.MissingTest(before, now);
        if (r.IsExact && c.IsExact)
        {
            var tests = new CategoryTests(r, c);
            var (shape, appeared) = (tests.Shape, tests.NewValues);
            return new(type, shape, missing, appeared, [.. new[] { shape, missing, appeared }.OfType<DriftStatistic>(), .. tests.Others()], before, now, true, tests.Moved(), tests.Appeared());
        }

        var bounded = new FrequentValues(r, c);
        DriftStatistic? least = bounded.Shape(), newValues = bounded.NewValues();
        return new(type, least, missing, newValues, [.. new[] { least, missing, newValues }.OfType<DriftStatistic>()], before, now, false, bounded.Moved(), null);
    }

    private static ColumnFacts Facts(ColumnProfile column, NumberPart? numbers, NumberSteps? steps)
    {
        var missing = column.Rows - (numbers?.Count ?? 0);
        return numbers is null || steps is null ? new(column.Rows, missing)
            : new(column.Rows, missing, numbers.Mean, numbers.StandardDeviation, numbers.Smallest, steps.Quantile(0.5), numbers.Largest);
    }

    private static ColumnFacts Facts(ColumnProfile column, CategoryCounts counts) => new(column.Rows, column.Rows - counts.Total, Distinct: counts.IsExact ? counts.Counts.Count(pair => pair.Value > 0) : column.Distinct);
}
