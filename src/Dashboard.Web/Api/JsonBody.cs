using System.Text.Json;
using Dashboard.Core;

namespace Dashboard.Web.Api;

/// <summary>Reads a JSON body and says which field does not fit, where the framework's own binder would only say that something did not.</summary>
internal static class JsonBody
{
    public static async Task<Result<T>> ReadAsync<T>(HttpRequest request, CancellationToken ct)
        where T : class
    {
        // A page elsewhere can make a browser send text, but not JSON: what changes something takes nothing else.
        if (!request.HasJsonContentType())
            return InvalidValue.Of("Content-Type", request.ContentType, "application/json");
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, CanonicalJson.Options, ct) is { } body
                ? body
                : InvalidValue.Of("body", "null", "a JSON object");
        }
        catch (JsonException fault)
        {
            var field = fault.Path?.TrimStart('$').TrimStart('.');
            return InvalidValue.Of(string.IsNullOrEmpty(field) ? "body" : field, null, "JSON of the documented form")
                with { Message = $"The body is not valid: {fault.Message}" };
        }
        catch (BadHttpRequestException fault)
        {
            return new BodyRefused(fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorKind.TooLarge : ErrorKind.Invalid, fault.Message);
        }
    }
}

/// <summary>A body that the server did not read to its end.</summary>
internal sealed record BodyRefused(ErrorKind Because, string Reason) : Error(Because, Reason);
