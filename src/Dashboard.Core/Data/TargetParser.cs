namespace Dashboard.Core.Data;

/// <summary>Reads <c>column [operator literal]</c>. A column whose name is not a plain word stands in backticks; text and timestamps stand in quotes.</summary>
internal sealed class TargetParser(string text, DataSchema schema)
{
    private const string Operators = "one of > >= < <= = == !=";

    private int at;

    public Result<TargetExpression> Parse()
    {
        SkipSpace();
        if (at == text.Length)
            return Fault(at, "it is empty", $"a column or a comparison such as delay > 15; the columns are {Columns()}");
        var named = ReadColumn();
        if (named.Error is { } unknown)
            return unknown;
        var column = named.Value;
        SkipSpace();
        if (at == text.Length)
            return new TargetExpression(text.Trim(), column, null, 0, null);
        var operatorAt = at;
        if (ReadOperator() is not { } comparison)
            return Fault(operatorAt, $"'{Rest(operatorAt)}' is no comparison", Operators);
        SkipSpace();
        return ReadOperand(column, comparison, operatorAt);
    }

    private Result<Column> ReadColumn()
    {
        var start = at;
        string name;
        if (text[at] == '`')
        {
            var end = text.IndexOf('`', at + 1);
            if (end < 0)
                return Fault(start, "the backtick is never closed", "`column name`");
            name = text[(at + 1)..end];
            at = end + 1;
        }
        else
        {
            while (at < text.Length && !char.IsWhiteSpace(text[at]) && !"<>=!`'\"".Contains(text[at]))
                at++;
            name = text[start..at];
        }

        var index = schema.IndexOf(name);
        return index >= 0 ? schema.Columns[index] : Fault(start, name.Length == 0 ? "there is no column before the comparison" : $"there is no column '{Error.Shorten(name)}'",
            $"one of {Columns()}; a name with spaces or signs in backticks");
    }

    private ComparisonOperator? ReadOperator()
    {
        foreach (var (sign, comparison) in (ReadOnlySpan<(string, ComparisonOperator)>)
            [(">=", ComparisonOperator.GreaterOrEqual), ("<=", ComparisonOperator.LessOrEqual), ("==", ComparisonOperator.Equal), ("!=", ComparisonOperator.NotEqual),
             ("<>", ComparisonOperator.NotEqual), (">", ComparisonOperator.Greater), ("<", ComparisonOperator.Less), ("=", ComparisonOperator.Equal)])
        {
            if (!text.AsSpan(at).StartsWith(sign))
                continue;
            at += sign.Length;
            return comparison;
        }

        return null;
    }

    private Result<TargetExpression> ReadOperand(Column column, ComparisonOperator comparison, int operatorAt)
    {
        var start = at;
        if (start == text.Length)
            return Fault(start, "the comparison has no right side", Wanted(column));
        string literal;
        var quoted = text[at] is '\'' or '"';
        if (quoted)
        {
            var quote = text[at];
            var end = at;
            do
                end = text.IndexOf(quote, end == at ? at + 1 : end + 2);
            while (end >= 0 && end + 1 < text.Length && text[end + 1] == quote);
            if (end < 0)
                return Fault(start, "the quote is never closed", Wanted(column));
            literal = text[(at + 1)..end].Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal);
            at = end + 1;
        }
        else
        {
            while (at < text.Length && !char.IsWhiteSpace(text[at]))
                at++;
            literal = text[start..at];
        }

        SkipSpace();
        if (at < text.Length)
            return Fault(at, $"'{Rest(at)}' follows the comparison", "the end: a target has one comparison");
        return Bind(column, comparison, operatorAt, literal, quoted, start);
    }

    private Result<TargetExpression> Bind(Column column, ComparisonOperator comparison, int operatorAt, string literal, bool quoted, int start)
    {
        var ordered = comparison is not (ComparisonOperator.Equal or ComparisonOperator.NotEqual);
        if (ordered && column.Type is not (ColumnType.Number or ColumnType.Timestamp))
            return Fault(operatorAt, $"column '{column.Name}' is {Describe(column.Type)}, which has no order", "= or !=");
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
                return Fault(start, $"column '{column.Name}' is {Describe(column.Type)}, and '{Error.Shorten(Rest(start))}' is not", Wanted(column));
        }
    }

    private static string Describe(ColumnType type) => type switch
    {
        ColumnType.Number => "a number",
        ColumnType.Category => "a category",
        ColumnType.Boolean => "true or false",
        ColumnType.Timestamp => "a timestamp",
        _ => "text",
    };

    private static string Wanted(Column column) => column.Type switch
    {
        ColumnType.Number => "a number such as 15 or -0.5",
        ColumnType.Timestamp => "a timestamp in quotes such as '2001-02-03T06:00'",
        ColumnType.Boolean => "true or false",
        _ => "text in quotes such as 'LAX'",
    };

    private string Columns() => Error.Shorten(string.Join(", ", schema.Columns.Select(column => column.Name)));

    private string Rest(int from) => Error.Shorten(text[from..].TrimEnd());

    private InvalidTarget Fault(int index, string problem, string expected) => new(text, index + 1, problem, expected);

    private void SkipSpace()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
    }
}
