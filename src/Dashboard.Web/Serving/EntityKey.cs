using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Monitoring;

namespace Dashboard.Web.Serving;

/// <summary>Whom or what a request is about, so that the same one gets the same version: the header, or a text in the body.</summary>
internal static class EntityKey
{
    public const string Header = "X-Entity-Key";

    /// <summary>The header's key; null where there is none.</summary>
    public static Error? FromHeader(HttpRequest request, out string? key)
    {
        key = null;
        if (!request.Headers.TryGetValue(Header, out var values))
            return null;
        if (values is not [{ } only])
            return InvalidValue.Of(Header, $"{values.Count} values", "it once");
        key = only;
        return EntityKeys.Check(Header, only);
    }

    /// <summary>Reads the key on which the reader stands; null is none.</summary>
    public static Error? Read(ref Utf8JsonReader reader, string field, out string? key)
    {
        key = null;
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.String)
            return InvalidValue.Of(field, InputReader.Show(ref reader), EntityKeys.Wanted);
        key = reader.GetString()!;
        return EntityKeys.Check(field, key);
    }

    /// <summary>
    /// Finds the key in a body before anything else of it is read, and the id that stands for it where there is none: the request's, or the first of its rows' ids. It makes no text of anything else.
    /// A body that is not JSON has neither here; whoever reads it says what is wrong.
    /// </summary>
    /// <param name="parameters">The object that ids of rows are in.</param>
    /// <param name="isNested">Whether the key is in that object, too, and the request may have an id beside it; otherwise it is beside the object.</param>
    public static Error? Skim(ReadOnlySpan<byte> json, ReadOnlySpan<byte> parameters, bool isNested, out string? key, out string? id)
    {
        (key, id) = (null, null);
        string? rowId = null;
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isParameters = reader.ValueTextEquals(parameters);
                var isKey = !isNested && reader.ValueTextEquals("entity"u8);
                var isId = isNested && reader.ValueTextEquals("id"u8);
                reader.Read();
                if (isKey && IsText(reader))
                {
                    var error = Read(ref reader, "entity", out key);
                    if (error is not null || key is not null)
                        return error;
                }
                else if (isParameters && reader.TokenType == JsonTokenType.StartObject)
                {
                    var error = SkimParameters(ref reader, isNested, out key, ref rowId);
                    if (error is not null || key is not null)
                        return error;
                }
                else if (isId && reader.TokenType == JsonTokenType.String && IsText(reader))
                {
                    id = reader.GetString();
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            // The body ends or breaks here: its reader will say so. What was found before stands.
        }

        id = string.IsNullOrEmpty(id) ? rowId : id;
        return null;
    }

    private static Error? SkimParameters(ref Utf8JsonReader reader, bool isNested, out string? key, ref string? rowId)
    {
        key = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKey = isNested && reader.ValueTextEquals("entity"u8);
            var isIds = reader.ValueTextEquals("ids"u8);
            reader.Read();
            if (isKey && IsText(reader))
            {
                var error = Read(ref reader, "parameters.entity", out key);
                if (error is not null || key is not null)
                    return error;
            }
            else if (isIds && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (rowId is null && reader.TokenType == JsonTokenType.String && IsText(reader))
                        rowId = reader.GetString();
                    reader.Skip();
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return null;
    }

    /// <summary>False for a text that <see cref="BodyText"/> would refuse: no string can be made of it.</summary>
    private static bool IsText(in Utf8JsonReader reader) => reader.TokenType != JsonTokenType.String || BodyText.Check(reader.ValueSpan) is null;
}
