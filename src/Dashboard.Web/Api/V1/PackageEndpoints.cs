using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Registry;
using Dashboard.Storage;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Signing;

namespace Dashboard.Web.Api.V1;

/// <summary>Packages out and in, and plain XGBoost files in.</summary>
internal static class PackageEndpoints
{
    // Routing passes a request by whose media type an endpoint does not name; the endpoint answers it, with what is wrong.
    private const string Any = "*/*";

    public static void MapPackages(this IEndpointRouteBuilder routes)
    {
        var versions = routes.MapGroup("/models/{model}/versions").WithTags("Models");
        versions.MapGet("/{version}/package", DownloadAsync).Produces(StatusCodes.Status200OK, contentType: "application/zip").ProducesProblem(404).WithSummary("Download a version's package");
        versions.MapPost("/package", ImportPackageAsync).AcceptsUpload().Accepts<Stream>("application/zip", Any).Produces<VersionView>().ProducesProblem(400).ProducesProblem(413).WithSummary("Import a package as a version");
        versions.MapPost("/xgboost", ImportXGBoostAsync).AcceptsUpload().Accepts<IFormFile>("multipart/form-data", Any).Produces<VersionView>().ProducesProblem(400).ProducesProblem(413)
            .WithSummary("Import an XGBoost model file: file, and if wanted features (names, separated by commas), reference (a sample in CSV), target (the sample's column that holds the outcome) and promote (true)");
    }

    private static async Task<IResult> DownloadAsync(string model, string version, DataDirectory directory, ModelRegistry registry, PackageStore packages, PackageSignatures signatures, CancellationToken ct)
    {
        var found = await registry.FindVersionAsync(model, version, ct);
        if (found.Error is { } unknown)
            return unknown.ToProblem();
        var package = await packages.ReadAsync(found.Value.Digest, ct);
        if (package.Error is { } damaged)
            return damaged.ToProblem();
        // A zip is written with steps back: it takes a file first, and the answer has a length.
        var zip = Upload.NewFile(directory);
        await PackageArchive.WriteAsync(await signatures.SignedAsync(package.Value, ct), zip, ct);
        zip.Position = 0;
        return Results.Stream(zip, "application/zip", $"{model}-v{found.Value.Number}.zip", found.Value.CreatedAt);
    }

    private static async Task<IResult> ImportPackageAsync(string model, HttpContext context, DataDirectory directory, ModelRegistry registry, CancellationToken ct)
    {
        var spooled = await Upload.SpoolAsync(context.Request, directory, ct);
        if (spooled.Error is { } refused)
            return refused.ToProblem();
        await using var zip = spooled.Value;
        var package = await PackageArchive.ReadAsync(zip, ct);
        if (package.Error is { } damaged)
            return damaged.ToProblem();
        var registered = await registry.RegisterAsync(new(model, package.Value, "imported package", Actor.Of(context)), ct);
        return await AnswerAsync(registered, registry, ct);
    }

    private static async Task<IResult> ImportXGBoostAsync(string model, HttpContext context, XGBoostImport import, ModelRegistry registry, ChampionSwitch champions, PolicyStore policies, CancellationToken ct)
    {
        var form = await Upload.FormAsync(context.Request, "the file, and if wanted features, reference, target and promote", ct);
        if (form.Error is { } unreadable)
            return unreadable.ToProblem();
        if (form.Value.File("file") is not { } file)
            return InvalidValue.Of("file", null, "an XGBoost model in JSON or UBJSON").ToProblem();
        var promote = form.Value.Text("promote");
        if (promote is not ("" or "true" or "false"))
            return InvalidValue.Of("promote", promote, "true or false").ToProblem();
        if (promote == "true" && (Actor.Refusal(context, Permission.Promote, model) ?? await policies.DirectRefusalAsync(model, ct, mayBeNew: true)) is { } mayNot)
            return mayNot.ToProblem();
        await using var reference = form.Value.File("reference")?.OpenReadStream();
        var names = form.Value.Text("features");
        var imported = await import.RunAsync(new(model, await Upload.ReadAsync(file, ct), Actor.Of(context),
            names.Length == 0 ? null : names.Split(',', StringSplitOptions.TrimEntries), reference, Target: form.Value.Text("target") is { Length: > 0 } target ? target : null), ct);
        if (imported.Error is { } fault)
            return fault.ToProblem();
        if (promote == "true" && (await champions.PromoteAsync(new(model, Actor.Of(context), "Imported"), imported.Value.Number, ct)).Error is { } notPromoted)
            return notPromoted.ToProblem();
        return await AnswerAsync(imported, registry, ct);
    }

    private static async Task<IResult> AnswerAsync(Result<ModelVersion> registered, ModelRegistry registry, CancellationToken ct)
    {
        if (registered.Error is { } fault)
            return fault.ToProblem();
        var found = await registry.FindVersionAsync(registered.Value.Model.Name, registered.Value.Number.ToString(), ct);
        return found.Match(version => Results.Ok(VersionView.Of(version)), Problems.ToProblem);
    }
}
