using Dashboard.Core;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Registry;

namespace Dashboard.Web.Api.V1;

/// <summary>Promotion, rollback and the history of champions.</summary>
internal static class DeploymentEndpoints
{
    // Routing passes a request by whose media type an endpoint does not name; the endpoint answers it, with what is wrong.
    private const string Any = "*/*";

    public static void MapDeployments(this IEndpointRouteBuilder routes)
    {
        var model = routes.MapGroup("/models/{model}").WithTags("Deployments");
        model.MapPost("/promote", PromoteAsync).Accepts<PromotionOrder>("application/json", Any).Produces<ChampionChanged>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Make a version the champion, where the policy asks for no approval");
        model.MapPost("/rollback", RollBackAsync).Accepts<RollbackOrder>("application/json", Any).Produces<ChampionChanged>().ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Return to the champion before the present one");
        model.MapGet("/deployments", HistoryAsync).Produces<DeploymentView[]>().ProducesProblem(404).WithSummary("Changes of champion, oldest first");
    }

    private static async Task<IResult> PromoteAsync(string model, HttpContext context, ChampionSwitch champions, PolicyStore policies, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<PromotionOrder>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        var (version, reason, expected) = body.Value;
        if (version is not { } number)
            return InvalidValue.Of("version", null, "the number of a version").ToProblem();
        if (await policies.DirectRefusalAsync(model, ct) is { } proposeInstead)
            return proposeInstead.ToProblem();
        return (await champions.PromoteAsync(new(model, Actor.Of(context), reason ?? "", expected), number, ct)).Match(Results.Ok, Problems.ToProblem);
    }

    /// <summary>The body may be left out: in an emergency a bare POST is enough.</summary>
    private static async Task<IResult> RollBackAsync(string model, HttpContext context, ChampionSwitch champions, CancellationToken ct)
    {
        var body = new RollbackOrder(null, null);
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            var read = await JsonBody.ReadAsync<RollbackOrder>(context.Request, ct);
            if (read.Error is { } unreadable)
                return unreadable.ToProblem();
            body = read.Value;
        }

        return (await champions.RollBackAsync(new(model, Actor.Of(context), body.Reason ?? "", body.ExpectedChampion), ct)).Match(Results.Ok, Problems.ToProblem);
    }

    private static async Task<IResult> HistoryAsync(string model, DeploymentHistory history, ModelRegistry registry, CancellationToken ct) =>
        await registry.FindAsync(model, ct) is null ? new NotFound("model", model).ToProblem() : Results.Ok(await history.ListAsync(model, ct));

    private sealed record PromotionOrder(int? Version, string? Reason, int? ExpectedChampion);

    private sealed record RollbackOrder(string? Reason, int? ExpectedChampion);
}
