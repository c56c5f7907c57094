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
    private static readonly Protocol Protocol = new("params", HasRequestId: false, Read);

    public static void MapMLflowScoring(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ping", (Router router) => router.Current.Models.Values.Any(route => route.Champion is not null)
            ? Results.Text("\n")
            : Refuse(StatusCodes.Status503ServiceUnavailable, "No model has a champion that is ready."));
        routes.MapPost("/invocations", (Delegate)InvokeAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> InvokeAsync(HttpContext context, Router router, Predictor predictor, Mirrors mirrors, Settings settings, TimeProvider time)
    {
        var arrivedAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        var found = Find(context.Request, router.Current);
        if (found.Model is not { } champion)
            return Fail(predictor, found.Route, null, arrivedAt, found.Error!);
        var limits = settings.Serving;
        var body = await RequestBody.ReadAsync(context.Request, limits.MaxBodyBytes, context.RequestAborted);
        if (body is not { } content)
            return Fail(predictor, found.Route, champion, arrivedAt, new BodyTooLarge(context.Request.ContentLength, limits.MaxBodyBytes));
        try
        {
            return Predict(content);
        }
        finally
        {
            context.Request.BodyReader.AdvanceTo(content.End);
        }

        IResult Predict(in ReadOnlySequence<byte> content)
        {
            using var text = new ContiguousBody(content);
            if (VersionChoice.Choose(context.Request, router, found.Route!, champion, isNamed: false, Protocol, text.Span, arrivedAt, out var choice) is { } unclear)
                return Fail(predictor, found.Route, champion, arrivedAt, unclear);
            if (predictor.Answer(ref choice, Protocol, text.Span, [], arrivedAt, out var request, out var scored) is { } error)
                return Fail(predictor, found.Route, choice.Model, arrivedAt, error);
            var latency = time.GetElapsedTime(started);
            mirrors.Offer(context, choice, Protocol, request, scored.Outputs.Length, text.Span, [], arrivedAt);
            predictor.Answered(scored, request, choice, arrivedAt, latency);
            context.Response.Headers[VersionChoice.AnsweredByHeader] = choice.Model.NumberText;
            return Answer(scored);
        }
    }

    private static IResult Answer(ScoredRows scored)
    {
        var isList = scored.Model.Manifest.Task == ModelTask.MulticlassClassification;
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

    private static Error? Read(ServedModel model, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary, int maxRows, out PredictionRequest request)
    {
        request = default;
        if (BodyText.Check(json) is { } invalid)
            return invalid;
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            // Anything but white space behind it is a fault that the reader finds here.
            reader.Read();
            return new Dataframe(model, maxRows).Read(document.RootElement, out request);
        }
        catch (JsonException exception)
        {
            return InvalidJson.At(json, exception);
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
