using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Serving;
using Dashboard.Web.Hosting;

namespace Dashboard.Web.Api.V1.Ingestion;

/// <summary>What became of a body of observations.</summary>
/// <param name="Accepted">Observations that are on disk now.</param>
/// <param name="Duplicates">Observations whose id was there already; the first one counts, so a body may be sent again without harm.</param>
/// <param name="RejectedCount">Observations that were not taken; <paramref name="Rejected"/> describes the first hundred.</param>
public sealed record ObservationsAnswer(long Accepted, long Duplicates, long RejectedCount, IReadOnlyList<Rejection> Rejected);

/// <summary>What became of a body of ground truth.</summary>
/// <param name="Accepted">Labels of predictions that had none.</param>
/// <param name="Replaced">Labels that replaced an earlier one of the same prediction: the last wins.</param>
/// <param name="Waiting">Labels whose prediction has not come yet; kept for seven days, then counted as unknown.</param>
/// <param name="Refused">Labels that could not be kept or that do not fit their prediction's version.</param>
/// <param name="RejectedCount">Items that were not taken; <paramref name="Rejected"/> describes the first hundred.</param>
public sealed record GroundTruthAnswer(long Accepted, long Replaced, long Waiting, long Refused, long RejectedCount, IReadOnlyList<Rejection> Rejected);

/// <summary>
/// Observations and ground truth from elsewhere. Each item stands for itself: what is valid is taken, what is not is described in the answer (200);
/// a body without one valid item, or one that cannot be read to its end, is a problem (400) that says what was taken before. An answer means: on disk.
/// </summary>
internal static class IngestionEndpoints
{
    private const int BatchSize = 4000;

    public static void MapIngestion(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/models/{model}/observations", ObserveAsync).WithSummary("Send in predictions that were made elsewhere: JSON array or NDJSON, gzip too.")
            .Produces<ObservationsAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).WithTags("Monitoring");
        routes.MapPost("/models/{model}/ground-truth", LabelAsync).WithSummary("Send in ground truth by prediction id: JSON array or NDJSON, gzip too. With environment, of another than production, it judges the rollout that runs there, and the answer is accepted, unknown, rejectedCount, rejected.")
            .Produces<GroundTruthAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).WithTags("Monitoring");
    }

    private static async Task<IResult> ObserveAsync(string model, HttpRequest request, Router router, TelemetryStore store, QualityCounters quality, Settings settings, TimeProvider time, CancellationToken ct)
    {
        var route = Route(router, model);
        var items = route.IsSuccess ? JsonItems.Open(request, settings.Ingestion.MaxBodyBytes) : route.Error!;
        if (!items.IsSuccess)
            return items.Error!.ToProblem();
        await using var body = items.Value;
        var now = time.GetUtcNow();
        var reader = new ObservationReader(route.Value, route.Value.Champion!, now);
        var rejections = new Rejections(quality, route.Value.Champion!.ModelId, QualityKind.ObservationRejected, now);
        var batch = new List<PredictionRecord>(BatchSize);
        // One batch is being written while the next is read.
        var writing = Task.FromResult(new ObservationResult(0, 0));
        long accepted = 0, duplicates = 0;
        Result<bool> more;
        do
        {
            more = await body.ReadAsync((index, in item) =>
            {
                var (record, fault) = reader.Read(item);
                if (fault is null)
                    batch.Add(record!);
                else
                    rejections.Add(index, fault);
            }, rejections.Add, ct);
            if (batch.Count >= BatchSize)
                await SendAsync();
        }
        while (more.IsSuccess && more.Value);
        await SendAsync();
        await SendAsync();
        return Answer(new ObservationsAnswer(accepted, duplicates, rejections.Count, rejections.Described), more.Error, rejections, accepted + duplicates);

        async Task SendAsync()
        {
            var result = await writing;
            accepted += result.Accepted;
            duplicates += result.Duplicates;
            writing = batch.Count == 0 ? Task.FromResult(new ObservationResult(0, 0)) : store.AppendAsync(batch, ct);
            batch = new(BatchSize);
        }
    }

    private static async Task<IResult> LabelAsync(string model, string? environment, HttpRequest request, ServingEnvironments environments, Router router, TelemetryStore store, QualityCounters quality, Settings settings, TimeProvider time, CancellationToken ct)
    {
        if (environment is not (null or RolloutTarget.Production))
            return await StageTruth.TakeAsync(model, environment, request, environments, settings, time, ct);
        var route = Route(router, model);
        var items = route.IsSuccess ? JsonItems.Open(request, settings.Ingestion.MaxBodyBytes) : route.Error!;
        if (!items.IsSuccess)
            return items.Error!.ToProblem();
        await using var body = items.Value;
        var champion = route.Value.Champion!;
        var now = time.GetUtcNow();
        var reader = new LabelReader(champion, now);
        var rejections = new Rejections(quality, champion.ModelId, QualityKind.GroundTruthRejected, now);
        long accepted = 0, replaced = 0, waiting = 0, refused = 0;
        var error = await ReadAsync(body, reader, rejections, async batch =>
        {
            var result = await store.LabelAsync(champion.ModelId, champion.Name, batch, ct);
            (accepted, replaced, waiting, refused) = (accepted + result.Applied, replaced + result.Replaced, waiting + result.Waiting, refused + result.Refused);
        }, ct);
        return Answer(new GroundTruthAnswer(accepted, replaced, waiting, refused, rejections.Count, rejections.Described), error, rejections, accepted + replaced + waiting + refused);
    }

    /// <summary>Reads labels and hands them over in batches.</summary>
    /// <returns>Why the body could not be read to its end; null: it was.</returns>
    internal static async Task<Error?> ReadAsync(JsonItems body, LabelReader reader, Rejections rejections, Func<IReadOnlyList<LabelItem>, Task> take, CancellationToken ct)
    {
        var batch = new List<LabelItem>(BatchSize);
        Result<bool> more;
        do
        {
            more = await body.ReadAsync((index, in item) =>
            {
                var (label, fault) = reader.Read(item);
                if (fault is null)
                    batch.Add(label);
                else
                    rejections.Add(index, fault);
            }, rejections.Add, ct);
            if (batch.Count == 0 || (batch.Count < BatchSize && more is { IsSuccess: true, Value: true }))
                continue;
            await take(batch);
            batch = new(BatchSize);
        }
        while (more.IsSuccess && more.Value);
        return more.Error;
    }

    internal static IResult Answer(object answer, Error? error, Rejections rejections, long taken)
    {
        if (error is not null)
            rejections.AddUnreadable();
        if (error is null && (taken > 0 || rejections.Count == 0))
            return Results.Ok(answer);
        if (error is not null && taken == 0 && rejections.Count == 0)
            return error.ToProblem();
        var message = error?.Message ?? $"None of the {rejections.Count} items is valid.";
        return Results.Problem(message, statusCode: error is null ? StatusCodes.Status400BadRequest : Problems.Status(error.Kind), title: "The request is not valid",
            extensions: new Dictionary<string, object?> { ["taken"] = answer });
    }

    internal static Result<ModelRoute> Route(Router router, string model) =>
        !router.Current.Models.TryGetValue(model, out var route) ? new NotFound("model", model)
        : route.Champion is null ? new Conflict($"Model '{model}' has no version in service: {route.Problem}.")
        : route;
}
