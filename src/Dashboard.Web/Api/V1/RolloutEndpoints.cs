using System.Diagnostics.CodeAnalysis;
using Dashboard.Core;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Deployments.Statistics;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;

namespace Dashboard.Web.Api.V1;

/// <summary>Rollouts under way and past ones, and what a person may ask of them.</summary>
internal static class RolloutEndpoints
{
    private static readonly (string Path, RolloutAction Action, string Summary)[] Commands =
    [
        ("pause", RolloutAction.Pause, "Stay at the present weight"),
        ("resume", RolloutAction.Resume, "Go on where it was paused or frozen"),
        ("skip", RolloutAction.SkipStep, "To the next stage without a passed analysis, with a reason"),
        ("promote", RolloutAction.Promote, "Give everything to the version that has passed"),
        ("promote-now", RolloutAction.PromoteNow, "Give everything to the version without a passed analysis, with a reason"),
        ("abort", RolloutAction.Abort, "Take the version out of traffic at once"),
        ("supersede", RolloutAction.Supersede, "End a rollout that has not promoted yet, so that another one of the model may take its place"),
    ];

    public static void MapRollouts(this IEndpointRouteBuilder routes)
    {
        var rollouts = routes.MapGroup("/models/{model}/rollouts").WithTags("Deployments");
        rollouts.MapGet("", ListAsync).Produces<RolloutDocument[]>().ProducesProblem(404).WithSummary("Rollouts of a model, newest first");
        rollouts.MapGet("/{id:guid}", FindAsync).Produces<RolloutDetails>().ProducesProblem(404).WithSummary("A rollout with its transitions and what can be asked of it");
        foreach (var (path, action, summary) in Commands)
        {
            rollouts.MapPost($"/{{id:guid}}/{path}", (string model, Guid id, HttpContext context, RolloutCommands commands, CancellationToken ct) => CommandAsync(model, id, action, context, commands, ct))
                .Accepts<RolloutOrder>("application/json", "*/*").Produces<RolloutDocument>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary(summary);
        }
    }

    private static async Task<IResult> ListAsync(string model, RolloutStore store, ModelRegistry registry, CancellationToken ct) =>
        await registry.FindAsync(model, ct) is null ? new NotFound("model", model).ToProblem() : Results.Ok((await store.ListAsync(model, ct)).Select(RolloutDocument.Of));

    private static async Task<IResult> FindAsync(string model, Guid id, RolloutStore store, CancellationToken ct)
    {
        var found = await store.FindAsync(id, ct);
        if (found.Error is { } error)
            return error.ToProblem();
        if (found.Value.Model != model)
            return NotFound.In("model", model, "rollout", id.ToString()).ToProblem();
        return Results.Ok(new RolloutDetails(RolloutDocument.Of(found.Value), RolloutCommands.Possible(found.Value.State), [.. (await store.HistoryAsync(id, ct)).Select(TransitionDocument.Of)]));
    }

    private static async Task<IResult> CommandAsync(string model, Guid id, RolloutAction action, HttpContext context, RolloutCommands commands, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<RolloutOrder>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        if (body.Value.Revision is not { } revision)
            return InvalidValue.Of("revision", null, "the revision of the rollout that you saw").ToProblem();
        return (await commands.GiveAsync(model, id, action, revision, Actor.Of(context), body.Value.Reason, body.Value.CommandId, ct)).Match(view => Results.Ok(RolloutDocument.Of(view)), Problems.ToProblem);
    }

    private sealed record RolloutOrder(long? Revision, string? Reason, Guid? CommandId);

    /// <param name="Champion">The version that was live before; 0: none.</param>
    /// <param name="Step">From 1; null before the first.</param>
    /// <param name="HoldEnds">From when on a pass is taken for one.</param>
    /// <param name="Ends">When the phase ends if nothing else happens.</param>
    private sealed record RolloutDocument(Guid Id, string Model, string Environment, int Champion, int Challenger, RolloutPhase Phase, RolloutPhase? Held, PauseReason? PauseReason, int? Step, TrafficWeight Weight,
        TrafficWeight Mirrored, long Revision, DateTimeOffset Since, DateTimeOffset? HoldEnds, DateTimeOffset? Ends, string? Reason, RolloutPlan Plan, string PlanDigest, ReportDocument? Report, string By, string ProposedReason,
        DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
    {
        public static RolloutDocument Of(RolloutView view)
        {
            var state = view.State;
            var times = RolloutTimes.Of(state);
            return new(state.Id, view.Model, view.Environment, state.Champion, state.Challenger, state.Phase, state.Held, state.Pause, state.StepIndex < 0 ? null : state.StepIndex + 1, state.Weight, state.Mirrored,
                state.Revision, state.Since, times.HoldEnds, times.Ends, state.Reason, state.Plan, state.Plan.Digest, ReportDocument.Of(view.Report), view.By, view.Reason, view.CreatedAt, view.UpdatedAt);
        }
    }

    /// <summary>A <see cref="StageReport"/> without what only the next look needs.</summary>
    private sealed record ReportDocument(int Stage, DateTimeOffset Until, Verdict Verdict, IReadOnlyList<string> Reasons, IReadOnlyList<MetricFinding> Metrics, double? MismatchLogE, bool IsUntrusted)
    {
        [return: NotNullIfNotNull(nameof(report))]
        public static ReportDocument? Of(StageReport? report) => report is null ? null : new(report.Stage, report.Until, report.Verdict, report.Reasons, report.Metrics, report.MismatchLogE, report.IsUntrusted);
    }

    private sealed record TransitionDocument(long Revision, RolloutPhase From, RolloutPhase To, int? Step, TrafficWeight WeightBefore, TrafficWeight WeightAfter, DateTimeOffset At, string Reason, RolloutAction? Action,
        CommandSource? Source, string? Actor, ReportDocument? Report)
    {
        public static TransitionDocument Of(RolloutTransition made) => new(made.Revision, made.From, made.To, made.StepIndex < 0 ? null : made.StepIndex + 1, made.WeightBefore, made.WeightAfter, made.At, made.Reason,
            made.Command?.Action, made.Command?.Source, made.Actor, ReportDocument.Of(made.Report));
    }

    private sealed record RolloutDetails(RolloutDocument Rollout, IReadOnlyList<RolloutAction> Possible, IReadOnlyList<TransitionDocument> Transitions);
}
