using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns;

namespace Dashboard.Cli.Tables;

/// <summary>A profile as one JSON document.</summary>
/// <param name="RejectedRows">Rows that were left out of the profile because their cells could not be told apart.</param>
/// <param name="FirstRejected">Why the first of them was; only where the rows were read now.</param>
internal sealed record ProfileDocument(long Rows, long RejectedRows, string? FirstRejected, IReadOnlyList<ColumnDocument> Columns)
{
    public static ProfileDocument Of(TableProfile profile, string? firstRejected) =>
        new(profile.Rows, profile.RejectedRows, firstRejected, [.. profile.Columns.Select(ColumnDocument.Of)]);
}

/// <summary>One column of a profile.</summary>
/// <param name="Type">Null without a value.</param>
/// <param name="Broken">Cells that are not of the column's type.</param>
/// <param name="Distinct">How many values differ; exact up to 1,000.</param>
/// <param name="TopValues">The most frequent values of categories, booleans and text.</param>
internal sealed record ColumnDocument(string Name, ColumnType? Type, long Missing, long Broken, long Distinct, NumberDocument? Numbers, IReadOnlyList<ValueCount>? TopValues, ColumnHistogram? Histogram)
{
    private const int ValuesShown = 20;

    public static ColumnDocument Of(ColumnProfile column)
    {
        var top = column.TopValues(ValuesShown);
        return new(column.Name, column.Type, column.Missing, column.Type is { } type ? column.Broken(type) : 0, column.Distinct,
            column.Numbers is { } numbers ? NumberDocument.Of(numbers) : null, top.Count == 0 ? null : top, column.Histogram());
    }
}

/// <summary>The numbers of a column; Unix seconds for timestamps.</summary>
/// <param name="Quantiles">At the levels that name them; each is within <paramref name="RankError"/> of its rank.</param>
internal sealed record NumberDocument(long Finite, long PositiveInfinities, long NegativeInfinities, double? Mean, double? StandardDeviation, double? Minimum, double? Maximum, IReadOnlyDictionary<string, double> Quantiles, double RankError)
{
    private static readonly double[] Levels = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

    public static NumberDocument Of(NumberPart numbers) => new(numbers.Finite, numbers.PositiveInfinities, numbers.NegativeInfinities, numbers.Mean, numbers.StandardDeviation,
        numbers.Finite == 0 ? null : numbers.Minimum, numbers.Finite == 0 ? null : numbers.Maximum,
        Levels.ToDictionary(level => level.ToString(System.Globalization.CultureInfo.InvariantCulture), numbers.Sketch.Quantile), numbers.Sketch.RankError);
}
