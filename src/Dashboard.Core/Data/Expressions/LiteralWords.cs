namespace Dashboard.Core.Data.Expressions;

/// <summary>How messages speak of types and of the values that fit them.</summary>
internal static class LiteralWords
{
    /// <summary>Completes "x is".</summary>
    public static string Describe(ColumnType type) => type switch
    {
        ColumnType.Number => "a number",
        ColumnType.Category => "a category",
        ColumnType.Boolean => "true or false",
        ColumnType.Timestamp => "a timestamp",
        _ => "text",
    };

    /// <summary>Completes "Expected".</summary>
    public static string Wanted(ColumnType type) => type switch
    {
        ColumnType.Number => "a number such as 15 or -0.5",
        ColumnType.Timestamp => "a timestamp in quotes such as '2001-02-03T06:00'",
        ColumnType.Boolean => "true or false",
        _ => "text in quotes such as 'LAX'",
    };
}
