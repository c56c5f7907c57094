using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;

namespace Dashboard.Web.Api.V1.Alerts;

/// <summary>Incidents and silences.</summary>
internal static class IncidentEndpoints
{
    private const string Any = "*/*";
    private const int EndedSilences = 100;

    public static void MapIncidents(this IEndpointRouteBuilder routes)
    {
        var incidents = routes.MapGroup("/incidents").WithTags("Alerts");
        incidents.MapGet("", ListAsync).Produces<IncidentView[]>().ProducesProblem(400).WithSummary("Incidents, newest first; of a model, open ones only, or those that are over");
        incidents.MapGet("/{id:int}", FindAsync).Produces<IncidentDetail>().ProducesProblem(404).WithSummary("One incident with its alerts, notes and messages");
        incidents.MapPost("/{id:int}/acknowledge", AcknowledgeAsync).Accepts<NoteBody>("application/json", Any).Produces<IncidentView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Say that you look after it, with an optional { text }");
        incidents.MapPost("/{id:int}/comments", CommentAsync).Accepts<NoteBody>("application/json", Any).Produces<IncidentView>().ProducesProblem(400).ProducesProblem(404).WithSummary("Add a comment { text }");
        var silences = routes.MapGroup("/silences").WithTags("Alerts");
        silences.MapGet("", async (Silences store, CancellationToken ct) => await store.ListAsync(EndedSilences, ct)).Produces<SilenceView[]>().WithSummary("Silences that stand or are to come, then the last ones that ended");
        silences.MapPost("", SilenceAsync).Accepts<SilenceBody>("application/json", Any).Produces<SilenceView>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(404).WithSummary("Silence alerts by rule, model or severity until an end, for a reason");
        silences.MapGet("/{id:int}", async (int id, Silences store, CancellationToken ct) => await store.FindAsync(id, ct) is { } found ? Results.Ok(found) : new NotFound("silence", $"{id}").ToProblem())
            .Produces<SilenceView>().ProducesProblem(404).WithSummary("One silence");
        silences.MapDelete("/{id:int}", EndAsync).Produces<SilenceView>().ProducesProblem(404).ProducesProblem(409).WithSummary("End a silence before its time");
    }

    private static async Task<IResult> ListAsync(string? model, bool? open, int? take, Incidents store, CancellationToken ct) =>
        Take.Check(take) is { } fault ? fault.ToProblem() : Results.Ok(await store.ListAsync(model, open, take ?? Take.Default, ct));

    private static async Task<IResult> FindAsync(int id, Incidents store, CancellationToken ct) =>
        await store.FindAsync(id, ct) is { } found ? Results.Ok(found) : new NotFound("incident", $"{id}").ToProblem();

    /// <summary>The body may be left out: there is not always something to say.</summary>
    private static async Task<IResult> AcknowledgeAsync(int id, HttpContext context, Incidents store, CancellationToken ct)
    {
        string? text = null;
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            var read = await JsonBody.ReadAsync<NoteBody>(context.Request, ct);
            if (read.Error is { } unreadable)
                return unreadable.ToProblem();
            text = read.Value.Text;
        }

        return (await store.AcknowledgeAsync(id, text, Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem);
    }

    private static async Task<IResult> CommentAsync(int id, HttpContext context, Incidents store, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<NoteBody>(context.Request, ct);
        return read.Error is { } unreadable ? unreadable.ToProblem() : (await store.CommentAsync(id, read.Value.Text ?? "", Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem);
    }

    private static async Task<IResult> SilenceAsync(HttpContext context, Silences store, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<SilenceBody>(context.Request, ct);
        if (read.Error is { } unreadable)
            return unreadable.ToProblem();
        var body = read.Value;
        if (body.EndsAt is not { } end)
            return InvalidValue.Of("endsAt", null, "a time: a silence without an end is forgotten").ToProblem();
        var severity = body.Severity is null ? default(Result<AlertSeverity>?) : EnumText.Parse<AlertSeverity>("severity", body.Severity);
        if (severity?.Error is { } fault)
            return fault.ToProblem();
        var made = await store.CreateAsync(new(body.RuleId, body.Model, severity?.Value, body.StartsAt, end, body.Reason ?? "", Actor.Of(context)), ct);
        return made.Match(silence => Results.Created($"/api/v1/silences/{silence.Id}", silence), Problems.ToProblem);
    }

    private static async Task<IResult> EndAsync(int id, HttpContext context, Silences store, CancellationToken ct) => (await store.EndAsync(id, Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem);

    private sealed record NoteBody(string? Text);

    /// <param name="StartsAt">Left out: now.</param>
    private sealed record SilenceBody(int? RuleId, string? Model, string? Severity, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, string? Reason);
}
