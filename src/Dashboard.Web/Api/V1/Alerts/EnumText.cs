using System.Text.Json;
using Dashboard.Core;

namespace Dashboard.Web.Api.V1.Alerts;

/// <summary>Reads a word of a body as one of an enumeration's, and lists the words where it is none of them.</summary>
internal static class EnumText
{
    /// <param name="otherwise">Where nothing was sent; null: something must be.</param>
    public static Result<T> Parse<T>(string field, string? text, T? otherwise = null)
        where T : struct, Enum
    {
        if (text is null && otherwise is { } value)
            return value;
        foreach (var candidate in Enum.GetValues<T>())
            if (Word(candidate).Equals(text, StringComparison.OrdinalIgnoreCase))
                return candidate;
        return InvalidValue.Of(field, text, $"one of {string.Join(", ", Enum.GetValues<T>().Select(Word))}");
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
