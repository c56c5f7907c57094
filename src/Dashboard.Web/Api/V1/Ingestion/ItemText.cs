using System.Text;
using System.Text.Json;

namespace Dashboard.Web.Api.V1.Ingestion;

/// <summary>Small reads that items share.</summary>
internal static class ItemText
{
    public const int MostIdLength = 200;

    /// <summary>An id: text of 1 to 200 characters, or a number as it is written.</summary>
    public static string? Id(ref Utf8JsonReader reader)
    {
        var id = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => Raw(ref reader),
            _ => null,
        };
        // A NUL would end the text in the database.
        return id is { Length: > 0 and <= MostIdLength } && !id.Contains('\0') ? id : null;
    }

    /// <summary>An ISO 8601 time; without an offset it is UTC.</summary>
    public static DateTimeOffset? Time(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetDateTime(out var time))
            return null;
        return new DateTimeOffset(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc));
    }

    /// <summary>The token as it was written, for messages.</summary>
    public static string Raw(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => reader.GetString()!,
        _ => reader.HasValueSequence ? Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence)) : Encoding.UTF8.GetString(reader.ValueSpan),
    };
}
