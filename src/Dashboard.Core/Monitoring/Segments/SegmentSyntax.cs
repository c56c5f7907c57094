using System.Collections.Frozen;
using System.Globalization;

namespace Dashboard.Core.Monitoring.Segments;

/// <summary>How names and values are written in a segment, for whoever puts one together.</summary>
public static class SegmentSyntax
{
    /// <summary>Words with a meaning of their own; a name that is one of them stands in backticks.</summary>
    internal static readonly FrozenSet<string> Keywords =
        new[] { "and", "or", "not", "in", "is", "between", "missing", "true", "false" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name as it stands in a segment: plain where it is a word of letters, digits, _ . or -, otherwise in backticks.</summary>
    public static string Name(string name) =>
        name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-') && !Keywords.Contains(name)
            ? name
            : $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    /// <summary>A text in single quotes.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A number, with as many digits as it takes to read the same one back.</summary>
    public static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A wall time in ISO 8601, without what is zero behind the minute.</summary>
    public static string Timestamp(DateTime time) =>
        time.ToString(time.Ticks % TimeSpan.TicksPerMinute == 0 ? "yyyy-MM-ddTHH:mm" : "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    internal static string Sign(Data.ComparisonOperator comparison) => comparison switch
    {
        Data.ComparisonOperator.Greater => ">",
        Data.ComparisonOperator.GreaterOrEqual => ">=",
        Data.ComparisonOperator.Less => "<",
        Data.ComparisonOperator.LessOrEqual => "<=",
        Data.ComparisonOperator.Equal => "=",
        _ => "!=",
    };
}
