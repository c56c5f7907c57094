using Dashboard.Core;
using Dashboard.Storage.Monitoring.Segments;

namespace Dashboard.Web.Api.V1;

/// <summary>Segments that people define for a model, and the inputs that they mark as sensitive.</summary>
internal static class SegmentEndpoints
{
    // Routing passes a request by whose media type an endpoint does not name; the endpoint answers it, with what is wrong.
    private const string Any = "*/*";

    public static void MapSegments(this IEndpointRouteBuilder routes)
    {
        var model = routes.MapGroup("/models/{model}").WithTags("Segments");
        model.MapGet("/segments", async (string model, SegmentStore segments, CancellationToken ct) => (await segments.ListAsync(model, ct)).Match(Results.Ok, Problems.ToProblem))
            .Produces<SegmentView[]>().ProducesProblem(404).WithSummary("Segments of a model");
        model.MapPost("/segments", AddAsync).Accepts<NewSegment>("application/json", Any).Produces<SegmentView>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Define a segment by an expression over inputs, such as origin in ('LAX', 'JFK') and hour between 6 and 9");
        model.MapDelete("/segments/{id:int}", async (string model, int id, HttpContext context, SegmentStore segments, CancellationToken ct) =>
                (await segments.RemoveAsync(model, id, Actor.Of(context), ct)).Match(_ => Results.NoContent(), Problems.ToProblem))
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(404).WithSummary("Remove a segment");
        model.MapGet("/sensitive", async (string model, SensitiveFeatures sensitive, CancellationToken ct) => (await sensitive.ListAsync(model, ct)).Match(Results.Ok, Problems.ToProblem))
            .Produces<string[]>().ProducesProblem(404).WithSummary("Inputs marked as sensitive");
        model.MapPut("/sensitive", MarkAsync).Accepts<SensitiveInputs>("application/json", Any).Produces<string[]>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Mark exactly these inputs as sensitive");
    }

    private static async Task<IResult> AddAsync(string model, HttpContext context, SegmentStore segments, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<NewSegment>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        if (body.Value.Name is not { } name)
            return InvalidValue.Of("name", null, "a name for the segment").ToProblem();
        if (body.Value.Expression is not { } expression)
            return InvalidValue.Of("expression", null, "a condition such as origin = 'LAX'").ToProblem();
        return (await segments.AddAsync(model, name, expression, Actor.Of(context), ct)).Match(added => Results.Created($"/api/v1/models/{model}/segments/{added.Id}", added), Problems.ToProblem);
    }

    private static async Task<IResult> MarkAsync(string model, HttpContext context, SensitiveFeatures sensitive, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<SensitiveInputs>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        return body.Value.Features is { } features
            ? (await sensitive.SetAsync(model, features, Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem)
            : InvalidValue.Of("features", null, "a list of input names; empty for none").ToProblem();
    }

    private sealed record NewSegment(string? Name, string? Expression);

    private sealed record SensitiveInputs(IReadOnlyList<string>? Features);
}
