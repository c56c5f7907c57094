using Dashboard.Core.Data;
using Dashboard.Core.Data.Expressions;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Segments;

/// <summary>A value that fits its operand: a number (an hour, weekday or month, 0 or 1 for a boolean), or the ticks of a wall time.</summary>
internal readonly record struct OperandValue(double Number, long Ticks);

/// <summary>What a name in a segment stands for: a raw input, or a part of a timestamp.</summary>
/// <param name="Name">As it stands in the signature; <see cref="SegmentSyntax.Name"/> writes it.</param>
/// <param name="Input">The position of the raw input.</param>
/// <param name="Part">None for the input itself.</param>
/// <param name="Categories">Values that are known: of a category, or the days of the week.</param>
public sealed record SegmentOperand(string Name, int Input, InputType Type, TimestampParts Part, IReadOnlyList<string> Categories)
{
    /// <summary>Whether values can be said to lie below others.</summary>
    public bool IsOrdered => Part != TimestampParts.None || Type is InputType.Number or InputType.Timestamp;

    /// <summary>Completes "x is".</summary>
    public string Description => Part switch
    {
        TimestampParts.Hour => "an hour from 0 to 23",
        TimestampParts.Weekday => "a day of the week",
        TimestampParts.Month => "a month from 1 to 12",
        _ => LiteralWords.Describe(Column),
    };

    /// <summary>Completes "Expected".</summary>
    public string Wanted => Part switch
    {
        TimestampParts.Hour => "a number from 0 to 23",
        TimestampParts.Weekday => "a day such as 'Mon' or 'Sat', or a number from 0 (Monday) to 6",
        TimestampParts.Month => "a number from 1 to 12",
        _ => LiteralWords.Wanted(Column),
    };

    private ColumnType Column => Type switch
    {
        InputType.Number => ColumnType.Number,
        InputType.Boolean => ColumnType.Boolean,
        InputType.Timestamp => ColumnType.Timestamp,
        _ => ColumnType.Category,
    };

    /// <summary>Everything that a segment over a signature can name: the raw inputs, then the parts of their timestamps, also those that the model does not use.</summary>
    public static IReadOnlyList<SegmentOperand> Of(IReadOnlyList<FeatureInput> inputs)
    {
        var operands = inputs.Select((input, i) => new SegmentOperand(input.Name, i, input.Type, TimestampParts.None, input.Categories)).ToList();
        var taken = inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var whole = new Preprocessing([.. inputs.Select(input => input with { Parts = TimestampParts.All })]);
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].Type != InputType.Timestamp)
                continue;
            var names = whole.Features.Where(feature => feature.Input == i).Select(feature => feature.Name);
            foreach (var (name, part) in names.Zip([TimestampParts.Hour, TimestampParts.Weekday, TimestampParts.Month]))
                if (taken.Add(name))
                    operands.Add(new(name, i, InputType.Timestamp, part, part == TimestampParts.Weekday ? Preprocessing.Weekdays : []));
        }

        return operands;
    }

    /// <summary>The value of a literal; null where it does not fit. Categories have no such value: they are compared as text.</summary>
    internal OperandValue? ValueOf(in SegmentLiteral literal)
    {
        if (Part == TimestampParts.Weekday && literal.Kind == LiteralKind.Text)
        {
            var text = literal.Text;
            var day = Preprocessing.Weekdays.ToList().FindIndex(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
            return day < 0 ? null : new(day, 0);
        }

        if (Part != TimestampParts.None || Type == InputType.Number)
            return literal.Kind == LiteralKind.Number ? new(literal.Number, 0) : null;
        return Type switch
        {
            InputType.Boolean when literal.Kind == LiteralKind.Boolean => new(literal.Number, 0),
            InputType.Timestamp when literal.Kind == LiteralKind.Timestamp => new(0, literal.Time.Ticks),
            InputType.Timestamp when literal.Kind == LiteralKind.Text && WallTime.TryParse(literal.Text, out var time) => new(0, time.Ticks),
            _ => null,
        };
    }
}
