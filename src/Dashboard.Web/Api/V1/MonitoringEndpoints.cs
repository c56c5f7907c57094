using Dashboard.Core;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Monitoring.Segments;

namespace Dashboard.Web.Api.V1;

/// <summary>What the pages show of a model in production, as JSON for automation. Times without a range: the last 30 days on the model's clock, the last hour on the service's.</summary>
internal static class MonitoringEndpoints
{
    public static void MapMonitoring(this IEndpointRouteBuilder routes)
    {
        var model = routes.MapGroup("/models/{model}").WithTags("Monitoring");
        model.MapGet("/overview", async (string model, MonitoringQueries queries, CancellationToken ct) =>
            await queries.OverviewAsync(model, ct) is { } overview ? Results.Ok(overview) : Unknown(model)).WithSummary("State of a model in one answer.").Produces<ModelOverview>();
        model.MapGet("/metrics", MetricsAsync).WithSummary("Metrics, positive rate and label coverage over event time, of all predictions or of a segment.").Produces<ModelSeries>();
        model.MapGet("/service", ServiceAsync).WithSummary("Requests, errors and latencies over arrival time.").Produces<ServiceSeries>();
        model.MapGet("/drift", DriftAsync).WithSummary("Drift of each feature, of the prediction and of the model, judged block by block of event time against the reference's own blocks; of a segment against its own rows in the reference.").Produces<DriftHistory>();
        model.MapGet("/distributions/{feature}", DistributionAsync).WithSummary("A feature's, or the prediction's, distribution against the reference, of all predictions or of a segment.").Produces<DistributionView>();
        model.MapGet("/labelled.csv", LabelledAsync).WithSummary("Logged inputs with their ground truth, for training.").Produces(200, contentType: "text/csv");
    }

    private static async Task<IResult> MetricsAsync(string model, int? version, DateTimeOffset? from, DateTimeOffset? to, int? points, string? segment, MonitoringQueries queries, CancellationToken ct)
    {
        var (start, end) = await RangeAsync(queries, model, from, to, ct);
        if (Check(start, end, points) is { } fault)
            return fault.ToProblem();
        if (segment is not null)
        {
            var found = queries.FindSegment(model, segment);
            if (!found.IsSuccess)
                return found.Error!.ToProblem();
            return await queries.SegmentSeriesAsync(model, version, found.Value.Id, start, end, points ?? MonitoringQueries.DefaultPoints, ct) is { } part ? Results.Ok(part.Series) : Unknown(model, version);
        }

        return await queries.SeriesAsync(model, version, start, end, points ?? MonitoringQueries.DefaultPoints, ct) is { } series ? Results.Ok(series) : Unknown(model, version);
    }

    private static async Task<IResult> ServiceAsync(string model, DateTimeOffset? from, DateTimeOffset? to, int? points, MonitoringQueries queries, TimeProvider time, CancellationToken ct)
    {
        var end = to ?? time.GetUtcNow();
        var start = from ?? end.AddHours(-1);
        return Check(start, end, points) is { } fault ? fault.ToProblem() : Results.Ok(await queries.ServiceAsync(model, start, end, points ?? MonitoringQueries.DefaultPoints, ct));
    }

    private static async Task<IResult> DriftAsync(string model, int? version, DateTimeOffset? from, DateTimeOffset? to, string? segment, MonitoringQueries queries, CancellationToken ct)
    {
        var (start, end) = await RangeAsync(queries, model, from, to, ct);
        if (Check(start, end, null) is { } fault)
            return fault.ToProblem();
        var part = segment is null ? default(Result<DefinedSegment>?) : queries.FindSegment(model, segment);
        if (part?.Error is { } unknown)
            return unknown.ToProblem();
        return await queries.DriftAsync(model, version, part?.Value.Id, start, end, ct) is { } history ? Results.Ok(history) : Unknown(model, version);
    }

    private static async Task<IResult> DistributionAsync(string model, string feature, int? version, DateTimeOffset? from, DateTimeOffset? to, string? segment, MonitoringQueries queries, CancellationToken ct)
    {
        var (start, end) = await RangeAsync(queries, model, from, to, ct);
        if (Check(start, end, null) is { } fault)
            return fault.ToProblem();
        var part = segment is null ? default(Result<DefinedSegment>?) : queries.FindSegment(model, segment);
        if (part?.Error is { } unknown)
            return unknown.ToProblem();
        return await queries.DistributionAsync(model, version, part?.Value.Id, feature, start, end, ct) is { } view ? Results.Ok(view) : NotFound.In("model", model, "feature", feature).ToProblem();
    }

    private static async Task<IResult> LabelledAsync(string model, DateTimeOffset? from, DateTimeOffset? to, MonitoringQueries queries, LabelledExport export, CancellationToken ct)
    {
        if (await queries.SpanAsync(model, ct) is not var (oldest, newest))
            return new NotFound("logged prediction of model", model).ToProblem();
        var (start, end) = (from ?? oldest, to ?? newest.AddTicks(10));
        return Check(start, end, null) is { } fault
            ? fault.ToProblem()
            : Results.Stream(stream => export.WriteAsync(model, start, end, stream, ct), "text/csv", $"{model}-labelled.csv");
    }

    internal static async Task<(DateTimeOffset From, DateTimeOffset To)> RangeAsync(MonitoringQueries queries, string model, DateTimeOffset? from, DateTimeOffset? to, CancellationToken ct)
    {
        var newest = to ?? (await queries.SpanAsync(model, ct))?.Newest.AddTicks(10) ?? DateTimeOffset.UnixEpoch;
        return (from ?? (newest > DateTimeOffset.MinValue.AddDays(30) ? newest.AddDays(-30) : DateTimeOffset.MinValue), newest);
    }

    internal static InvalidValue? Check(DateTimeOffset from, DateTimeOffset to, int? points)
    {
        if (to <= from)
            return InvalidValue.Of("from", from.ToString("O"), $"a time before to ({to:O})");
        return points is < 1 or > 5000 ? InvalidValue.Of("points", points.ToString(), "1 to 5000") : null;
    }

    internal static IResult Unknown(string model, int? version = null) =>
        new NotFound("model", version is null ? model : $"{model}, version {version}").ToProblem();
}
