using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Dashboard.Web.Api.V1.Alerts;
using Caller = Dashboard.Core.Governance.People.Actor;

namespace Dashboard.Web.Api.V1.Requests;

/// <summary>Promotion requests: proposed, looked at, decided.</summary>
internal static class RequestEndpoints
{
    private const string Any = "*/*";

    public static void MapRequests(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/models/{model}/requests", ProposeAsync).WithTags("Approvals").Accepts<ProposalBody>("application/json", Any).Produces<RequestDetail>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Propose a version, with a strategy { strategy } or a whole plan { plan }, and a reason");
        var requests = routes.MapGroup("/requests").WithTags("Approvals");
        requests.MapGet("", ListAsync).Produces<RequestSummary[]>().ProducesProblem(400).WithSummary("Requests, newest first: ?state=open|approved|rejected|withdrawn|expired, ?model=, ?waiting=true for what the caller can decide");
        requests.MapGet("/{id:int}", FindAsync).Produces<RequestDetail>().ProducesProblem(404).WithSummary("One request with its evidence, checks, approvals and comments; its digest is what an approval names");
        requests.MapPost("/{id:int}/approve", ApproveAsync).Accepts<ApproveBody>("application/json", Any).Produces<RequestDetail>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Approve what has this digest; the last approval lets the rollout go");
        requests.MapPost("/{id:int}/reject", (int id, HttpContext context, RequestStore store, CancellationToken ct) => SayAsync<ReasonBody>(id, context, store, Permission.Approve, (body, by) => store.RejectAsync(id, body.Reason ?? "", by, ct), ct)).Describe<ReasonBody>("Reject, with a reason");
        requests.MapPost("/{id:int}/withdraw", (int id, HttpContext context, RequestStore store, CancellationToken ct) => SayAsync<ReasonBody>(id, context, store, Permission.Propose, (body, by) => store.WithdrawAsync(id, body.Reason ?? "", by, ct), ct)).Describe<ReasonBody>("Take one's own request back");
        requests.MapPost("/{id:int}/comments", (int id, HttpContext context, RequestStore store, CancellationToken ct) => SayAsync<TextBody>(id, context, store, Permission.Propose, (body, by) => store.CommentAsync(id, body.Text ?? "", by, ct), ct)).Describe<TextBody>("Add a comment { text }");
        requests.MapPost("/{id:int}/waivers", (int id, HttpContext context, RequestStore store, CancellationToken ct) => SayAsync<WaiverBody>(id, context, store, Permission.Approve, (body, by) => store.WaiveAsync(id, body.Check ?? "", body.Reason ?? "", by, ct), ct)).Describe<WaiverBody>("Waive a check that failed { check, reason }");
        requests.MapPost("/{id:int}/evidence", (int id, HttpContext context, RequestStore store, CancellationToken ct) => DoAsync(id, context, store, Permission.Propose, by => store.RenewAsync(id, by, ct), ct)).Produces<RequestDetail>().ProducesProblem(404).ProducesProblem(409).WithSummary("Gather the evidence anew; approvals given so far are void");
        requests.MapPost("/{id:int}/break-glass", (int id, HttpContext context, RequestStore store, CancellationToken ct) => SayAsync<ReasonBody>(id, context, store, Permission.ManagePolicy, (body, by) => store.BreakGlassAsync(id, body.Reason ?? "", by, ct), ct)).Describe<ReasonBody>("Go round the approvals in an emergency; another administrator reviews it");
        requests.MapPost("/{id:int}/review", (int id, HttpContext context, RequestStore store, CancellationToken ct) => SayAsync<TextBody>(id, context, store, Permission.ManagePolicy, (body, by) => store.ReviewAsync(id, body.Text ?? "", by, ct), ct)).Describe<TextBody>("Review that the approvals were gone round { text }");
    }

    private static void Describe<T>(this RouteHandlerBuilder endpoint, string summary)
        where T : notnull => endpoint.Accepts<T>("application/json", Any).Produces<RequestDetail>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary(summary);

    private static async Task<IResult> ProposeAsync(string model, HttpContext context, RequestStore store, ModelRegistry registry, Dashboard.Storage.Serving.Nodes.NodeRoster roster, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<ProposalBody>(context.Request, ct);
        if (read.Error is { } unreadable)
            return unreadable.ToProblem();
        var body = read.Value;
        if (body.Version is not { } version)
            return InvalidValue.Of("version", null, "the number of a version").ToProblem();
        if (body.Plan is null == body.Strategy is null)
            return InvalidValue.Of("strategy", body.Strategy, "either strategy, for its standard plan, or a whole plan, and not both").ToProblem();
        var plan = body.Plan;
        if (body.Strategy is { } named)
        {
            var strategy = EnumText.Parse<RolloutStrategy>("strategy", named);
            if (strategy.Error is { } unknown)
                return unknown.ToProblem();
            // A version that is not there is refused below, by name.
            var task = await registry.FindVersionAsync(model, version.ToString(System.Globalization.CultureInfo.InvariantCulture), ct) is { IsSuccess: true, Value: var found } ? CanonicalJson.Deserialize<ModelManifest>(found.ManifestJson).Task : (ModelTask?)null;
            plan = StandardPlans.Of(strategy.Value, task, roster.Of(body.Environment ?? RolloutTarget.Production).Count);
        }

        if (plan?.Check() is { } unfit)
            return unfit.ToProblem();
        var by = By(context);
        var made = await store.ProposeAsync(new(model, version, body.Environment ?? RolloutTarget.Production, plan!, body.Reason ?? ""), by, ct);
        return made.Error is { } refused ? refused.ToProblem() : (await store.FindAsync(made.Value, by, ct)).Match(request => Results.Created($"/api/v1/requests/{made.Value}", request), Problems.ToProblem);
    }

    private static async Task<IResult> ListAsync(string? state, string? model, bool? waiting, HttpContext context, RequestStore store, CancellationToken ct)
    {
        var wanted = state is null ? default(Result<RequestState>?) : EnumText.Parse<RequestState>("state", state);
        if (wanted?.Error is { } fault)
            return fault.ToProblem();
        var by = By(context);
        var found = waiting == true ? await store.WaitingAsync(by, ct) : await store.ListAsync(wanted?.Value, model, by, ct);
        return Results.Ok(found.Where(request => Actor.MaySee(context, request.Model) && (model is null || request.Model == model)));
    }

    private static Task<IResult> FindAsync(int id, HttpContext context, RequestStore store, CancellationToken ct) => DoAsync(id, context, store, Permission.View, _ => Task.FromResult<Result<int>>(id), ct);

    private static Task<IResult> ApproveAsync(int id, HttpContext context, RequestStore store, CancellationToken ct) => SayAsync<ApproveBody>(id, context, store, Permission.Approve,
        (body, by) => body.Digest is { Length: > 0 } digest ? store.ApproveAsync(id, digest, body.Comment ?? "", by, ct) : Task.FromResult<Result<int>>(InvalidValue.Of("digest", null, "the digest of the request that you looked at")), ct);

    private static async Task<IResult> SayAsync<T>(int id, HttpContext context, RequestStore store, Permission needs, Func<T, Caller, Task<Result<int>>> act, CancellationToken ct)
        where T : class
    {
        var read = await JsonBody.ReadAsync<T>(context.Request, ct);
        return read.Error is { } unreadable ? unreadable.ToProblem() : await DoAsync(id, context, store, needs, by => act(read.Value, by), ct);
    }

    /// <summary>A request names no model in its address: whether the caller may is asked here, of the request's own.</summary>
    private static async Task<IResult> DoAsync(int id, HttpContext context, RequestStore store, Permission needs, Func<Caller, Task<Result<int>>> act, CancellationToken ct)
    {
        var model = await store.ModelOfAsync(id, ct);
        // Of a model that they may not see nobody learns even that there is a request.
        if (model.Error is null && !Actor.MaySee(context, model.Value))
            return new NotFound("promotion request", $"{id}").ToProblem();
        if ((model.Error ?? Actor.Refusal(context, needs, model.Value)) is { } refused)
            return refused.ToProblem();
        var by = By(context);
        var done = await act(by);
        return done.Error is { } error ? error.ToProblem() : (await store.FindAsync(id, by, ct)).Match(Results.Ok, Problems.ToProblem);
    }

    private static Caller By(HttpContext context) => context.Features.Get<Caller>()! with { Name = Actor.Of(context) };

    /// <param name="Strategy">allAtOnce, blueGreen, canary, abTest, shadow or rolling.</param>
    private sealed record ProposalBody(int? Version, string? Environment, string? Strategy, RolloutPlan? Plan, string? Reason);

    private sealed record ApproveBody(string? Digest, string? Comment);

    private sealed record ReasonBody(string? Reason);

    private sealed record TextBody(string? Text);

    private sealed record WaiverBody(string? Check, string? Reason);
}
