using Dashboard.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Dashboard.Web.Api.V1;

/// <summary>A file in a request, read while it arrives: the raw body, or the first file of a multipart form.</summary>
/// <param name="FileName">As the client calls it, without folders.</param>
internal sealed record UploadedFile(Stream Content, string? FileName)
{
    /// <summary>The file's name without its extensions, where it has one.</summary>
    public string? DatasetName => FileName?.Split('.')[0] is { Length: > 0 } name ? name : null;

    public static async Task<Result<UploadedFile>> OpenAsync(HttpRequest request, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return new UploadedFile(request.Body, null);
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
            return InvalidValue.Of("Content-Type", request.ContentType, "multipart/form-data with a boundary");
        var reader = new MultipartReader(boundary, request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(ct) is { } section)
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && disposition.IsFileDisposition())
                    return new UploadedFile(section.Body, Name(disposition));
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return InvalidValue.Of("body", null, $"a complete multipart form ({e.Message.TrimEnd('.')})");
        }

        return InvalidValue.Of("file", null, "a file in the form");
    }

    private static string? Name(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
        return string.IsNullOrEmpty(name) ? null : Error.Shorten(name[(name.LastIndexOfAny(['/', '\\']) + 1)..]);
    }
}
