using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Web.Api.V1;

/// <summary>Reads uploaded files with bounds.</summary>
internal static class Upload
{
    /// <summary>A package's bytes at most, and some for the archive and the form around it.</summary>
    public const long MaxBytes = PackageArchive.MaxBytes + (1 << 20);

    public static RouteHandlerBuilder AcceptsUpload(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequestSizeLimitAttribute(MaxBytes)).DisableAntiforgery();

    /// <summary>The fields and files of a multipart form.</summary>
    public static async Task<Result<UploadedForm>> FormAsync(HttpRequest request, string parts, CancellationToken ct)
    {
        if (!request.HasFormContentType)
            return InvalidValue.Of("Content-Type", request.ContentType, $"multipart/form-data with {parts}");
        try
        {
            return new UploadedForm(await new FormFeature(request, new FormOptions { MultipartBodyLengthLimit = MaxBytes }).ReadFormAsync(ct));
        }
        catch (BadHttpRequestException exception)
        {
            return new BodyRefused(exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorKind.TooLarge : ErrorKind.Invalid, exception.Message);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return new BodyRefused(ErrorKind.Invalid, $"The form cannot be read: {exception.Message}");
        }
    }

    /// <summary>A body as a seekable file that is gone when it is disposed.</summary>
    public static async Task<Result<FileStream>> SpoolAsync(HttpRequest request, DataDirectory directory, CancellationToken ct)
    {
        var file = NewFile(directory);
        try
        {
            await request.Body.CopyToAsync(file, ct);
            file.Position = 0;
            return file;
        }
        catch (BadHttpRequestException exception)
        {
            await file.DisposeAsync();
            return new BodyRefused(exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorKind.TooLarge : ErrorKind.Invalid, exception.Message);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>A scratch file that is gone when it is disposed.</summary>
    public static FileStream NewFile(DataDirectory directory) =>
        new(Path.Combine(directory.Temporary, Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture)), FileMode.CreateNew, FileAccess.ReadWrite,
            FileShare.None, 1 << 16, FileOptions.Asynchronous | FileOptions.DeleteOnClose);

    public static async Task<byte[]> ReadAsync(IFormFile file, CancellationToken ct)
    {
        await using var stream = file.OpenReadStream();
        var content = new byte[file.Length];
        await stream.ReadExactlyAsync(content, ct);
        return content;
    }
}

/// <summary>What came in a multipart form.</summary>
internal sealed record UploadedForm(IFormCollection Parts)
{
    public IFormFile? File(string name) => Parts.Files[name] is { Length: > 0 } file ? file : null;

    /// <summary>A field's text; empty where it was left out.</summary>
    public string Text(string name) => Parts[name].ToString().Trim();
}
