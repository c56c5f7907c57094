using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Storage.Deployments.Requests;

namespace Dashboard.Web.Api.V1.Requests;

/// <summary>What promotions take: the installation's policy, and that of a model, for every environment or one.</summary>
internal static class PolicyEndpoints
{
    private const string Any = "*/*";

    public static void MapPolicies(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/policy", (string? environment, PolicyStore store, CancellationToken ct) => FindAsync(null, environment, store, ct)).WithTags("Approvals").Produces<PolicyView>().WithSummary("The policy that holds where no model has one of its own");
        routes.MapGet("/policies", async (PolicyStore store, CancellationToken ct) => await store.ListAsync(ct)).WithTags("Approvals").Produces<PolicyView[]>().WithSummary("Every policy that somebody wrote");
        routes.MapPut("/policy", (string? environment, HttpContext context, PolicyStore store, CancellationToken ct) => SetAsync(null, environment, context, store, ct)).WithTags("Approvals").Accepts<PromotionPolicy>("application/json", Any).Produces<PolicyView>().ProducesProblem(400).WithSummary("Write the installation's policy, whole; ?environment= for one environment");
        routes.MapDelete("/policy", (string? environment, HttpContext context, PolicyStore store, CancellationToken ct) => RemoveAsync(null, environment, context, store, ct)).WithTags("Approvals").Produces<PolicyView>().ProducesProblem(404).WithSummary("Return to the default policy");
        var model = routes.MapGroup("/models/{model}/policy").WithTags("Approvals");
        model.MapGet("", (string model, string? environment, PolicyStore store, CancellationToken ct) => FindAsync(model, environment, store, ct)).Produces<PolicyView>().ProducesProblem(404).WithSummary("The policy that holds for a model: its own, or the installation's");
        model.MapPut("", (string model, string? environment, HttpContext context, PolicyStore store, CancellationToken ct) => SetAsync(model, environment, context, store, ct)).Accepts<PromotionPolicy>("application/json", Any).Produces<PolicyView>().ProducesProblem(400).ProducesProblem(404).WithSummary("Write a model's own policy, whole; ?environment= for one environment");
        model.MapDelete("", (string model, string? environment, HttpContext context, PolicyStore store, CancellationToken ct) => RemoveAsync(model, environment, context, store, ct)).Produces<PolicyView>().ProducesProblem(404).WithSummary("Take a model's own policy away");
    }

    private static async Task<IResult> FindAsync(string? model, string? environment, PolicyStore store, CancellationToken ct) => (await store.FindAsync(model, environment ?? "", ct)).Match(Results.Ok, Problems.ToProblem);

    private static async Task<IResult> SetAsync(string? model, string? environment, HttpContext context, PolicyStore store, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<PromotionPolicy>(context.Request, ct);
        return read.Error is { } unreadable ? unreadable.ToProblem() : (await store.SetAsync(model, environment ?? "", read.Value, Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem);
    }

    private static async Task<IResult> RemoveAsync(string? model, string? environment, HttpContext context, PolicyStore store, CancellationToken ct) => (await store.RemoveAsync(model, environment ?? "", Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem);
}
