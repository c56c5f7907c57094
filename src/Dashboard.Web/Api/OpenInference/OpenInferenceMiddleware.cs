using System.Buffers;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Serving;
using Dashboard.Web.Hosting;
using Dashboard.Web.People;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.OpenInference;

/// <summary>
/// The Open Inference Protocol, version 2, under /v2. It stands before routing and ends the pipeline: a prediction passes no binder, no endpoint and no logger,
/// and allocates what goes into the prediction log and little else.
/// </summary>
internal sealed partial class OpenInferenceMiddleware(RequestDelegate next, Router router, Predictor predictor, Mirrors mirrors, Settings settings, AccessControl access, TimeProvider time, ILogger<OpenInferenceMiddleware> logger)
{
    private const string HeaderLength = "Inference-Header-Content-Length";

    private static readonly Protocol Protocol = new("parameters", HasRequestId: true, Read);

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        return path is not null && path.StartsWith("/v2", StringComparison.Ordinal) && (path.Length == 3 || path[3] == '/') ? AnswerAsync(context, path) : next(context);
    }

    private async Task AnswerAsync(HttpContext context, string path)
    {
        var arrivedAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        var target = InferTarget.Of(path, router.Current);
        try
        {
            if (!access.IsOpen && Refusal(context, path, target) is { } refusal)
                Refuse(context, route: null, default, refusal.Status, refusal.Message);
            else if (target.Operation == Operation.Infer)
                await InferAsync(context, target, arrivedAt, started);
            else
                await DescribeAsync(context, target);
        }
        catch (BadHttpRequestException exception)
        {
            Refuse(context, target.Route, arrivedAt, exception.StatusCode, exception.Message);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogFailure(logger, exception, path);
            Refuse(context, target.Route, arrivedAt, StatusCodes.Status500InternalServerError, "The server failed at this request; its log says why.");
        }
    }

    private async Task InferAsync(HttpContext context, InferTarget target, DateTimeOffset arrivedAt, long started)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            RefuseMethod(context, HttpMethods.Post);
            return;
        }

        if (target.Model is null)
        {
            Refuse(context, target.Route, arrivedAt, target.Error!);
            return;
        }

        var limits = settings.Serving;
        var body = await RequestBody.ReadAsync(context.Request, limits.MaxBodyBytes, context.RequestAborted);
        if (body is not { } content)
        {
            Refuse(context, target.Route!, target.Model, arrivedAt, new BodyTooLarge(context.Request.ContentLength, limits.MaxBodyBytes));
            return;
        }

        try
        {
            if (Predict(context, target, content, arrivedAt, started, out var model) is { } error)
                Refuse(context, target.Route!, model, arrivedAt, error);
        }
        finally
        {
            context.Request.BodyReader.AdvanceTo(content.End);
        }
    }

    /// <summary>Who may not do it: the model is the one of the path, whether it exists or not, so that a refusal does not tell.</summary>
    private (int Status, string Message)? Refusal(HttpContext context, string path, in InferTarget target)
    {
        var row = AccessTable.Find(Surface.Inference, "", target.Operation.ToString());
        var parts = path.Split('/');
        var model = parts.Length > 3 ? parts[3] : null;
        var actor = access.ByToken(context.Request);
        var verdict = AccessControl.Decide(row, actor, model);
        if (verdict == Verdict.Allowed)
            return null;
        if (verdict == Verdict.Refused)
            return (StatusCodes.Status403Forbidden, new NotAllowed(actor!.Name, row!.Needs!.Value, model).Message);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return (StatusCodes.Status401Unauthorized, "Nobody is signed in; expected 'Authorization: Bearer dbt_…' with a token that is valid.");
    }

    /// <param name="model">The version that answered, or that the request does not fit.</param>
    private Error? Predict(HttpContext context, in InferTarget target, in ReadOnlySequence<byte> content, DateTimeOffset arrivedAt, long started, out ServedModel model)
    {
        model = target.Model!;
        using var body = new ContiguousBody(content);
        var jsonLength = body.Span.Length;
        if (context.Request.Headers.TryGetValue(HeaderLength, out var header) && (!int.TryParse(header, out jsonLength) || jsonLength < 0 || jsonLength > body.Span.Length))
            return InvalidValue.Of(HeaderLength, header, $"the length of the JSON part, at most the body's {body.Span.Length} bytes");
        var json = body.Span[..jsonLength];
        var binary = body.Span[jsonLength..];
        if (VersionChoice.Choose(context.Request, router, target.Route!, model, target.IsNamed, Protocol, json, arrivedAt, out var choice) is { } unclear)
            return unclear;
        var error = predictor.Answer(ref choice, Protocol, json, binary, arrivedAt, out var request, out var scored);
        model = choice.Model;
        if (error is not null)
            return error;
        Write(context.Response, scored, request);
        var latency = time.GetElapsedTime(started);
        mirrors.Offer(context, choice, Protocol, request, scored.Outputs.Length, json, binary, arrivedAt);
        predictor.Answered(scored, request, choice, arrivedAt, latency);
        return null;
    }

    private static Error? Read(ServedModel model, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary, int maxRows, out PredictionRequest request)
    {
        var error = new InferRequestReader(json, binary, model, maxRows).Read(out request, out var outputs);
        request.Outputs = outputs;
        return error;
    }

    private static void Write(HttpResponse response, in ScoredRows scored, in PredictionRequest request)
    {
        var text = new Utf8Text(256 + (64 * request.Rows.Length));
        try
        {
            var jsonPart = InferResponse.Write(ref text, scored, request, request.Outputs);
            response.Headers[VersionChoice.AnsweredByHeader] = scored.Model.NumberText;
            if (jsonPart is { } length)
                response.Headers[HeaderLength] = length.ToString();
            response.ContentType = jsonPart is null ? "application/json" : "application/octet-stream";
            response.ContentLength = text.Length;
            response.BodyWriter.Write(text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    private Task DescribeAsync(HttpContext context, InferTarget target)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            if (target.Operation == Operation.Unknown)
                Refuse(context, route: null, default, StatusCodes.Status404NotFound, Unknown(context));
            else
                RefuseMethod(context, HttpMethods.Get);
            return Task.CompletedTask;
        }

        switch (target.Operation)
        {
            case Operation.Server:
                return WriteAsync(context, StatusCodes.Status200OK, Descriptions.Server());
            case Operation.Live:
                return WriteAsync(context, StatusCodes.Status200OK, new { live = true });
            case Operation.Ready:
                var isReady = Descriptions.IsReady(router.Current);
                return WriteAsync(context, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, new { ready = isReady });
            case Operation.Metadata when target.Model is { } model:
                return WriteAsync(context, StatusCodes.Status200OK, Descriptions.Of(model, target.Route!));
            case Operation.ModelReady when target.Model is { } model:
                return WriteAsync(context, StatusCodes.Status200OK, new { name = model.Name, version = model.NumberText, ready = true });
            case Operation.Unknown:
                Refuse(context, route: null, default, StatusCodes.Status404NotFound, Unknown(context));
                return Task.CompletedTask;
            default:
                Refuse(context, route: null, default, target.Error!);
                return Task.CompletedTask;
        }
    }

    private static string Unknown(HttpContext context) =>
        $"There is no '{Error.Shorten(context.Request.Path.Value!)}'; expected /v2, /v2/health/live, /v2/health/ready or /v2/models/{{model}}[/versions/{{version}}][/ready|/infer].";

    private static Task WriteAsync(HttpContext context, int status, object document)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(document, CanonicalJson.Options, "application/json", context.RequestAborted);
    }

    private void RefuseMethod(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        Refuse(context, route: null, default, StatusCodes.Status405MethodNotAllowed, $"{Error.Shorten(context.Request.Method)} is not allowed on '{Error.Shorten(context.Request.Path.Value!)}'; expected {allowed}.");
    }

    /// <summary>Answers a request that a model cannot make sense of, and counts what was wrong with it.</summary>
    private void Refuse(HttpContext context, ModelRoute route, ServedModel model, DateTimeOffset arrivedAt, Error error)
    {
        predictor.Refused(model, arrivedAt, error);
        Refuse(context, route, arrivedAt, error);
    }

    private void Refuse(HttpContext context, ModelRoute? route, DateTimeOffset arrivedAt, Error error) =>
        Refuse(context, route, arrivedAt, Problems.Status(error.Kind), error.Message);

    /// <summary>Answers with an error, and counts it where it belongs to a registered model.</summary>
    private void Refuse(HttpContext context, ModelRoute? route, DateTimeOffset arrivedAt, int status, string message)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { error = message }, CanonicalJson.Options);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        context.Response.BodyWriter.Write(json);
        if (route is not null)
            predictor.Failed(route.Name, arrivedAt, status);
    }

    [LoggerMessage(LogLevel.Error, "A request to {Path} failed")]
    private static partial void LogFailure(ILogger logger, Exception exception, string path);
}
