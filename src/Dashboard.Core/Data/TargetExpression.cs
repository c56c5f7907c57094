using System.Globalization;
using Dashboard.Core.Data.Expressions;

namespace Dashboard.Core.Data;

/// <summary>A target that cannot be understood, with the place in the text.</summary>
public sealed record InvalidTarget : InvalidExpression
{
    public InvalidTarget(string text, int position, string problem, string expected)
        : base("Target", "target", text, position, problem, expected)
    {
    }
}

public enum ComparisonOperator { Greater, GreaterOrEqual, Less, LessOrEqual, Equal, NotEqual }

/// <summary>
/// What a model learns to predict: a column (<c>delay</c>) or a comparison over one (<c>delay &gt; 15</c>, <c>origin = 'LAX'</c>, <c>`arrival delay` &lt;= 0</c>).
/// A missing cell stays missing. Numbers and timestamps can be ordered; categories, text and booleans compare with = and !=.
/// </summary>
public sealed class TargetExpression
{
    private readonly double operandNumber;
    private readonly string? operandText;

    internal TargetExpression(string text, Column column, ComparisonOperator? comparison, double operandNumber, string? operandText)
    {
        (Text, Type, Column, Operator) = (text, column.Type, column.Name, comparison);
        (this.operandNumber, this.operandText) = (operandNumber, operandText);
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>The name of the column under the expression.</summary>
    public string Column { get; }

    public ColumnType Type { get; }

    public ComparisonOperator? Operator { get; }

    /// <summary>Whether the target is true or false for each row.</summary>
    public bool IsComparison => Operator is not null;

    /// <summary>Parses a target against the columns that there are.</summary>
    public static Result<TargetExpression> Parse(string text, DataSchema schema) => new TargetParser(text, schema).Parse();

    /// <summary>The target's value for a canonical cell: NaN where it is missing; 1 or 0 for a comparison or a boolean column; the number of a number column; Unix seconds of a timestamp.</summary>
    /// <exception cref="InvalidOperationException">The target is a plain category or text column: its classes are not numbers.</exception>
    public double Evaluate(string? cell)
    {
        if (cell is null)
            return double.NaN;
        if (Operator is not { } comparison)
            return Type is ColumnType.Category or ColumnType.Text ? throw new InvalidOperationException($"Column '{Column}' holds classes, not numbers.") : Number(cell);
        var order = operandText is null ? Number(cell).CompareTo(operandNumber) : string.CompareOrdinal(cell, operandText);
        var holds = comparison switch
        {
            ComparisonOperator.Greater => order > 0,
            ComparisonOperator.GreaterOrEqual => order >= 0,
            ComparisonOperator.Less => order < 0,
            ComparisonOperator.LessOrEqual => order <= 0,
            ComparisonOperator.Equal => order == 0,
            _ => order != 0,
        };
        return holds ? 1 : 0;
    }

    private double Number(string cell) => Type switch
    {
        ColumnType.Boolean => cell == "true" ? 1 : 0,
        ColumnType.Timestamp => WallTime.TryParse(cell, out var time) ? UnixSeconds.Of(time) : double.NaN,
        _ => double.Parse(cell, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
