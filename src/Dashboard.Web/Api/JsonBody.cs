using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Core;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api;

/// <summary>Reads a JSON body and says which field does not fit, where the framework's own binder would only say that something did not. A field that is not known is refused: whoever sends it means something by it.</summary>
internal static class JsonBody
{
    /// <summary>Far more than any decision has to say; data come in by other ways.</summary>
    private const int MostBytes = 1 << 20;

    private static readonly JsonSerializerOptions Strict = new(CanonicalJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <param name="mostBytes">A longer body is refused.</param>
    public static async Task<Result<T>> ReadAsync<T>(HttpRequest request, CancellationToken ct, int mostBytes = MostBytes)
        where T : class
    {
        // A page elsewhere can make a browser send text, but not JSON: what changes something takes nothing else.
        if (!request.HasJsonContentType())
            return InvalidValue.Of("Content-Type", request.ContentType, "application/json");
        try
        {
            using var body = new MemoryStream();
            var buffer = new byte[16_384];
            for (int read; (read = await request.Body.ReadAsync(buffer, ct)) > 0;)
            {
                if (body.Length + read > mostBytes)
                    return new BodyRefused(ErrorKind.TooLarge, $"The body is longer than {mostBytes} bytes.");
                body.Write(buffer, 0, read);
            }

            return Read<T>(body.GetBuffer().AsSpan(0, (int)body.Length));
        }
        catch (BadHttpRequestException fault)
        {
            return new BodyRefused(fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorKind.TooLarge : ErrorKind.Invalid, fault.Message);
        }
    }

    private static Result<T> Read<T>(ReadOnlySpan<byte> body)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Strict) is { } read ? read : InvalidValue.Of("body", "null", "a JSON object");
        }
        catch (JsonException fault)
        {
            JsonDocument document;
            try
            {
                document = JsonDocument.Parse(body.ToArray());
            }
            catch (JsonException broken)
            {
                return InvalidJson.At(body, broken) with { Field = "body", Expected = "valid JSON" };
            }

            using (document)
                return JsonMisfit.In(document.RootElement, Strict.GetTypeInfo(typeof(T))) ?? InvalidValue.Of(JsonMisfit.FieldOf(fault), null, "JSON of the documented form");
        }
    }
}

/// <summary>A body that the server did not read to its end.</summary>
internal sealed record BodyRefused(ErrorKind Because, string Reason) : Error(Because, Reason);
