using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Segments;

/// <summary>The comparisons that a person can choose from.</summary>
public enum SegmentOperator { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Between, OneOf, Missing, NotMissing }

/// <summary>A condition that is being put together from a name, a comparison and values as they were typed. What it writes is a segment's text, which still has to be parsed and bound.</summary>
/// <param name="First">The value; for one of several, separated by commas; nothing for missing.</param>
/// <param name="Second">The upper bound of between.</param>
public sealed record SegmentDraft(SegmentOperand Operand, SegmentOperator Operator, string First = "", string Second = "")
{
    /// <summary>The comparisons that make sense of an operand.</summary>
    public static IReadOnlyList<SegmentOperator> OperatorsOf(SegmentOperand operand) => operand switch
    {
        { IsOrdered: true } => [SegmentOperator.Equal, SegmentOperator.NotEqual, SegmentOperator.Less, SegmentOperator.LessOrEqual, SegmentOperator.Greater, SegmentOperator.GreaterOrEqual,
            SegmentOperator.Between, SegmentOperator.OneOf, SegmentOperator.Missing, SegmentOperator.NotMissing],
        { Type: InputType.Boolean } => [SegmentOperator.Equal, SegmentOperator.Missing, SegmentOperator.NotMissing],
        _ => [SegmentOperator.Equal, SegmentOperator.NotEqual, SegmentOperator.OneOf, SegmentOperator.Missing, SegmentOperator.NotMissing],
    };

    /// <summary>The condition as text: <c>distance between 100 and 500</c>, <c>origin in ('LAX', 'JFK')</c>.</summary>
    public string Text => SegmentSyntax.Name(Operand.Name) + Operator switch
    {
        SegmentOperator.NotEqual => $" != {Literal(First)}",
        SegmentOperator.Less => $" < {Literal(First)}",
        SegmentOperator.LessOrEqual => $" <= {Literal(First)}",
        SegmentOperator.Greater => $" > {Literal(First)}",
        SegmentOperator.GreaterOrEqual => $" >= {Literal(First)}",
        SegmentOperator.Between => $" between {Literal(First)} and {Literal(Second)}",
        SegmentOperator.OneOf => $" in ({string.Join(", ", First.Split(',', StringSplitOptions.TrimEntries).Select(Literal))})",
        SegmentOperator.Missing => " is missing",
        SegmentOperator.NotMissing => " is not missing",
        _ => $" = {Literal(First)}",
    };

    /// <summary>Both conditions at once, in canonical form where the first one can be parsed.</summary>
    public static string Both(string text, string condition)
    {
        if (string.IsNullOrWhiteSpace(text))
            return condition;
        var joined = SegmentExpression.Parse($"({text}) and {condition}");
        return SegmentExpression.Parse(text).IsSuccess && joined.IsSuccess ? joined.Value.Text : $"{text} and {condition}";
    }

    private string Literal(string typed)
    {
        var text = typed.Trim();
        var isNumber = double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _);
        return Operand switch
        {
            { Part: TimestampParts.Weekday } => isNumber ? text : SegmentSyntax.Text(text),
            { Type: InputType.Category } => SegmentSyntax.Text(text),
            { Type: InputType.Timestamp, Part: TimestampParts.None } => SegmentSyntax.Text(text),
            _ => text,
        };
    }
}
