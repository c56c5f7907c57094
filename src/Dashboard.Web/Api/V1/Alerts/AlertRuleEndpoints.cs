using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Charts;

namespace Dashboard.Web.Api.V1.Alerts;

/// <summary>The rules of alerts, and what they say now.</summary>
internal static class AlertRuleEndpoints
{
    // Routing passes a request by whose media type an endpoint does not name; the endpoint answers it, with what is wrong.
    private const string Any = "*/*";

    private const int MostDays = 90;

    public static void MapAlertRules(this IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/alert-rules").WithTags("Alerts");
        rules.MapGet("", async (string? model, AlertRules store, CancellationToken ct) => (await store.ListAsync(model, ct)).Select(AlertRuleView.Of)).Produces<AlertRuleView[]>().WithSummary("Rules of alerts; of one model together with those of every model, or all");
        rules.MapPost("", CreateAsync).Accepts<AlertRuleBody>("application/json", Any).Produces<AlertRuleView>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(404).WithSummary("Add a rule for a model, or for every model");
        rules.MapPost("/preview", PreviewAsync).Accepts<AlertRuleBody>("application/json", Any).Produces<RulePreview>().ProducesProblem(400).ProducesProblem(404).WithSummary("When a rule would have fired over the last days of a model, from the windows that are kept; nothing is saved");
        rules.MapGet("/{id:int}", FindAsync).Produces<AlertRuleView>().ProducesProblem(404).WithSummary("One rule");
        rules.MapPut("/{id:int}", UpdateAsync).Accepts<AlertRuleBody>("application/json", Any).Produces<AlertRuleView>().ProducesProblem(400).ProducesProblem(404).WithSummary("Change a rule; what it said is taken back unless only its name changed");
        rules.MapDelete("/{id:int}", DeleteAsync).Produces(StatusCodes.Status204NoContent).ProducesProblem(404).WithSummary("Remove a rule; its history stays");
        var alerts = routes.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapGet("", NowAsync).Produces<AlertNowView[]>().ProducesProblem(400).WithSummary("Alerts as they stand now, by model or state (ok, pending, firing, noData, muted); those that need attention first");
        alerts.MapGet("/history", HistoryAsync).Produces<EventView[]>().ProducesProblem(400).WithSummary("What fired, was muted and ended, newest first");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, AlertRules store, CancellationToken ct)
    {
        var (body, rule) = await ReadAsync(context, ct);
        if (rule.Error is { } fault)
            return fault.ToProblem();
        return (await store.CreateAsync(body!.Model, rule.Value, body.Enabled ?? true, Actor.Of(context), ct)).Match(made => Results.Created($"/api/v1/alert-rules/{made.Id}", AlertRuleView.Of(made)), Problems.ToProblem);
    }

    private static async Task<IResult> FindAsync(int id, AlertRules store, CancellationToken ct) =>
        await store.FindAsync(id, ct) is { } found ? Results.Ok(AlertRuleView.Of(found)) : new NotFound("alert rule", $"{id}").ToProblem();

    private static async Task<IResult> UpdateAsync(int id, HttpContext context, AlertRules store, CancellationToken ct)
    {
        var (body, rule) = await ReadAsync(context, ct);
        if (rule.Error is { } fault)
            return fault.ToProblem();
        return (await store.UpdateAsync(id, body!.Model, rule.Value, body.Enabled ?? true, Actor.Of(context), ct)).Match(changed => Results.Ok(AlertRuleView.Of(changed)), Problems.ToProblem);
    }

    private static async Task<IResult> DeleteAsync(int id, HttpContext context, AlertRules store, CancellationToken ct) =>
        (await store.DeleteAsync(id, Actor.Of(context), ct)).Match(_ => Results.NoContent(), Problems.ToProblem);

    private static async Task<IResult> PreviewAsync(HttpContext context, int? days, ModelRegistry registry, SignalHistory history, TimeProvider time, CancellationToken ct)
    {
        if (days is < 1 or > MostDays)
            return InvalidValue.Of("days", $"{days}", $"1 to {MostDays}").ToProblem();
        var (body, rule) = await ReadAsync(context, ct);
        if (rule.Error is { } fault)
            return fault.ToProblem();
        if (body!.Model is not { } name)
            return InvalidValue.Of("model", null, "the name of a registered model: a preview is of one model's past").ToProblem();
        if (await registry.FindAsync(name, ct) is not { } model)
            return (new NotFound("model", name) { Field = "model", Value = Error.Shorten(name), Expected = "the name of a registered model" }).ToProblem();
        var past = await history.LastAsync(model, rule.Value.Signal, rule.Value.Window, TimeSpan.FromDays(days ?? 30), time.GetUtcNow(), ct);
        var judged = past.Readings.Where(reading => reading.Value is not null).ToList();
        var kept = Downsample.Keep([.. judged.Select(reading => (double)reading.At.ToUnixTimeSeconds())], [.. judged.Select(reading => reading.Value!.Value)]);
        return Results.Ok(new RulePreview(RuleWords.Sentence(rule.Value), rule.Value.Info.Clock, past.From, past.To, AlertReplay.Run(rule.Value, past.Readings), [.. kept.Select(i => judged[i])]));
    }

    private static async Task<IResult> NowAsync(string? model, string? state, AlertQueries queries, CancellationToken ct)
    {
        var wanted = state is null ? default(Result<AlertState>?) : EnumText.Parse<AlertState>("state", state);
        return wanted?.Error is { } fault ? fault.ToProblem() : Results.Ok((await queries.NowAsync(model, wanted?.Value, ct)).Select(AlertNowView.Of));
    }

    private static async Task<IResult> HistoryAsync(string? model, int? take, long? before, AlertQueries queries, CancellationToken ct) =>
        Take.Check(take) is { } fault ? fault.ToProblem() : Results.Ok(await queries.HistoryAsync(model, take ?? Take.Default, before, ct));

    private static async Task<(AlertRuleBody? Body, Result<AlertRule> Rule)> ReadAsync(HttpContext context, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<AlertRuleBody>(context.Request, ct);
        return body.Error is { } unreadable ? (null, unreadable) : (body.Value, body.Value.Read());
    }
}

/// <summary>How many items of a list are asked for.</summary>
internal static class Take
{
    public const int Default = 100;
    private const int Most = 1000;

    public static Error? Check(int? take) => take is < 1 or > Most ? InvalidValue.Of("take", $"{take}", $"1 to {Most}") : null;
}
