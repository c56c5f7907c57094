using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Storage.Data;
using Dashboard.Web.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Dashboard.Web.Api.V1;

/// <summary>Datasets over HTTP: register, look at, download, delete.</summary>
internal static class DatasetEndpoints
{
    /// <summary>The media type of an upload is not asked for: clients that send a file as it is seldom know it, and the content tells.</summary>
    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        var datasets = routes.MapGroup("/datasets").WithTags("Datasets");
        datasets.MapPost("", RegisterAsync).WithName("RegisterDataset")
            .WithSummary("Registers CSV, plain or gzip, as the next version of a dataset: the raw body, or a file in a multipart form. Content that is there already answers 200 with its version.")
            .Produces<DatasetRegistered>(StatusCodes.Status201Created).Produces<DatasetRegistered>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        datasets.MapGet("", (DatasetStore store, CancellationToken ct) => store.ListAsync(ct)).WithName("ListDatasets").WithSummary("All datasets with their versions, the newest version first.");
        datasets.MapGet("/{name}", FindAsync).WithName("GetDataset").WithSummary("A dataset with its versions, and the profile of one: the newest, or the one asked for.")
            .Produces<DatasetDetails>().ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/rejected", RejectedAsync).WithName("GetRejectedRows").WithSummary("The rows that did not parse: the first 1,000 with line, column, value and reason, and the count of all.")
            .Produces<RejectedRows>().ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/content", DownloadAsync).WithName("DownloadDataset").WithSummary("The canonical content of a version as CSV.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapDelete("/{name}", DeleteAsync).WithName("DeleteDataset").WithSummary("Deletes a dataset, or one version of it. Refused while a job waits for it or a model was trained on it.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <param name="types">Types that the inference is not asked for: <c>zip:category,when:timestamp</c>.</param>
    private static async Task<IResult> RegisterAsync(HttpContext http, DatasetStore store, Settings settings, [FromQuery] string? name, [FromQuery] string? types, CancellationToken ct)
    {
        var limit = settings.Ingestion.MaxUploadBytes;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit;
        var read = ColumnTypes.Parse(types);
        if (read.Error is { } unknownType)
            return unknownType.ToProblem();
        try
        {
            var upload = await UploadedFile.OpenAsync(http.Request, ct);
            if (upload.Error is { } noFile)
                return noFile.ToProblem();
            var chosen = name ?? upload.Value.DatasetName;
            if (chosen is null)
                return InvalidValue.Of("name", null, $"the dataset's name: {DatasetStore.NameForm}").ToProblem();
            var registration = new DatasetRegistration(chosen, upload.Value.FileName ?? "API", Actor.Of(http), Types: read.Value, MaximumBytes: limit);
            return (await store.RegisterAsync(registration, upload.Value.Content, ct)).Match(Registered, error => error.ToProblem());
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new DatasetTooLarge(limit).ToProblem();
        }
    }

    private static IResult Registered(RegisteredDataset registered)
    {
        var version = registered.Version;
        var body = new DatasetRegistered(version.Dataset.Name, version.Number, version.ContentHash, registered.IsNew, version.Rows, version.RejectedRows,
            CanonicalJson.Deserialize<DatasetProfile>(version.ProfileJson).Schema.Columns);
        return registered.IsNew
            ? Results.Created($"/api/v1/datasets/{Uri.EscapeDataString(version.Dataset.Name)}?version={version.Number}", body)
            : Results.Ok(body);
    }

    private static async Task<IResult> FindAsync(string name, [FromQuery] string? version, DatasetStore store, CancellationToken ct)
    {
        var found = await FindVersionAsync(name, version, store, ct);
        if (found.Error is { } missing)
            return missing.ToProblem();
        var (dataset, number) = found.Value;
        return (await store.ProfileAsync(name, number.Number, ct)).Match(
            profile => Results.Ok(new DatasetDetails(dataset.Name, dataset.Description, dataset.CreatedAt, dataset.Versions, number.Number, profile.Schema.Columns, profile.Columns)),
            error => error.ToProblem());
    }

    private static async Task<IResult> RejectedAsync(string name, [FromQuery] string? version, DatasetStore store, CancellationToken ct)
    {
        var found = await FindVersionAsync(name, version, store, ct);
        if (found.Error is { } missing)
            return missing.ToProblem();
        return (await store.ProfileAsync(name, found.Value.Version.Number, ct)).Match(
            profile => Results.Ok(new RejectedRows(found.Value.Version.Number, profile.RejectedRows, profile.Rejected)),
            error => error.ToProblem());
    }

    private static async Task<IResult> DownloadAsync(string name, [FromQuery] string? version, HttpContext http, DatasetStore store, CanonicalFiles files, CancellationToken ct)
    {
        var found = await FindVersionAsync(name, version, store, ct);
        if (found.Error is { } missing)
            return missing.ToProblem();
        var (dataset, chosen) = found.Value;
        var acceptsGzip = http.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && encoding.Quality is null or > 0);
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (acceptsGzip)
            http.Response.Headers.ContentEncoding = "gzip";
        else
            http.Response.ContentLength = chosen.Bytes;
        return Results.Stream(acceptsGzip ? files.OpenCompressed(chosen.ContentHash) : files.Open(chosen.ContentHash), "text/csv; charset=utf-8",
            $"{dataset.Name}-{chosen.Number}.csv", entityTag: new EntityTagHeaderValue($"\"{chosen.ContentHash}{(acceptsGzip ? "-gzip" : "")}\""));
    }

    private static async Task<IResult> DeleteAsync(string name, [FromQuery] string? version, HttpContext http, DatasetStore store, CancellationToken ct)
    {
        if (version is null)
            return (await store.DeleteAsync(name, Actor.Of(http), withDemo: false, ct)).Match(_ => Results.NoContent(), error => error.ToProblem());
        var number = Number(version);
        return number.Error is { } wrong ? wrong.ToProblem() : (await store.DeleteVersionAsync(name, number.Value, Actor.Of(http), ct)).Match(_ => Results.NoContent(), error => error.ToProblem());
    }

    private static async Task<Result<(DatasetSummary Dataset, DatasetVersionSummary Version)>> FindVersionAsync(string name, string? version, DatasetStore store, CancellationToken ct)
    {
        if (await store.FindAsync(name, ct) is not { } dataset)
            return new NotFound("dataset", name);
        if (version is null)
            return (dataset, dataset.Newest);
        var number = Number(version);
        if (number.Error is { } wrong)
            return wrong;
        return dataset.Versions.FirstOrDefault(v => v.Number == number.Value) is { } found ? (dataset, found) : NotFound.In("dataset", name, "version", version);
    }

    private static Result<int> Number(string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : InvalidValue.Of("version", version, "a version's number, from 1");
}
