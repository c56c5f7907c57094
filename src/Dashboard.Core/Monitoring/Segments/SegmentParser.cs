using Dashboard.Core.Data;
using Dashboard.Core.Data.Expressions;
using Dashboard.Core.Data.Import;

namespace Dashboard.Core.Monitoring.Segments;

/// <summary>
/// Reads a segment by recursive descent: <c>any := all {or all}</c>, <c>all := one {and one}</c>, <c>one := not one | ( any ) | condition</c>.
/// It goes deeper only with each parenthesis and each "not", whose number is bounded.
/// </summary>
internal sealed class SegmentParser(string text)
{
    private const string Operators = "one of = != < <= > >=, or between, in, is missing";
    private const string Literals = "a number such as 15, a text in quotes such as 'LAX', a timestamp such as 2001-02-03T06:00, true or false";

    private readonly ExpressionScanner scanner = new(text, "<>=!`'\"(),");
    private int depth;

    public Result<SegmentNode> Parse()
    {
        if (text.Length > SegmentExpression.MostCharacters)
            return Fault(SegmentExpression.MostCharacters, $"it has {text.Length} characters", $"at most {SegmentExpression.MostCharacters}");
        scanner.SkipSpace();
        if (scanner.AtEnd)
            return Fault(scanner.At, "it is empty", "a condition such as origin = 'LAX' or hour between 6 and 9");
        var parsed = Any();
        if (!parsed.IsSuccess)
            return parsed;
        return scanner.AtEnd ? parsed : Fault(scanner.At, $"'{scanner.Rest(scanner.At)}' follows the condition", "and, or, or the end");
    }

    private Result<SegmentNode> Any() => Joined("or", all: false, () => Joined("and", all: true, One));

    private Result<SegmentNode> Joined(string keyword, bool all, Func<Result<SegmentNode>> part)
    {
        var nodes = new List<SegmentNode>();
        do
        {
            var node = part();
            if (!node.IsSuccess)
                return node;
            nodes.Add(node.Value);
        }
        while (Take(keyword));
        return SegmentNode.Joined(nodes, all);
    }

    private Result<SegmentNode> One()
    {
        var start = scanner.At;
        if (depth == SegmentExpression.MostDepth)
            return Fault(start, $"it is nested deeper than {SegmentExpression.MostDepth}", $"at most {SegmentExpression.MostDepth} parentheses and nots inside each other");
        depth++;
        var node = Take("not") ? Negated() : scanner.Next == '(' ? Parenthesised() : Condition();
        depth--;
        return node;
    }

    private Result<SegmentNode> Negated()
    {
        var inner = One();
        return inner.IsSuccess ? new NotNode(inner.Value) : inner;
    }

    private Result<SegmentNode> Parenthesised()
    {
        var open = scanner.At;
        Step();
        var inner = Any();
        if (!inner.IsSuccess)
            return inner;
        if (scanner.AtEnd)
            return Fault(open, "the parenthesis is never closed", ")");
        if (scanner.Next != ')')
            return Fault(scanner.At, $"'{scanner.Rest(scanner.At)}' follows the condition", "and, or, or )");
        Step();
        return inner;
    }

    private Result<SegmentNode> Condition()
    {
        var read = ReadName();
        if (!read.IsSuccess)
            return read.Error!;
        var name = read.Value;
        var at = scanner.At;
        if (scanner.Comparison() is { } comparison)
        {
            scanner.SkipSpace();
            var literal = Literal();
            return literal.IsSuccess ? new ComparisonNode(name, comparison, at, literal.Value) : literal.Error!;
        }

        if (Take("is"))
        {
            var present = Take("not");
            return Take("missing") ? new MissingNode(name, present) : Fault(scanner.At, $"{Found()} follows 'is'", "missing or not missing");
        }

        var negated = Take("not");
        at = scanner.At;
        if (Take("between"))
            return Between(name, negated, at);
        if (Take("in"))
            return In(name, negated);
        return Fault(at, $"{Found()} is no comparison", negated ? "between or in" : Operators);
    }

    private Result<SegmentNode> Between(SegmentName name, bool negated, int at)
    {
        var low = Literal();
        if (!low.IsSuccess)
            return low.Error!;
        if (!Take("and"))
            return Fault(scanner.At, $"{Found()} follows the lower bound", "and, then the upper bound");
        var high = Literal();
        return high.IsSuccess ? new BetweenNode(name, negated, at, low.Value, high.Value) : high.Error!;
    }

    private Result<SegmentNode> In(SegmentName name, bool negated)
    {
        if (scanner.Next != '(')
            return Fault(scanner.At, $"{Found()} follows 'in'", "values in parentheses such as ('LAX', 'JFK')");
        var literals = new List<SegmentLiteral>();
        do
        {
            Step();
            var literal = Literal();
            if (!literal.IsSuccess)
                return literal.Error!;
            literals.Add(literal.Value);
        }
        while (scanner.Next == ',');
        if (scanner.Next != ')')
            return Fault(scanner.At, $"{Found()} follows a value", ", or )");
        Step();
        return new InNode(name, negated, literals);
    }

    private Result<SegmentName> ReadName()
    {
        var start = scanner.At;
        if (scanner.Next == '`')
        {
            if (scanner.Quoted() is not { } quoted)
                return Fault(start, "the backtick is never closed", "`input name`");
            scanner.SkipSpace();
            return new SegmentName(quoted, start);
        }

        var word = scanner.Word();
        if (word.Length == 0 || SegmentSyntax.Keywords.Contains(word))
        {
            scanner.At = start;
            return Fault(start, $"{Found()} stands where an input's name belongs", "an input's name, not, or (; a name with spaces or signs in backticks");
        }

        scanner.SkipSpace();
        return new SegmentName(word, start);
    }

    private Result<SegmentLiteral> Literal()
    {
        var start = scanner.At;
        if (scanner.Next is '\'' or '"')
        {
            if (scanner.Quoted() is not { } quoted)
                return Fault(start, "the quote is never closed", "text in quotes such as 'LAX'");
            scanner.SkipSpace();
            return new SegmentLiteral(LiteralKind.Text, 0, quoted, default, start);
        }

        var word = scanner.Word();
        scanner.SkipSpace();
        if (CellParser.TryNumber(word, decimalComma: false, out var number))
            return new SegmentLiteral(LiteralKind.Number, number, word, default, start);
        if (WallTime.TryParse(word, out var time))
            return new SegmentLiteral(LiteralKind.Timestamp, 0, word, time, start);
        if (word.Equals("true", StringComparison.OrdinalIgnoreCase) || word.Equals("false", StringComparison.OrdinalIgnoreCase))
            return new SegmentLiteral(LiteralKind.Boolean, word.Length == 4 ? 1 : 0, word, default, start);
        if (word.Length > 0)
            return Fault(start, $"'{Error.Shorten(word)}' is no value; a text stands in quotes", Literals);
        scanner.At = start;
        return Fault(start, $"{Found()} stands where a value belongs", Literals);
    }

    /// <summary>Takes a keyword and the space behind it; anything else is left.</summary>
    private bool Take(string keyword)
    {
        var start = scanner.At;
        if (scanner.Word().Equals(keyword, StringComparison.OrdinalIgnoreCase))
        {
            scanner.SkipSpace();
            return true;
        }

        scanner.At = start;
        return false;
    }

    private void Step()
    {
        scanner.At++;
        scanner.SkipSpace();
    }

    private string Found() => scanner.AtEnd ? "the end" : $"'{scanner.Rest(scanner.At)}'";

    private InvalidSegment Fault(int index, string problem, string expected) => new(text, index + 1, problem, expected);
}
