using Dashboard.Core;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Quality;
using Dashboard.Storage.Monitoring.Slices;

namespace Dashboard.Web.Api.V1;

/// <summary>Data quality, the groups in which a model does worse, and figures of fairness, as the pages show them.</summary>
internal static class QualityEndpoints
{
    public static void MapQuality(this IEndpointRouteBuilder routes)
    {
        var model = routes.MapGroup("/models/{model}");
        model.MapGet("/quality", QualityAsync).WithTags("Monitoring").Produces<QualityReport>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Inputs against what the model was trained on, worst first: missing, out of range, new categories, wrong types, quantiles on both sides. Faults are counted by arrival: arrivedFrom and arrivedTo where that is another time than from and to");
        model.MapGet("/slices", SlicesAsync).WithTags("Segments").Produces<WorstSegmentsView>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Groups of inputs in which the model does worse than elsewhere, found by themselves and ranked by what they add to the loss; the intervals allow for how many groups were looked at");
        model.MapGet("/fairness", FairnessAsync).WithTags("Segments").Produces<FairnessView>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Selection, true- and false-positive rates, precision and accuracy between the values of a feature, and the largest differences with their intervals");
    }

    private static async Task<IResult> QualityAsync(string model, int? version, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset? arrivedFrom, DateTimeOffset? arrivedTo, string? segment, MonitoringQueries queries, TimeProvider time, CancellationToken ct)
    {
        var (start, end) = await MonitoringEndpoints.RangeAsync(queries, model, from, to, ct);
        // Without a range of their own faults are those of the range that was given, or of the last 30 days.
        var last = arrivedTo ?? to ?? time.GetUtcNow();
        var first = arrivedFrom ?? from ?? last.AddDays(-30);
        if (MonitoringEndpoints.Check(start, end, null) is { } fault)
            return fault.ToProblem();
        if (last <= first)
            return InvalidValue.Of("arrivedFrom", first.ToString("O"), $"a time before arrivedTo ({last:O})").ToProblem();
        int? id = null;
        if (segment is not null)
        {
            var found = queries.FindSegment(model, segment);
            if (!found.IsSuccess)
                return found.Error!.ToProblem();
            id = found.Value.Id;
        }

        return await queries.QualityAsync(model, version, new ClockRange(start, end, first, last), id, ct) is { } report ? Results.Ok(report) : MonitoringEndpoints.Unknown(model, version);
    }

    private static async Task<IResult> SlicesAsync(string model, int? version, DateTimeOffset? from, DateTimeOffset? to, MonitoringQueries queries, CancellationToken ct)
    {
        var (start, end) = await MonitoringEndpoints.RangeAsync(queries, model, from, to, ct);
        if (MonitoringEndpoints.Check(start, end, null) is { } fault)
            return fault.ToProblem();
        return await queries.WorstSegmentsAsync(model, version, start, end, ct) is { } view ? Results.Ok(view) : MonitoringEndpoints.Unknown(model, version);
    }

    private static async Task<IResult> FairnessAsync(string model, string? feature, string? @class, int? version, DateTimeOffset? from, DateTimeOffset? to, MonitoringQueries queries, CancellationToken ct)
    {
        if (feature is null)
            return InvalidValue.Of("feature", null, "the name of a feature whose values are compared").ToProblem();
        var (start, end) = await MonitoringEndpoints.RangeAsync(queries, model, from, to, ct);
        if (MonitoringEndpoints.Check(start, end, null) is { } fault)
            return fault.ToProblem();
        return await queries.FairnessAsync(model, version, feature, @class, start, end, ct) is { } view ? view.Match(Results.Ok, Problems.ToProblem) : MonitoringEndpoints.Unknown(model, version);
    }
}
