using Dashboard.Core.Data.Expressions;

namespace Dashboard.Core.Data;

/// <summary>Reads <c>column [operator literal]</c>. A column whose name is not a plain word stands in backticks; text and timestamps stand in quotes.</summary>
internal sealed class TargetParser(string text, DataSchema schema)
{
    private const string Operators = "one of > >= < <= = == !=";

    private readonly ExpressionScanner scanner = new(text, "<>=!`'\"");

    public Result<TargetExpression> Parse()
    {
        scanner.SkipSpace();
        if (scanner.AtEnd)
            return Fault(scanner.At, "it is empty", $"a column or a comparison such as delay > 15; the columns are {Columns()}");
        var named = ReadColumn();
        if (named.Error is { } unknown)
            return unknown;
        var column = named.Value;
        scanner.SkipSpace();
        if (scanner.AtEnd)
            return new TargetExpression(text.Trim(), column, null, 0, null);
        var operatorAt = scanner.At;
        if (scanner.Comparison() is not { } comparison)
            return Fault(operatorAt, $"'{scanner.Rest(operatorAt)}' is no comparison", Operators);
        scanner.SkipSpace();
        return ReadOperand(column, comparison, operatorAt);
    }

    private Result<Column> ReadColumn()
    {
        var start = scanner.At;
        if ((scanner.Next == '`' ? scanner.Quoted() : scanner.Word()) is not { } name)
            return Fault(start, "the backtick is never closed", "`column name`");
        var index = schema.IndexOf(name);
        return index >= 0 ? schema.Columns[index] : Fault(start, name.Length == 0 ? "there is no column before the comparison" : $"there is no column '{Error.Shorten(name)}'",
            $"one of {Columns()}; a name with spaces or signs in backticks");
    }

    private Result<TargetExpression> ReadOperand(Column column, ComparisonOperator comparison, int operatorAt)
    {
        var start = scanner.At;
        if (scanner.AtEnd)
            return Fault(start, "the comparison has no right side", LiteralWords.Wanted(column.Type));
        var quoted = scanner.Next is '\'' or '"';
        if ((quoted ? scanner.Quoted() : scanner.UntilSpace()) is not { } literal)
            return Fault(start, "the quote is never closed", LiteralWords.Wanted(column.Type));
        scanner.SkipSpace();
        if (!scanner.AtEnd)
            return Fault(scanner.At, $"'{scanner.Rest(scanner.At)}' follows the comparison", "the end: a target has one comparison");
        return Bind(column, comparison, operatorAt, literal, quoted, start);
    }

    private Result<TargetExpression> Bind(Column column, ComparisonOperator comparison, int operatorAt, string literal, bool quoted, int start)
    {
        var ordered = comparison is not (ComparisonOperator.Equal or ComparisonOperator.NotEqual);
        if (ordered && column.Type is not (ColumnType.Number or ColumnType.Timestamp))
            return Fault(operatorAt, $"column '{column.Name}' is {LiteralWords.Describe(column.Type)}, which has no order", "= or !=");
        switch (column.Type)
        {
            case ColumnType.Number when !quoted && Import.CellParser.TryNumber(literal, decimalComma: false, out var number):
                return new TargetExpression(text.Trim(), column, comparison, number, null);
            case ColumnType.Timestamp when quoted && WallTime.TryParse(literal, out var time):
                return new TargetExpression(text.Trim(), column, comparison, UnixSeconds.Of(time), null);
            case ColumnType.Boolean when literal is "true" or "false":
                return new TargetExpression(text.Trim(), column, comparison, literal == "true" ? 1 : 0, null);
            case ColumnType.Category or ColumnType.Text when quoted && literal.Length > 0:
                return new TargetExpression(text.Trim(), column, comparison, 0, literal);
            default:
                return Fault(start, $"column '{column.Name}' is {LiteralWords.Describe(column.Type)}, and '{scanner.Rest(start)}' is not", LiteralWords.Wanted(column.Type));
        }
    }

    private string Columns() => Error.Shorten(string.Join(", ", schema.Columns.Select(column => column.Name)));

    private InvalidTarget Fault(int index, string problem, string expected) => new(text, index + 1, problem, expected);
}
