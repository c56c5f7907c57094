using Dashboard.Core.Data;
using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Monitoring.Segments;

/// <summary>Finds what a segment's names mean in one signature, and turns its conditions into what is fast to ask.</summary>
internal sealed class SegmentBinder(string text, IReadOnlyList<FeatureInput> inputs)
{
    private readonly IReadOnlyList<SegmentOperand> operands = SegmentOperand.Of(inputs);

    /// <summary>One end of an interval.</summary>
    private readonly record struct Bound(OperandValue Value, bool IsOpen);

    public Result<SegmentCondition> Bind(SegmentNode node) => node switch
    {
        GroupNode group => Group(group),
        NotNode negation => Negation(negation),
        MissingNode missing => Missing(missing),
        ComparisonNode comparison => Comparison(comparison),
        BetweenNode between => Between(between),
        InNode among => Among(among),
        _ => throw new InvalidOperationException($"{node.GetType().Name} is no condition."),
    };

    private Result<SegmentCondition> Group(GroupNode group)
    {
        var parts = new SegmentCondition[group.Nodes.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var part = Bind(group.Nodes[i]);
            if (!part.IsSuccess)
                return part;
            parts[i] = part.Value;
        }

        return group.All ? new AllCondition(parts) : new AnyCondition(parts);
    }

    private Result<SegmentCondition> Negation(NotNode node)
    {
        var inner = Bind(node.Inner);
        return inner.IsSuccess ? new NotCondition(inner.Value) : inner;
    }

    private Result<SegmentCondition> Missing(MissingNode node)
    {
        var operand = Find(node.Name);
        return operand.IsSuccess ? new MissingCondition(operand.Value.Input, node.IsNegated) : operand.Error!;
    }

    private Result<SegmentCondition> Comparison(ComparisonNode node)
    {
        var found = Find(node.Name);
        if (!found.IsSuccess)
            return found.Error!;
        var operand = found.Value;
        if (node.Comparison is ComparisonOperator.Equal or ComparisonOperator.NotEqual)
            return OneOf(operand, [node.Literal], node.Comparison == ComparisonOperator.NotEqual);
        if (!operand.IsOrdered)
            return WithoutOrder(operand, node.OperatorAt);
        if (operand.ValueOf(node.Literal) is not { } value)
            return Misfit(operand, node.Literal);
        return node.Comparison switch
        {
            ComparisonOperator.Less => Interval(operand, null, new(value, true), false),
            ComparisonOperator.LessOrEqual => Interval(operand, null, new(value, false), false),
            ComparisonOperator.Greater => Interval(operand, new(value, true), null, false),
            _ => Interval(operand, new(value, false), null, false),
        };
    }

    private Result<SegmentCondition> Between(BetweenNode node)
    {
        var found = Find(node.Name);
        if (!found.IsSuccess)
            return found.Error!;
        var operand = found.Value;
        if (!operand.IsOrdered)
            return WithoutOrder(operand, node.KeywordAt);
        if (operand.ValueOf(node.Low) is not { } low)
            return Misfit(operand, node.Low);
        if (operand.ValueOf(node.High) is not { } high)
            return Misfit(operand, node.High);
        if (low.Number > high.Number || low.Ticks > high.Ticks)
            return Fault(node.Low.At, $"the lower bound {node.Low} lies above {node.High}", "the lower bound first; for what wraps around, two comparisons joined by or");
        return Interval(operand, new(low, false), new(high, false), node.IsNegated);
    }

    private Result<SegmentCondition> Among(InNode node)
    {
        var operand = Find(node.Name);
        return operand.IsSuccess ? OneOf(operand.Value, node.Literals, node.IsNegated) : operand.Error!;
    }

    private Result<SegmentCondition> OneOf(SegmentOperand operand, IReadOnlyList<SegmentLiteral> literals, bool isNegated)
    {
        if (operand.Type == InputType.Category)
            return Category(operand, literals, isNegated);
        var values = new OperandValue[literals.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (operand.ValueOf(literals[i]) is not { } value)
                return Misfit(operand, literals[i]);
            values[i] = value;
        }

        if (operand.Part != TimestampParts.None)
            return Part(operand, number => values.Any(value => value.Number == number) != isNegated);
        if (operand.Type == InputType.Timestamp)
        {
            SegmentCondition[] times = [.. values.Select(value => new TimesCondition(operand.Input, value.Ticks, value.Ticks, isNegated))];
            return isNegated ? new AllCondition(times) : new AnyCondition(times);
        }

        return new NumbersCondition(operand.Input, [.. values.Select(value => value.Number)], isNegated);
    }

    private Result<SegmentCondition> Category(SegmentOperand operand, IReadOnlyList<SegmentLiteral> literals, bool isNegated)
    {
        var known = new bool[operand.Categories.Count];
        var unknown = new List<string>();
        foreach (var literal in literals)
        {
            if (literal.Kind != LiteralKind.Text)
                return Misfit(operand, literal);
            var code = IndexOf(operand.Categories, literal.Text);
            if (code < 0)
                unknown.Add(literal.Text);
            else
                known[code] = true;
        }

        return new CategoryCondition(operand.Input, known, [.. unknown], isNegated);
    }

    private static SegmentCondition Interval(SegmentOperand operand, Bound? low, Bound? high, bool isNegated)
    {
        if (operand.Type == InputType.Timestamp && operand.Part == TimestampParts.None)
        {
            var first = low is { } from ? from.Value.Ticks + (from.IsOpen ? 1 : 0) : long.MinValue;
            var last = high is { } to ? to.Value.Ticks - (to.IsOpen ? 1 : 0) : long.MaxValue;
            return new TimesCondition(operand.Input, first, last, isNegated);
        }

        var lowest = low is { } left ? left.IsOpen ? Math.BitIncrement(left.Value.Number) : left.Value.Number : double.NegativeInfinity;
        var highest = high is { } right ? right.IsOpen ? Math.BitDecrement(right.Value.Number) : right.Value.Number : double.PositiveInfinity;
        return operand.Part != TimestampParts.None
            ? Part(operand, number => (number >= lowest && number <= highest) != isNegated)
            : new IntervalCondition(operand.Input, lowest, highest, isNegated);
    }

    private static PartCondition Part(SegmentOperand operand, Func<int, bool> wanted)
    {
        uint bits = 0;
        for (var number = 0; number < 32; number++)
            if (wanted(number))
                bits |= 1u << number;
        return new(operand.Input, operand.Part, bits);
    }

    private static int IndexOf(IReadOnlyList<string> categories, string text)
    {
        for (var i = 0; i < categories.Count; i++)
            if (categories[i] == text)
                return i;
        return -1;
    }

    private Result<SegmentOperand> Find(SegmentName name) =>
        operands.FirstOrDefault(operand => operand.Name == name.Name) is { } found ? found
            : Fault(name.At, $"there is no input '{Error.Shorten(name.Name)}'", $"one of {Error.Shorten(string.Join(", ", operands.Select(operand => SegmentSyntax.Name(operand.Name))))}");

    private InvalidSegment Misfit(SegmentOperand operand, SegmentLiteral literal) =>
        Fault(literal.At, $"{operand.Name} is {operand.Description}, and {Error.Shorten(literal.ToString())} is not", operand.Wanted);

    private InvalidSegment WithoutOrder(SegmentOperand operand, int at) =>
        Fault(at, $"{operand.Name} is {operand.Description}, which has no order", "=, != or in");

    private InvalidSegment Fault(int index, string problem, string expected) => new(text, index + 1, problem, expected);
}
