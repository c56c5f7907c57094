using System.Globalization;
using System.Text.Json;
using Dashboard.Core;

namespace Dashboard.Web.Serving;

/// <summary>Reads what both protocols know about a prediction beside its inputs: ids and event times.</summary>
internal static class RequestParameters
{
    private static readonly string[] EventTimeFormats =
        ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd"];

    /// <summary>An id: a text of at most 200 characters; null and the empty text are none.</summary>
    public static Error? ReadId(ref Utf8JsonReader reader, string field, out string? id)
    {
        id = null;
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.String)
            return InvalidValue.Of(field, InputReader.Show(ref reader), $"a text of at most {PredictionRequest.MaxIdLength} characters");
        var text = reader.GetString()!;
        if (text.Length > PredictionRequest.MaxIdLength)
            return InvalidValue.Of(field, text, $"at most {PredictionRequest.MaxIdLength} characters, and it has {text.Length}");
        id = text.Length == 0 ? null : text;
        return null;
    }

    /// <summary>Reads "ids", "event_time" or "entity" into the request where the reader stands on one's value; leaves any other parameter alone.</summary>
    public static Error? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, int maxRows, ref PredictionRequest request)
    {
        if (name.SequenceEqual("event_time"u8))
            return ReadEventTimes(ref reader, maxRows, ref request);
        if (name.SequenceEqual("ids"u8))
            return ReadIds(ref reader, maxRows, ref request);
        if (name.SequenceEqual("entity"u8))
            return ReadEntity(ref reader, "parameters.entity", ref request);
        reader.Skip();
        return null;
    }

    public static Error? ReadEntity(ref Utf8JsonReader reader, string field, ref PredictionRequest request)
    {
        var error = EntityKey.Read(ref reader, field, out var key);
        request.Entity = key ?? request.Entity;
        return error;
    }

    private static Error? ReadIds(ref Utf8JsonReader reader, int maxRows, ref PredictionRequest request)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return InvalidValue.Of("parameters.ids", InputReader.Show(ref reader), "an array with an id for each row");
        var ids = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (ids.Count == maxRows)
                return InvalidValue.Of("parameters.ids", "more", $"at most {maxRows} ids");
            if (ReadId(ref reader, $"parameters.ids[{ids.Count}]", out var id) is { } error)
                return error;
            if (id is null)
                return InvalidValue.Of($"parameters.ids[{ids.Count}]", "", "a text that is not empty");
            ids.Add(id);
        }

        request.Ids = [.. ids];
        return null;
    }

    private static InvalidValue? ReadEventTimes(ref Utf8JsonReader reader, int maxRows, ref PredictionRequest request)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            var error = ReadEventTime(ref reader, "parameters.event_time", out var only);
            request.EventTimes = [only];
            return error;
        }

        var times = new List<DateTimeOffset>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (times.Count == maxRows)
                return InvalidValue.Of("parameters.event_time", "more", $"at most {maxRows} times");
            if (ReadEventTime(ref reader, $"parameters.event_time[{times.Count}]", out var time) is { } error)
                return error;
            times.Add(time);
        }

        request.EventTimes = [.. times];
        return null;
    }

    private static InvalidValue? ReadEventTime(ref Utf8JsonReader reader, string field, out DateTimeOffset time)
    {
        time = default;
        return reader.TokenType == JsonTokenType.String
            && DateTimeOffset.TryParseExact(reader.GetString(), EventTimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time)
                ? null
                : InvalidValue.Of(field, InputReader.Show(ref reader), "an ISO 8601 time such as 2001-02-03T06:00:00Z (without an offset it is UTC)");
    }
}
