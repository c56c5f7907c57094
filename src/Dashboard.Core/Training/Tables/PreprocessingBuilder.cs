using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Training.Tables;

/// <summary>Learns a model's preprocessing from the training part alone: nothing of the rows that judge it gets in.</summary>
public static class PreprocessingBuilder
{
    /// <summary>Most values that a category keeps; rarer ones are unknown to the model, which sees them as missing.</summary>
    public const int MaximumCategories = 1_000;

    /// <summary>The input type that a dataset column of a type becomes; null for text, which is never a feature.</summary>
    public static InputType? InputFor(ColumnType type) => type switch
    {
        ColumnType.Number => InputType.Number,
        ColumnType.Category => InputType.Category,
        ColumnType.Boolean => InputType.Boolean,
        ColumnType.Timestamp => InputType.Timestamp,
        _ => null,
    };

    public static Preprocessing Learn(TrainingTable table, IEnumerable<TableField> fields, ReadOnlySpan<int> rows)
    {
        var inputs = new List<FeatureInput>();
        foreach (var field in fields)
        {
            var column = table.Columns[field];
            inputs.Add(field.Type switch
            {
                InputType.Category => new(field.Column, field.Type, Categories(column, rows)),
                InputType.Timestamp => new(field.Column, field.Type, [], Parts: Parts(column, rows)),
                InputType.Number => Number(column, rows),
                _ => new(field.Column, field.Type, []),
            });
        }

        return new(inputs);
    }

    /// <summary>The most frequent values, in the order of their names.</summary>
    private static string[] Categories(TableColumn column, ReadOnlySpan<int> rows)
    {
        var counts = new long[column.Values.Count];
        foreach (var row in rows)
        {
            if (column.CodeAt(row) is >= 0 and var code)
                counts[code]++;
        }

        return [.. Enumerable.Range(0, counts.Length).Where(code => counts[code] > 0)
            .OrderByDescending(code => counts[code]).ThenBy(code => column.Values[code], StringComparer.Ordinal)
            .Take(MaximumCategories).Select(code => column.Values[code]).Order(StringComparer.Ordinal)];
    }

    /// <summary>The parts that change in training; all of them where none does, so that the input still has a feature.</summary>
    private static TimestampParts Parts(TableColumn column, ReadOnlySpan<int> rows)
    {
        DateTime? first = null;
        var changing = TimestampParts.None;
        foreach (var row in rows)
        {
            if (column.TimeAt(row) is not { } time)
                continue;
            first ??= time;
            if (time.Hour != first.Value.Hour)
                changing |= TimestampParts.Hour;
            if (time.DayOfWeek != first.Value.DayOfWeek)
                changing |= TimestampParts.Weekday;
            if (time.Month != first.Value.Month)
                changing |= TimestampParts.Month;
        }

        return changing == TimestampParts.None ? TimestampParts.All : changing;
    }

    private static FeatureInput Number(TableColumn column, ReadOnlySpan<int> rows)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (var row in rows)
        {
            if (column.NumberAt(row) is var value && double.IsFinite(value))
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        return least > most ? new(column.Field.Column, InputType.Number, []) : new(column.Field.Column, InputType.Number, [], least, most);
    }
}
