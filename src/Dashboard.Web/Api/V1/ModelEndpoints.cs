using Dashboard.Core;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;

namespace Dashboard.Web.Api.V1;

/// <summary>Registered models, their versions and aliases, and what happened to them.</summary>
internal static class ModelEndpoints
{
    // Routing passes a request by whose media type an endpoint does not name; the endpoint answers it, with what is wrong.
    private const string Any = "*/*";

    private const int MaxActivity = 500;

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/models").WithTags("Models");
        models.MapGet("", async (HttpContext context, ModelRegistry registry, CancellationToken ct) => (await registry.ListAsync(ct)).Where(model => Actor.MaySee(context, model.Name)).Select(ModelView.Of)).WithSummary("List models");
        models.MapPost("", CreateAsync).Accepts<NewModel>("application/json", Any).Produces<ModelView>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(409).WithSummary("Create a model");
        models.MapGet("/{model}", FindAsync).Produces<ModelView>().ProducesProblem(404).WithSummary("One model");
        models.MapPatch("/{model}", UpdateAsync).Accepts<ModelChange>("application/json", Any).Produces<ModelView>().ProducesProblem(400).ProducesProblem(404).WithSummary("Change description and window");
        models.MapDelete("/{model}", DeleteAsync).Produces(StatusCodes.Status204NoContent).ProducesProblem(404).WithSummary("Delete a model with its versions");
        models.MapGet("/{model}/versions", VersionsAsync).Produces<VersionView[]>().ProducesProblem(404).WithSummary("Versions of a model, newest first");
        models.MapGet("/{model}/versions/{version}", VersionAsync).Produces<VersionView>().ProducesProblem(404).WithSummary("One version, by number, alias or 'latest'");
        models.MapPut("/{model}/aliases/{alias}", SetAliasAsync).Accepts<AliasTarget>("application/json", Any).Produces<VersionView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Point an alias at a version");
        models.MapDelete("/{model}/aliases/{alias}", RemoveAliasAsync).Produces(StatusCodes.Status204NoContent).ProducesProblem(404).ProducesProblem(409).WithSummary("Remove an alias");
        models.MapPut("/{model}/tags", SetTagsAsync).Accepts<ModelTags>("application/json", Any).Produces<ModelView>().ProducesProblem(400).ProducesProblem(404).WithSummary("Give a model these tags and no others");
        models.MapGet("/{model}/activity", ActivityAsync).Produces<ActivityEntry[]>().ProducesProblem(404).WithSummary("What happened to a model, newest first");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, ModelRegistry registry, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<NewModel>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        var (name, description, window) = body.Value;
        if (name is null)
            return InvalidValue.Of("name", null, "a name for the model").ToProblem();
        var created = await registry.CreateAsync(name, new(description ?? "", window ?? new ModelSettings().WindowSeconds), Actor.Of(context), isDemo: false, ct);
        return created.Match(model => Results.Created($"/api/v1/models/{model.Name}", ModelView.Of(model)), Problems.ToProblem);
    }

    private static async Task<IResult> FindAsync(string model, ModelRegistry registry, CancellationToken ct) =>
        await registry.FindAsync(model, ct) is { } found ? Results.Ok(ModelView.Of(found)) : new NotFound("model", model).ToProblem();

    private static async Task<IResult> UpdateAsync(string model, HttpContext context, ModelRegistry registry, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<ModelChange>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        if (await registry.FindAsync(model, ct) is not { } present)
            return new NotFound("model", model).ToProblem();
        var (change, before) = (body.Value, ModelSettings.Of(present));
        var settings = new ModelSettings(change.Description ?? before.Description, change.WindowSeconds ?? before.WindowSeconds,
            change.DriftPeriodSeconds is { } period ? (period == 0 ? null : period) : before.DriftPeriodSeconds, change.HarmfulMargin ?? before.HarmfulMargin);
        var changed = await registry.UpdateAsync(model, settings, Actor.Of(context), ct);
        return changed.Error is { } fault ? fault.ToProblem() : await FindAsync(model, registry, ct);
    }

    private static async Task<IResult> DeleteAsync(string model, HttpContext context, ModelRegistry registry, TelemetryStore telemetry, CancellationToken ct)
    {
        var deleted = await registry.DeleteAsync(model, Actor.Of(context), ct);
        if (deleted.Error is { } fault)
            return fault.ToProblem();
        await telemetry.ForgetAsync(deleted.Value.Id, model, ct);
        return Results.NoContent();
    }

    private static async Task<IResult> VersionsAsync(string model, ModelRegistry registry, CancellationToken ct) =>
        await registry.FindAsync(model, ct) is { } found ? Results.Ok(found.Versions.AsEnumerable().Reverse().Select(VersionView.Of)) : new NotFound("model", model).ToProblem();

    private static async Task<IResult> VersionAsync(string model, string version, ModelRegistry registry, CancellationToken ct) =>
        (await registry.FindVersionAsync(model, version, ct)).Match(found => Results.Ok(VersionView.Of(found)), Problems.ToProblem);

    private static async Task<IResult> SetAliasAsync(string model, string alias, HttpContext context, ModelRegistry registry, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<AliasTarget>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        if (body.Value.Version is not { } number)
            return InvalidValue.Of("version", null, "the number of a version").ToProblem();
        var set = await registry.SetAliasAsync(model, alias, number, Actor.Of(context), ct);
        return set.Error is { } fault ? fault.ToProblem() : await VersionAsync(model, number.ToString(), registry, ct);
    }

    private static async Task<IResult> RemoveAliasAsync(string model, string alias, HttpContext context, ModelRegistry registry, CancellationToken ct) =>
        (await registry.RemoveAliasAsync(model, alias, Actor.Of(context), ct)).Match(_ => Results.NoContent(), Problems.ToProblem);

    private static async Task<IResult> SetTagsAsync(string model, HttpContext context, ModelRegistry registry, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<ModelTags>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        if (body.Value.Tags is not { } tags)
            return InvalidValue.Of("tags", null, "a list of words").ToProblem();
        var set = await registry.SetTagsAsync(model, tags, Actor.Of(context), ct);
        return set.Error is { } fault ? fault.ToProblem() : await FindAsync(model, registry, ct);
    }

    private static async Task<IResult> ActivityAsync(string model, int? take, long? before, ActivityLog log, ModelRegistry registry, CancellationToken ct) =>
        take is < 1 or > MaxActivity ? InvalidValue.Of("take", take.ToString(), $"a number from 1 to {MaxActivity}").ToProblem()
        : await registry.FindAsync(model, ct) is null ? new NotFound("model", model).ToProblem()
        : Results.Ok(await log.ListAsync(model, take ?? 100, before, ct));

    private sealed record NewModel(string? Name, string? Description, int? WindowSeconds);

    /// <param name="DriftPeriodSeconds">0: as the reference allows.</param>
    private sealed record ModelChange(string? Description, int? WindowSeconds, long? DriftPeriodSeconds, double? HarmfulMargin);

    private sealed record AliasTarget(int? Version);

    private sealed record ModelTags(string[]? Tags);
}
