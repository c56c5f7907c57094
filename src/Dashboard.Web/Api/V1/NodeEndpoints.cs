using Dashboard.Core;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Registry;
using Dashboard.Storage;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving;
using Dashboard.Storage.Serving.Nodes;
using Dashboard.Web.Hosting.Nodes;
using Caller = Dashboard.Core.Governance.People.Actor;

namespace Dashboard.Web.Api.V1;

/// <summary>Environments, the nodes that serve them, and what nodes themselves ask for.</summary>
internal static class NodeEndpoints
{
    private const string Any = "*/*";

    /// <summary>Of a report with the most predictions that it may have.</summary>
    private const int MostReportBytes = 64 << 20;

    /// <summary>How long a node that has its orders waits for others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static void MapNodes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/environments", EnvironmentsAsync).WithTags("Environments").Produces<EnvironmentDocument[]>().WithSummary("What is live where: every environment with its nodes and the models that the caller may see");
        routes.MapPost("/models/{model}/environments/{environment}/rollback", RollBackAsync).WithTags("Environments").Accepts<RollbackBody>("application/json", Any).Produces<ChampionChanged>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Take what is new of a model out of an environment at once");
        var nodes = routes.MapGroup("/nodes").WithTags("Environments");
        nodes.MapGet("", (NodeDirectory directory, TimeProvider time) => directory.Read().Select(reading => NodeDocument.Of(reading, directory, time.GetUtcNow()))).Produces<NodeDocument[]>().WithSummary("Serving nodes as they stand now");
        nodes.MapPost("", AddAsync).Accepts<NodeBody>("application/json", Any).Produces<NodeAdded>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(409).WithSummary("Add a node; its key is in the answer and nowhere else");
        nodes.MapDelete("/{name}", RemoveAsync).Produces<NodeView>().ProducesProblem(404).WithSummary("Remove a node: its key is worth nothing any more");
        nodes.MapPost("/{name}/follow", FollowAsync).Accepts<NodeStanding>("application/json", Any).Produces<NodeOrders>().Produces(StatusCodes.Status204NoContent).ProducesProblem(400).ProducesProblem(403)
            .WithSummary("For a node: say how it stands and get its orders, at once where it has others, otherwise as soon as they change");
        nodes.MapPost("/{name}/report", ReportAsync).Accepts<NodeReport>("application/json", Any).Produces(StatusCodes.Status204NoContent).ProducesProblem(400).ProducesProblem(403).ProducesProblem(503)
            .WithSummary("For a node: tell what happened since its last report");
        nodes.MapGet("/{name}/packages/{digest}", PackageAsync).Produces(StatusCodes.Status200OK, contentType: "application/zip").ProducesProblem(403).ProducesProblem(404).WithSummary("For a node: a package that its orders name");
    }

    private static async Task<IResult> EnvironmentsAsync(HttpContext context, EnvironmentNames names, EnvironmentQuery query, NodeDirectory directory, TimeProvider time, CancellationToken ct)
    {
        var placed = (await query.ReadAsync(ct)).Where(one => Actor.MaySee(context, one.Model)).ToList();
        var nodes = directory.Read();
        return Results.Ok(names.All.Select(name => new EnvironmentDocument(name, [.. nodes.Where(node => node.Node.Environment == name).Select(node => NodeDocument.Of(node, directory, time.GetUtcNow()))],
            [.. placed.Where(one => one.Environment == name).Select(one => new PlacedDocument(one.Model, one.Version, one.Previous, one.Since, one.By, one.Rollout?.State.Id, one.Rollout?.State.Phase, one.Rollout?.State.Challenger, one.Challenger?.Weight))])));
    }

    private static async Task<IResult> RollBackAsync(string model, string environment, HttpContext context, EnvironmentSwitch switches, CancellationToken ct)
    {
        var body = context.Request.ContentLength is 0 or null ? new RollbackBody(null, null) : await JsonBody.ReadAsync<RollbackBody>(context.Request, ct);
        return body.Error is { } unreadable ? unreadable.ToProblem()
            : (await switches.RollBackAsync(environment, new(model, Actor.Of(context), body.Value.Reason ?? "", body.Value.ExpectedChampion), ct)).Match(Results.Ok, Problems.ToProblem);
    }

    private static async Task<IResult> AddAsync(HttpContext context, NodeRoster roster, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<NodeBody>(context.Request, ct);
        return body.Error is { } unreadable ? unreadable.ToProblem()
            : (await roster.AddAsync(body.Value.Name ?? "", body.Value.Environment ?? RolloutTarget.Production, Actor.Of(context), ct)).Match(added => Results.Created($"/api/v1/nodes/{added.Node.Name}", added), Problems.ToProblem);
    }

    private static async Task<IResult> RemoveAsync(string name, HttpContext context, NodeRoster roster, CancellationToken ct) => (await roster.RemoveAsync(name, Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem);

    private static async Task<IResult> FollowAsync(string name, HttpContext context, NodeRoster roster, NodeDirectory directory, IHostApplicationLifetime life, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<NodeStanding>(context.Request, ct);
        if ((body.Error ?? body.Value.Check()) is { } wrong)
            return wrong.ToProblem();
        var node = Own(name, context, roster);
        // Where nobody signs in, a node is added by coming.
        if (node.Error is NotFound)
            node = await roster.AddOpenAsync(name, body.Value.Environment ?? RolloutTarget.Production, $"node {name}", ct);
        if (node.Error is { } refused)
            return refused.ToProblem();
        if (body.Value.Environment is { } environment && environment != node.Value.Environment)
            return new Conflict($"Node '{name}' was added to {node.Value.Environment}, and says that it serves '{Error.Shorten(environment)}'; expected the same, or a node that is removed and added again.") { Field = "environment", Value = Error.Shorten(environment), Expected = node.Value.Environment }.ToProblem();
        // A host that stops waits for nobody.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct, life.ApplicationStopping);
        return (await directory.FollowAsync(node.Value, body.Value, Patience, waiting.Token)).Match(orders => orders is null ? Results.NoContent() : Results.Json(orders, CanonicalJson.Options), Problems.ToProblem);
    }

    private static async Task<IResult> ReportAsync(string name, HttpContext context, NodeRoster roster, NodeIntake intake, CancellationToken ct)
    {
        var node = Own(name, context, roster);
        if (node.Error is { } refused)
            return refused.ToProblem();
        var body = await JsonBody.ReadAsync<NodeReport>(context.Request, ct, MostReportBytes);
        return body.Error is { } unreadable ? unreadable.ToProblem() : (await intake.TakeAsync(node.Value, body.Value, ct)).Match(_ => Results.NoContent(), Problems.ToProblem);
    }

    private static async Task<IResult> PackageAsync(string name, string digest, HttpContext context, NodeRoster roster, NodeDirectory directory, DataDirectory folder, PackageStore packages, CancellationToken ct)
    {
        var node = Own(name, context, roster);
        if (node.Error is { } refused)
            return refused.ToProblem();
        if (!directory.OrdersOf(node.Value).Routes.SelectMany(route => route.Versions).Any(version => version.Digest == digest))
            return NotFound.In("node", name, "package in its orders", digest).ToProblem();
        var package = await packages.ReadAsync(digest, ct);
        if (package.Error is { } damaged)
            return damaged.ToProblem();
        var zip = Upload.NewFile(folder);
        await PackageArchive.WriteAsync(package.Value, zip, ct);
        zip.Position = 0;
        return Results.Stream(zip, "application/zip");
    }

    /// <summary>The node itself: a key opens what is its own node's, and no other's.</summary>
    private static Result<NodeView> Own(string name, HttpContext context, NodeRoster roster)
    {
        if (context.Features.Get<Caller>() is { Kind: ActorKind.Node } caller && caller.Id != name)
            return new OtherNode(caller.Id, name);
        return roster.Find(name) is { } node ? node : new NotFound("node", name);
    }

    private sealed record NodeBody(string? Name, string? Environment);

    private sealed record RollbackBody(string? Reason, int? ExpectedChampion);

    /// <param name="RequestsPerSecond">Over the last minute.</param>
    /// <param name="Failed">Of them, in the last minute.</param>
    private sealed record NodeDocument(string Name, string Environment, NodeState State, DateTimeOffset? SeenAt, string? Address, string? Program, DateTimeOffset? StartedAt, IReadOnlyList<string> Problems, long Waiting, long NotLogged,
        double RequestsPerSecond, long Failed, string AddedBy, DateTimeOffset AddedAt)
    {
        public static NodeDocument Of(NodeReading reading, NodeDirectory directory, DateTimeOffset now)
        {
            var traffic = NodeTraffic.Of(directory, reading.Node.Name, now);
            return new(reading.Node.Name, reading.Node.Environment, reading.State, reading.SeenAt, reading.Standing?.Address, reading.Standing?.Program, reading.Standing?.StartedAt, reading.Standing?.Problems ?? [],
                reading.Standing?.Waiting ?? 0, reading.Standing?.NotLogged ?? 0, traffic.PerSecond, traffic.Failed, reading.Node.AddedBy, reading.Node.AddedAt);
        }
    }

    private sealed record PlacedDocument(string Model, int? Version, int? Previous, DateTimeOffset? Since, string? By, Guid? Rollout, RolloutPhase? Phase, int? Challenger, Dashboard.Core.Deployments.Routing.TrafficWeight? Weight);

    private sealed record EnvironmentDocument(string Name, IReadOnlyList<NodeDocument> Nodes, IReadOnlyList<PlacedDocument> Models);
}

/// <summary>A key is one node's, and another was named.</summary>
internal sealed record OtherNode(string Mine, string Named) : Error(ErrorKind.Forbidden, $"The key is that of node '{Mine}'; expected its own name, not '{Shorten(Named)}'.");
