using Dashboard.Core;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Web.Hosting.Analysis;

namespace Dashboard.Web.Api.V1;

/// <summary>Asks why a model's performance changed, and reads the answer.</summary>
internal static class AnalysisEndpoints
{
    public static void MapAnalyses(this IEndpointRouteBuilder routes)
    {
        var analyses = routes.MapGroup("/models/{model}/analyses").WithTags("Monitoring");
        analyses.MapPost("", RequestAsync).Accepts<AnalysisBody>("application/json").Produces<AnalysisView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Explain the change of performance between the reference and a range of event time: { from, to }, and loss where not the task's default is meant.");
        analyses.MapGet("", NewestAsync).Produces<AnalysisView>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The newest analysis of the model, or of the range from–to.");
        analyses.MapPost("/{id}/cancel", CancelAsync).Produces<AnalysisView>().ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Stop an analysis that waits or runs.");
    }

    private static async Task<IResult> RequestAsync(string model, HttpContext context, AnalysisRunner runner, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<AnalysisBody>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        if (body.Value.From is not { } from)
            return InvalidValue.Of("from", null, "a time in ISO 8601").ToProblem();
        if (body.Value.To is not { } to)
            return InvalidValue.Of("to", null, "a time in ISO 8601").ToProblem();
        return (await runner.RequestAsync(model, from, to, body.Value.Loss, Actor.Of(context), ct))
            .Match(analysis => Results.Accepted($"/api/v1/models/{Uri.EscapeDataString(model)}/analyses", AnalysisView.Of(analysis)), error => error.ToProblem());
    }

    private static async Task<IResult> NewestAsync(string model, DateTimeOffset? from, DateTimeOffset? to, AnalysisRunner runner, CancellationToken ct) =>
        (await runner.ListAsync(model, ct)).FirstOrDefault(analysis => (from is null || analysis.From == from) && (to is null || analysis.To == to)) is { } analysis ? Results.Ok(AnalysisView.Of(analysis)) : new NotFound("analysis of model", model).ToProblem();

    private static async Task<IResult> CancelAsync(string model, string id, AnalysisRunner runner, CancellationToken ct) =>
        (await runner.CancelAsync(model, id, ct)).Match(analysis => Results.Ok(AnalysisView.Of(analysis)), error => error.ToProblem());
}

/// <param name="Loss">logLoss, errorRate or brierScore; absoluteError or squaredError for regression. Null: the first.</param>
internal sealed record AnalysisBody(DateTimeOffset? From, DateTimeOffset? To, LossKind? Loss);

/// <summary>An analysis as the API shows it.</summary>
/// <param name="Progress">0 to 1.</param>
/// <param name="Headline">The answer in a sentence; null until there is one.</param>
/// <param name="Sentences">The causes in sentences, the largest first.</param>
internal sealed record AnalysisView(string Id, string Model, int? Version, DateTimeOffset From, DateTimeOffset To, AnalysisStatus Status, string Step, double Progress, string RequestedBy,
    DateTimeOffset RequestedAt, DateTimeOffset? EndedAt, string? Error, string? Headline, IReadOnlyList<string> Sentences, ChangeReport? Report)
{
    public static AnalysisView Of(ChangeAnalysis a) => new(a.Id, a.Model, a.Version, a.From, a.To, a.Status, a.Step, a.Progress, a.RequestedBy, a.RequestedAt, a.EndedAt, a.Error,
        a.Report?.Causes is { } causes ? CauseWords.Headline(causes) : null,
        a.Report?.Causes is { } found ? [.. found.Inputs.Select(input => CauseWords.Sentence(input, found)), .. found.Relation.Select(CauseWords.Sentence)] : [], a.Report);
}
