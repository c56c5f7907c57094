using System.Text;
using System.Text.Json;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving;

namespace Dashboard.Web.Serving;

/// <summary>Reads one raw input value from JSON, straight into the form that is encoded and logged, from a body that <see cref="BodyText"/> has checked. On the hot path: it allocates only for a category that the model does not know.</summary>
internal static class InputReader
{
    /// <summary>A text longer than this is no category and no timestamp.</summary>
    private const int MaxTextBytes = 1024;

    /// <summary>Reads the scalar on which the reader stands; null and an empty text are missing.</summary>
    /// <returns>Null when the value was read; otherwise what was expected.</returns>
    public static string? Read(ref Utf8JsonReader reader, ServedModel model, int input, out InputValue value)
    {
        value = InputValue.Missing;
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        switch (model.Manifest.Preprocessing.Inputs[input].Type)
        {
            case InputType.Number:
                return ReadNumber(ref reader, out value);
            case InputType.Boolean:
                return ReadBoolean(ref reader, out value);
            case InputType.Category:
                return ReadText(ref reader, model.Encoder, input, out value);
            default:
                return ReadTimestamp(ref reader, out value);
        }
    }

    /// <summary>The value on which the reader stands, as it was written, for a message.</summary>
    public static string Show(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Null => "null",
        _ => Encoding.UTF8.GetString(reader.ValueSpan),
    };

    private static string? ReadNumber(ref Utf8JsonReader reader, out InputValue value)
    {
        value = default;
        if (reader.TokenType != JsonTokenType.Number)
            return "a number, or null where it is missing";

        // XGBoost works on 32-bit floats: a larger number would arrive as infinity.
        if (!reader.TryGetDouble(out var number) || !(Math.Abs(number) <= float.MaxValue))
            return RequestFault.NumberRange;
        value = InputValue.OfNumber(number);
        return null;
    }

    private static string? ReadBoolean(ref Utf8JsonReader reader, out InputValue value)
    {
        var isZeroOrOne = reader.TokenType is JsonTokenType.True or JsonTokenType.False;
        var number = reader.TokenType == JsonTokenType.True ? 1d : 0d;
        if (reader.TokenType == JsonTokenType.Number)
            isZeroOrOne = reader.TryGetDouble(out number) && number is 0 or 1;
        value = isZeroOrOne ? InputValue.OfBoolean(number == 1) : default;
        return isZeroOrOne ? null : "true or false, or null where it is missing";
    }

    private static string? ReadText(ref Utf8JsonReader reader, FeatureEncoder encoder, int input, out InputValue value)
    {
        value = default;
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > MaxTextBytes)
            return "a text of at most 1024 bytes, or null where it is missing";
        if (reader.ValueSpan.IsEmpty)
            return null;
        if (!reader.ValueIsEscaped)
        {
            value = encoder.Category(input, reader.ValueSpan);
            return null;
        }

        Span<char> unescaped = stackalloc char[MaxTextBytes];
        value = encoder.Category(input, unescaped[..reader.CopyString(unescaped)]);
        return null;
    }

    private static string? ReadTimestamp(ref Utf8JsonReader reader, out InputValue value)
    {
        value = default;
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty)
            return null;
        Span<char> text = stackalloc char[64];
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > text.Length
            || !FeatureEncoder.TryParseTimestamp(text[..reader.CopyString(text)], out var wallTime))
            return "an ISO 8601 timestamp such as 2001-02-03T06:00, or null where it is missing";
        value = InputValue.OfTimestamp(wallTime);
        return null;
    }
}
