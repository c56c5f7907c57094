using System.Globalization;
using Dashboard.Core.Data.Features;

namespace Dashboard.Storage.Monitoring;

/// <summary>How logged values stand in a CSV: as they came, times in ISO 8601, missing as nothing.</summary>
internal static class CsvText
{
    public static string Of(FeatureInput input, in InputValue value) => value.Kind switch
    {
        InputKind.Missing => "",
        InputKind.Boolean => value.Number != 0 ? "true" : "false",
        InputKind.Code => Quoted(input.Categories[(int)value.Number]),
        InputKind.Text => Quoted(value.Text!),
        InputKind.Timestamp => value.AsTimestamp().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        _ => Of(value.Number),
    };

    public static string Of(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    public static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A column's name, with underscores behind it until no input has it.</summary>
    public static string Free(string name, IReadOnlyCollection<string> taken)
    {
        while (taken.Contains(name))
            name += "_";
        return name;
    }
}
