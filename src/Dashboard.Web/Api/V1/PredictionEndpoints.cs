using Dashboard.Core;
using Dashboard.Storage.Monitoring.Predictions;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Web.Explanations;
using Microsoft.AspNetCore.Http.Features;

namespace Dashboard.Web.Api.V1;

/// <summary>The prediction log: search by time, segment, score and ground truth, and single predictions by id.</summary>
internal static class PredictionEndpoints
{
    private const int DefaultTake = 50;

    public static void MapPredictions(this IEndpointRouteBuilder routes)
    {
        var model = routes.MapGroup("/models/{model}").WithTags("Predictions");
        model.MapGet("/predictions", SearchAsync).Produces<PredictionList>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Search the prediction log, newest first. A page looks through a bounded number of predictions and says how far it came; next is the cursor of the page after it.");
        model.MapGet("/predictions.csv", DownloadAsync).Produces(200, contentType: "text/csv").ProducesProblem(400).ProducesProblem(404)
            .WithSummary("The same search as CSV, at most 10,000 rows; the header X-Complete says whether that is all");
        model.MapDelete("/entities/{**key}", EraseAsync).Produces<EntityErased>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Remove the logged predictions and ground truth of one entity; the answer says how many rows went and what remains. The audit log keeps an HMAC-SHA-256 of the key with a secret of the installation, not the key");
        model.MapGet("/entities/{**key}", FindErasuresAsync).Produces<PastErasure[]>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("When the logged predictions of one entity were removed, newest first; nothing is in the list where that never happened");
        model.MapGet("/predictions/{**id}", async (string model, string id, PredictionExplainer explainer, CancellationToken ct) =>
                (await explainer.ExplainAsync(model, id, ct)).Match(explained => Results.Ok(ExplanationView.Of(explained)), Problems.ToProblem))
            .Produces<ExplanationView>().ProducesProblem(404)
            .WithSummary("One prediction with what every feature contributed (exact TreeSHAP), its place in the reference, its ground truth and what the champion would say");
    }

    private static async Task<IResult> EraseAsync(string model, string? key, HttpContext context, EntityErasure erasure, CancellationToken ct) =>
        key is null ? InvalidValue.Of("key", null, "the key of an entity after /entities/").ToProblem() : (await erasure.EraseAsync(model, KeyOf(context, key), Actor.Of(context), ct)).Match(Results.Ok, Problems.ToProblem);

    private static async Task<IResult> FindErasuresAsync(string model, string? key, HttpContext context, EntityErasure erasure, CancellationToken ct) =>
        key is null ? InvalidValue.Of("key", null, "the key of an entity after /entities/").ToProblem() : (await erasure.FindAsync(model, KeyOf(context, key), ct)).Match(Results.Ok, Problems.ToProblem);

    /// <summary>The key as the caller wrote it: in a route's value an escaped slash stays escaped, and could not be told from one that is part of the key.</summary>
    private static string KeyOf(HttpContext context, string routed)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0] ?? "";
        var model = target.IndexOf("/models/", StringComparison.Ordinal) + "/models/".Length;
        const string entities = "/entities/";
        var end = target.IndexOf('/', model);
        return end >= 0 && target.AsSpan(end).StartsWith(entities) ? Uri.UnescapeDataString(target[(end + entities.Length)..]) : routed;
    }

    private static async Task<IResult> SearchAsync(string model, [AsParameters] SearchQuery query, PredictionSearch search, string? cursor, int? take, CancellationToken ct)
    {
        var filter = query.ToFilter();
        if (!filter.IsSuccess)
            return filter.Error!.ToProblem();
        return (await search.FindAsync(model, filter.Value, cursor, take ?? DefaultTake, ct)).Match(page => Results.Ok(PredictionList.Of(page)), Problems.ToProblem);
    }

    private static async Task<IResult> DownloadAsync(string model, [AsParameters] SearchQuery query, PredictionExport export, HttpResponse response, CancellationToken ct)
    {
        var filter = query.ToFilter();
        if (!filter.IsSuccess)
            return filter.Error!.ToProblem();
        var collected = await export.CollectAsync(model, filter.Value, ct);
        if (!collected.IsSuccess)
            return collected.Error!.ToProblem();
        var page = collected.Value;
        response.Headers["X-Complete"] = page.Next is null ? "true" : "false";
        response.Headers["X-Looked-Through"] = page.LookedThrough.ToString();
        return Results.Stream(stream => PredictionExport.WriteAsync(page.Entries, stream, ct), "text/csv", $"{model}-predictions.csv");
    }

    /// <param name="From">Event time, inclusive.</param>
    /// <param name="To">Event time, exclusive.</param>
    /// <param name="Segment">The name of a defined segment.</param>
    /// <param name="Expression">A segment typed in.</param>
    /// <param name="Min">The smallest score.</param>
    /// <param name="Max">The largest score.</param>
    /// <param name="Class">The predicted class.</param>
    /// <param name="Truth">known, unknown, right or wrong.</param>
    private sealed record SearchQuery(DateTimeOffset? From, DateTimeOffset? To, string? Segment, string? Expression, double? Min, double? Max, string? Class, string? Truth, int? Version)
    {
        public Result<PredictionFilter> ToFilter()
        {
            TruthState? truth = null;
            if (Truth is not null)
            {
                if (!Enum.TryParse<TruthState>(Truth, ignoreCase: true, out var state) || !Enum.IsDefined(state) || char.IsAsciiDigit(Truth[0]))
                    return InvalidValue.Of("truth", Truth, "known, unknown, right or wrong");
                truth = state;
            }

            return new PredictionFilter { From = From, To = To, Segment = Segment, Expression = Expression, Minimum = Min, Maximum = Max, Class = Class, Truth = truth, Version = Version };
        }
    }

    /// <param name="LookedThrough">Predictions that were looked at for this page and those before it.</param>
    /// <param name="DownTo">The event time of the last one that was looked at.</param>
    /// <param name="Next">The cursor of the next page; absent where everything has been looked at.</param>
    private sealed record PredictionList(IReadOnlyList<PredictionView> Predictions, long LookedThrough, DateTimeOffset? DownTo, string? Next)
    {
        public static PredictionList Of(PredictionResults page) => new([.. page.Entries.Select(PredictionView.Of)], page.LookedThrough, page.DownTo, page.Next);
    }
}
