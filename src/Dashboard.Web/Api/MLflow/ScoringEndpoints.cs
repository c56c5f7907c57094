using System.Buffers;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Web.Hosting;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.MLflow;

/// <summary>
/// MLflow's scoring protocol: <c>POST /invocations</c> and <c>GET /ping</c>. Predictions are what XGBoost's own flavour answers: the positive class's probability,
/// a list of probabilities, or a value. The model is named by <c>?model=</c> or the header <c>X-Model</c>; where only one has a champion, it is that one.
/// </summary>
internal static class ScoringEndpoints
{
    public static void MapMLflowScoring(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ping", (Router router) => router.Current.Models.Values.Any(route => route.Champion is not null)
            ? Results.Text("\n")
            : Refuse(StatusCodes.Status503ServiceUnavailable, "No model has a champion that is ready."));
        routes.MapPost("/invocations", (Delegate)InvokeAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> InvokeAsync(HttpContext context, Router router, Predictor predictor, Settings settings, TimeProvider time)
    {
        var arrivedAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        var found = Find(context.Request, router.Current);
        if (found.Model is not { } model)
            return Fail(predictor, found.Route, null, arrivedAt, found.Error!);
        var limits = settings.Serving;
        var body = await RequestBody.ReadAsync(context.Request, limits.MaxBodyBytes, context.RequestAborted);
        if (body is not { } content)
            return Fail(predictor, found.Route, model, arrivedAt, new BodyTooLarge(context.Request.ContentLength, limits.MaxBodyBytes));
        if (Read(model, content, limits.MaxRows, out var request) is { } error)
        {
            context.Request.BodyReader.AdvanceTo(content.End);
            return Fail(predictor, found.Route, model, arrivedAt, error);
        }

        context.Request.BodyReader.AdvanceTo(content.End);
        request.Id ??= Guid.CreateVersion7(arrivedAt).ToString("N");
        var scored = Predictor.Score(model, request.Rows);
        predictor.Answered(scored, request, arrivedAt, time.GetElapsedTime(started));
        var isList = model.Manifest.Task == ModelTask.MulticlassClassification;
        return Results.Json(new { predictions = scored.Outputs.Select(outputs => isList ? (object)outputs : outputs[0]) }, CanonicalJson.Options);
    }

    private static (ModelRoute? Route, ServedModel? Model, Error? Error) Find(HttpRequest request, RoutingTable table)
    {
        var name = request.Query["model"].ToString() is { Length: > 0 } named ? named : request.Headers["X-Model"].ToString();
        if (name.Length == 0)
        {
            var deployed = table.Models.Values.Where(candidate => candidate.Champion is not null).OrderBy(candidate => candidate.Name, StringComparer.Ordinal).ToList();
            return deployed.Count switch
            {
                1 => (deployed[0], deployed[0].Champion, null),
                0 => (null, null, new NoChampion("any model", "no version has been promoted")),
                _ => (null, null, InvalidValue.Of("model", null, $"?model= with one of {string.Join(", ", deployed.Take(20).Select(candidate => candidate.Name))}")),
            };
        }

        if (!table.Models.TryGetValue(name, out var route))
            return (null, null, UnknownModel.In(table, name));
        return route.Champion is { } champion ? (route, champion, null) : (route, null, new NoChampion(name, route.Problem));
    }

    private static Error? Read(ServedModel model, in ReadOnlySequence<byte> content, int maxRows, out PredictionRequest request)
    {
        request = default;
        using var body = new ContiguousBody(content);
        if (BodyText.Check(body.Span) is { } invalid)
            return invalid;
        try
        {
            using var document = JsonDocument.Parse(content);
            return new Dataframe(model, maxRows).Read(document.RootElement, out request);
        }
        catch (JsonException exception)
        {
            return InvalidJson.At(body.Span, exception);
        }
    }

    private static IResult Fail(Predictor predictor, ModelRoute? route, ServedModel? model, DateTimeOffset arrivedAt, Error error)
    {
        if (model is not null)
            predictor.Refused(model, arrivedAt, error);
        var status = Problems.Status(error.Kind);
        if (route is not null)
            predictor.Failed(route.Name, arrivedAt, status);
        return Refuse(status, error.Message);
    }

    private static IResult Refuse(int status, string message) => Results.Json(
        new { error_code = Code(status), message }, CanonicalJson.Options, "application/json", status);

    private static string Code(int status) => status switch
    {
        StatusCodes.Status404NotFound => "RESOURCE_DOES_NOT_EXIST",
        StatusCodes.Status503ServiceUnavailable => "TEMPORARILY_UNAVAILABLE",
        _ => "BAD_REQUEST",
    };
}
